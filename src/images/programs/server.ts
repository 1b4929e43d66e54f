/** A program that serves: log lines at its start, a moment until it listens, answers, an end when it is asked. */
import type { Bytes } from '../../base/bytes';
import type { Micros, Signal } from '../../base/process';
import type { Program, ProgramContext, RequestPeer } from '../../host/index';
import { encodeAnswer, type HttpAnswer, type HttpRequest, parseRequest } from '../http';

/** A line of the log, `after` the start. */
export interface StartLine {
  readonly after: Micros;
  readonly stream: 'stdout' | 'stderr';
  readonly text: Bytes;
}

export interface ServerOptions {
  readonly name: string;
  readonly memory: number;
  readonly ports: readonly number[];
  /** From the start until it listens. */
  readonly readyAfter?: Micros;
  /** Written when the log is read: their times are those at which the program would have. */
  readonly startLines?: (context: ProgramContext) => readonly StartLine[];
  /** Ends it at once with that status and these lines on stderr (a setting is missing). */
  readonly refuses?: (context: ProgramContext) => { readonly lines: Bytes; readonly status: number } | undefined;
  readonly answer?: (context: ProgramContext, port: number, data: Bytes, peer: RequestPeer) => Bytes | undefined;
  readonly command?: Program['command'];
  /** What ends it, with which status; absent: it ignores signals, as process 1 without handlers. */
  readonly ends?: Partial<Readonly<Record<Signal, number>>>;
  readonly beforeEnd?: (context: ProgramContext, signal: Signal) => void;
  /** Lines of the log at its end, `after` the signal. */
  readonly endLines?: (context: ProgramContext, signal: Signal, at: Micros) => readonly StartLine[];
  readonly whenReady?: (context: ProgramContext) => void;
  readonly timer?: Program['timer'];
}

const READY_AFTER: Micros = 60_000;
const END_AFTER: Micros = 40_000;
const READY = 'ready';
const ENDED = 'ended';
const SIGNAL = 'signal';
const SIGNALLED_AT = 'signalledAt';

/** Writes the start lines that are due and not yet written. */
function writeDue(context: ProgramContext, lines: readonly StartLine[]): void {
  const written = typeof context.state['lines'] === 'number' ? context.state['lines'] : 0;
  let next = written;
  while (next < lines.length && context.startedAt + lines[next]!.after <= context.now) {
    const line = lines[next++]!;
    context.log(line.stream, line.text, context.startedAt + line.after);
  }
  context.state['lines'] = next;
}

export function makeServer(options: ServerOptions): Program {
  const readyAfter = options.readyAfter ?? READY_AFTER;
  const isReady = (context: ProgramContext): boolean => context.now >= context.startedAt + readyAfter;
  const catchUp = (context: ProgramContext): void => {
    const lines = options.startLines?.(context) ?? [];
    const [signal, at] = [context.state[SIGNAL], context.state[SIGNALLED_AT]];
    if (typeof signal !== 'string' || typeof at !== 'number' || !options.endLines) {
      writeDue(context, lines);
      return;
    }
    const early = lines.filter(({ after }) => context.startedAt + after <= at);
    const late = options.endLines(context, signal as Signal, at).map((line) => ({
      ...line,
      after: line.after + at - context.startedAt,
    }));
    writeDue(context, [...early, ...late]);
  };
  const { answer, command } = options;
  return {
    name: options.name,
    memory: options.memory,
    ports: (context) => (isReady(context) ? options.ports : []),
    start: (context) => {
      const refused = options.refuses?.(context);
      if (refused) {
        context.log('stderr', refused.lines);
        context.exit(refused.status);
      } else if (options.whenReady) context.timer(READY, readyAfter);
    },
    timer: (context, name) => {
      if (name === READY) options.whenReady?.(context);
      else if (name.startsWith(ENDED)) context.exit(Number(name.slice(ENDED.length)));
      else options.timer?.(context, name);
    },
    signal: (context, signal) => {
      const status = options.ends?.[signal];
      if (status === undefined || context.state[ENDED] === true) return;
      Object.assign(context.state, { [ENDED]: true, [SIGNAL]: signal, [SIGNALLED_AT]: context.now });
      options.beforeEnd?.(context, signal);
      context.timer(`${ENDED}${status}`, END_AFTER);
    },
    ...(answer
      ? {
          request: (context: ProgramContext, port: number, data: Bytes, peer: RequestPeer) => {
            catchUp(context);
            return answer(context, port, data, peer);
          },
        }
      : {}),
    ...(command ? { command } : {}),
    ...(options.startLines || options.endLines ? { catchUp } : {}),
  };
}

export type HttpHandler = (context: ProgramContext, request: HttpRequest, peer: RequestPeer) => HttpAnswer;

/** Answers HTTP; what is no HTTP gets 400. `log` writes an access line. */
export function httpAnswers(
  handle: HttpHandler,
  log?: (context: ProgramContext, request: HttpRequest, answer: HttpAnswer, peer: RequestPeer) => void,
): NonNullable<ServerOptions['answer']> {
  return (context, _port, data, peer) => {
    const request = parseRequest(data);
    if (!request)
      return encodeAnswer(undefined, { status: 400, headers: [['Content-Type', 'text/plain']], body: 'Bad Request\n' });
    const answer = handle(context, request, peer);
    log?.(context, request, answer, peer);
    return encodeAnswer(request, answer);
  };
}

export function page(body: Bytes, type = 'text/html; charset=utf-8', status = 200): HttpAnswer {
  return { status, headers: [['Content-Type', type]], body };
}

/** TERM handled by an orderly end. */
export const GRACEFUL: ServerOptions['ends'] = { TERM: 0, INT: 0, QUIT: 0 };
/** Under tini: the signal kills the child, tini reports it. */
export const UNDER_TINI: ServerOptions['ends'] = { TERM: 143, INT: 130, QUIT: 131 };
/** A Go program without a handler: the runtime ends itself with status 2. */
export const GO_DEFAULT: ServerOptions['ends'] = { TERM: 2, INT: 2, QUIT: 2 };

const MIB = 1024 * 1024;
export function mib(count: number): number {
  return count * MIB;
}
