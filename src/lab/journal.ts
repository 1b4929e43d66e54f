/** The journal: everything that entered the world, in order. With the seed it is the whole truth about a lab. */
import type { Bytes } from '../base/bytes';
import type { ApiRequest, Micros, Signal } from '../base/process';

/** What can enter the world. Sessions are numbered by whoever opens them. */
export type Input =
  | {
      readonly kind: 'open';
      readonly session: number;
      readonly host: string;
      readonly columns: number;
      readonly rows: number;
    }
  | { readonly kind: 'close'; readonly session: number }
  /** A line from the session's line editor; absent `text` is Ctrl-D on an empty line. */
  | { readonly kind: 'line'; readonly session: number; readonly text?: Bytes }
  /** Keys for a program that reads the terminal. */
  | { readonly kind: 'bytes'; readonly session: number; readonly data: Bytes }
  | { readonly kind: 'signal'; readonly session: number; readonly signal: Signal }
  | { readonly kind: 'resize'; readonly session: number; readonly columns: number; readonly rows: number }
  /** A script without a terminal; its output is the runner's. */
  | {
      readonly kind: 'script';
      readonly session: number;
      readonly host: string;
      readonly name: string;
      readonly text: Bytes;
      readonly args: readonly Bytes[];
    }
  /** An act of `lab` from outside any session. */
  | { readonly kind: 'lab'; readonly args: readonly string[] }
  | { readonly kind: 'request'; readonly connection: number; readonly host: string; readonly request: ApiRequest }
  | { readonly kind: 'request-data'; readonly connection: number; readonly data: Bytes }
  | { readonly kind: 'request-end'; readonly connection: number }
  | { readonly kind: 'request-abort'; readonly connection: number };

/** `at` counts from the epoch of the lab, in microseconds. */
export type StampedInput = Input & { readonly at: Micros };

/** The lab as it was built. */
export interface LabShape {
  readonly nodes: number;
}

export interface Journal {
  readonly version: 1;
  /** The engine that wrote it. */
  readonly engine: string;
  readonly seed: number;
  /** The first instant, microseconds since the Unix epoch. */
  readonly epoch: Micros;
  readonly shape: LabShape;
  readonly inputs: readonly StampedInput[];
  /** After every 50 inputs, the digest then: where a replay by another engine first differs. */
  readonly digests: readonly string[];
  /** The instant at which it was taken, counted from the epoch. */
  readonly end: Micros;
}

export const ENGINE_REVISION = 'swarm-playground 0.1.0';
export const DIGEST_EVERY = 50;
/** Limits of a journal that is let in. */
export const JOURNAL_INPUTS_MAX = 100_000;
export const NODES_MAX = 5_000;

/** Checks a journal from outside. Gives a sentence when it is not one. */
export function readJournal(value: unknown): Journal | string {
  if (typeof value !== 'object' || value === null) return 'not a journal: a JSON object is expected';
  const journal = value as Partial<Journal>;
  if (journal.version !== 1) return `journal version ${String(journal.version)} is not known here`;
  if (!isCount(journal.seed, 0xffffffff) || !isCount(journal.epoch, Number.MAX_SAFE_INTEGER))
    return 'journal: seed and epoch must be whole numbers';
  if (!isCount(journal.shape?.nodes, NODES_MAX))
    return `journal: shape.nodes must be a whole number up to ${NODES_MAX}`;
  if (!Array.isArray(journal.inputs) || journal.inputs.length > JOURNAL_INPUTS_MAX)
    return `journal: at most ${JOURNAL_INPUTS_MAX} inputs`;
  let last = 0;
  for (const [index, input] of journal.inputs.entries()) {
    const wrong = inputFault(input as StampedInput);
    if (wrong) return `journal: input ${index + 1}: ${wrong}`;
    if (input.at < last) return `journal: input ${index + 1} is earlier than the one before`;
    last = input.at;
  }
  return {
    version: 1,
    engine: String(journal.engine ?? ''),
    seed: journal.seed!,
    epoch: journal.epoch!,
    shape: { nodes: journal.shape!.nodes! },
    inputs: journal.inputs as readonly StampedInput[],
    digests: Array.isArray(journal.digests) ? journal.digests.map(String) : [],
    end: isCount(journal.end, Number.MAX_SAFE_INTEGER) ? journal.end! : last,
  };
}

function isCount(value: unknown, max: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= 4_000_000;
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.length <= 10_000 && value.every(isText);

/** Field checks by kind: the type says what each input needs. */
const FIELDS: Record<Input['kind'], (input: Record<string, unknown>) => boolean> = {
  open: (i) => isText(i['host']) && isCount(i['columns'], 1000) && isCount(i['rows'], 1000),
  close: () => true,
  line: (i) => i['text'] === undefined || isText(i['text']),
  bytes: (i) => isText(i['data']),
  signal: (i) => isText(i['signal']),
  resize: (i) => isCount(i['columns'], 1000) && isCount(i['rows'], 1000),
  script: (i) => isText(i['host']) && isText(i['name']) && isText(i['text']) && isTexts(i['args']),
  lab: (i) => isTexts(i['args']),
  request: (i) => isText(i['host']) && typeof i['request'] === 'object' && i['request'] !== null,
  'request-data': (i) => isText(i['data']),
  'request-end': () => true,
  'request-abort': () => true,
};

function inputFault(input: StampedInput | null): string | undefined {
  if (typeof input !== 'object' || input === null) return 'not an object';
  if (!isCount(input.at, Number.MAX_SAFE_INTEGER)) return '`at` must be a whole number of microseconds';
  if (!Object.hasOwn(FIELDS, input.kind)) return `unknown kind ${String(input.kind)}`;
  const fields = input as unknown as Record<string, unknown>;
  const owner = input.kind.startsWith('request') ? fields['connection'] : input.kind === 'lab' ? 0 : fields['session'];
  if (!isCount(owner, Number.MAX_SAFE_INTEGER)) return 'its session or connection must be a whole number';
  return FIELDS[input.kind](fields) ? undefined : `a field of ${input.kind} is missing or of the wrong kind`;
}
