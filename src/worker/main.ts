/**
 * worker: the engine's place in the browser. This file is the worker's entry: it builds the lab, gives it slices of
 * time (pacer.ts), awaits text filters, and passes messages (protocol.ts). link.ts is the page's end.
 *
 * Invariants: the engine is never entered twice; an input is taken once; no exception leaves without a word to the
 * page. Deliberately absent: drawing, and any rule of Docker.
 */
import type { Json } from '../base/json';
import type { HostFilter, LabConsole } from './console';
import type { Pacer } from './pacer';
import type { FromWorker, Question, ToWorker } from './protocol';

/** The part of a worker's global scope that is used here. */
interface Scope {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
}

const scope = globalThis as unknown as Scope;

/** The machines, the shell and the images: fetched side by side, needed before the first message is taken. */
const parts = Promise.all([import('./engine'), import('../shell/index'), import('../images/index')]).then(
  ([engine, shell, { makeRegistry }]) => ({ ...engine, ...shell, tools: { ...shell, makeRegistry } }),
);
type Parts = Awaited<typeof parts>;

/** docker, the API it speaks and the curve of its certificates: fetched behind the first prompt, needed before anything is typed. */
let commands: Promise<void> | undefined;
function loadCommands({ provideApi, provideCurve, provideDocker }: Parts): Promise<void> {
  commands ??= Promise.all([import('../cli/index'), import('../daemon/routes/index'), import('./curve')]).then(
    (loaded) => {
      const [cli, { engineApi }, { p256 }] = loaded;
      provideDocker(cli);
      provideApi(engineApi);
      provideCurve(p256);
    },
  );
  return commands;
}

/** The first prompt needs a lab and an open session; a lab that goes on from a journal needs everything. */
function needsCommands(message: ToWorker): boolean {
  if (message.kind === 'start') return (message.journal?.inputs.length ?? 0) > 0;
  return message.kind === 'input' && message.input.kind !== 'open';
}

let lab: LabConsole | undefined;
let pacer: Pacer | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let stopped = false;
let filtering: HostFilter | undefined;

/** A task of its own after the messages that wait; unlike a timeout of 0 it is not held back by the browser. */
const turn = new MessageChannel();
turn.port1.onmessage = () => guarded(pump);

function guarded(work: () => void): void {
  if (stopped) return;
  try {
    work();
  } catch (error) {
    failed(error);
  }
}

/** Works one slice and arranges for the next. */
function pump(): void {
  if (pacer === undefined || lab === undefined) return;
  clearTimeout(timer);
  const wait = pacer.slice();
  const filter = lab.pendingFilter();
  if (filter !== undefined && filter !== filtering) awaitFilter(lab, filter);
  if (wait === 0) turn.port2.postMessage(undefined);
  else if (wait !== undefined) timer = setTimeout(() => guarded(pump), wait);
}

/** Filters are the last thing that the page fetches: by then it works without its site, as README says. */
const FILTERS_AFTER_MS = 1_500;

/** The one thing that the engine waits for: the world stands still until the filter's answer is there. */
function awaitFilter(console: LabConsole, filter: HostFilter): void {
  filtering = filter;
  const { request, files } = filter;
  import('../shell/filters')
    .then(({ runFilter }) => runFilter(request, files))
    .catch((error) => ({ stdout: '', stderr: `${request.name}: ${String(error)}\n`, status: 126 }))
    .then((answer) =>
      guarded(() => {
        filtering = undefined;
        console.resolveFilter(answer);
        pump();
      }),
    );
}

function start(message: Extract<ToWorker, { kind: 'start' }>, { Console, Pacer, tools }: Parts): void {
  const console: LabConsole = new Console({ tools, shape: message.shape, journal: message.journal });
  const { inputs, ...head } = console.journal();
  scope.postMessage({ kind: 'ready', at: console.now, head: { ...head, inputs: [] } });
  lab = console;
  pacer = new Pacer({
    console,
    clock: () => performance.now(),
    post: (frame, transfer) => scope.postMessage(frame, transfer),
    pace: message.pace,
    sessions: message.sessions,
    stamped: inputs.length,
  });
  setTimeout(() => {
    import('../shell/filters').then(({ prepareFilters }) => prepareFilters()).catch(() => {});
  }, FILTERS_AFTER_MS);
}

function answer(question: Question): Json | undefined {
  return question.what === 'digest' ? lab?.digest() : lab?.inspect(question.table, question.id);
}

function receive(message: ToWorker, loaded: Parts): void {
  if (message.kind === 'start') start(message, loaded);
  else if (message.kind === 'input') pacer?.input(message.sequence, message.input);
  else if (message.kind === 'pace') pacer?.setPace(message.pace);
  else if (message.kind === 'step') pacer?.step();
  else if (message.kind === 'watch') lab?.watchControl(message.control);
  else if (message.kind === 'visible') pacer?.setVisible(message.visible);
  else if (message.kind === 'seen') pacer?.seen(message.frame);
  else scope.postMessage({ kind: 'answer', request: message.request, answer: answer(message.question) });
}

function failed(error: unknown): void {
  stopped = true;
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  scope.postMessage({ kind: 'failed', message, stack });
}

/** Messages are taken in order: those behind one that waits wait too. */
let turnOf: Promise<unknown> = parts;
let hurry = false;

scope.onmessage = ({ data }) => {
  hurry ||= needsCommands(data);
  const isHeld = hurry;
  turnOf = turnOf
    .then(() => parts)
    .then(async (loaded) => {
      if (isHeld) await loadCommands(loaded);
      guarded(() => {
        receive(data, loaded);
        pump();
      });
      // The first frame is worked off: the prompt stands.
      if (data.kind === 'seen') loadCommands(loaded).catch(failed);
    })
    .catch(failed);
};
