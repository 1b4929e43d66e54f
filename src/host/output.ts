/** A container's output on its way: line by line into the log, byte by byte to who is attached or follows. */
import type { Bytes } from '../base/bytes';
import type { Micros } from '../base/process';
import type { Containers } from './containers';
import { type HostContext, SECOND } from './context';
import { lastLines, logLines } from './log';
import { type OutputSink, type Runtime, throughTerminal } from './runtime';
import type { Container, LogEntry } from './types';

export interface LogQuery {
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly follow: boolean;
  /** Lines from the end; undefined is all. */
  readonly tail: number | undefined;
  readonly since: Micros | undefined;
  readonly until: Micros | undefined;
}

interface Follower {
  readonly line: (line: LogEntry) => void;
  readonly end: () => void;
}

/** A place at a container's streams. */
export interface Attachment {
  write(data: Bytes): void;
  /** End of stdin. */
  end(): void;
  detach(): void;
}

interface Waiting {
  readonly sink: OutputSink;
  /** Not yet taken. */
  input: Bytes;
  ended: boolean;
}

export class Outputs {
  private readonly runtimes = new Map<string, Runtime>();
  private readonly followers = new Map<string, Set<Follower>>();
  /** Programs that have ended with lines unwritten. */
  private readonly ended = new Map<string, Runtime>();
  /** Those who have joined before the start. */
  private readonly waiting = new Map<string, readonly Waiting[]>();
  private readonly joined = new Map<Waiting, Runtime>();

  constructor(
    private readonly context: HostContext,
    private readonly containers: Containers,
  ) {}

  runtime(id: string): Runtime | undefined {
    return this.runtimes.get(id);
  }

  open(runtime: Runtime): void {
    const id = runtime.containerId;
    this.settle(id);
    this.runtimes.set(id, runtime);
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    for (const one of waiting ?? []) this.join(runtime, one);
  }

  /** The process ends now: those who watch get the lines that are due; otherwise they wait for a reader. */
  ending(runtime: Runtime): void {
    const id = runtime.containerId;
    if (runtime.sinks.size > 0 || (this.followers.get(id)?.size ?? 0) > 0) this.catchUp(id);
    runtime.endedAt = this.context.now();
  }

  /** Lines that a program that has ended has not yet written. */
  private settle(id: string): void {
    const runtime = this.ended.get(id);
    if (!runtime) return;
    runtime.program?.catchUp?.(runtime.context!);
    this.ended.delete(id);
  }

  /** The container is gone. */
  forget(id: string): void {
    this.ended.delete(id);
    this.abandon(id);
  }

  /** The container has ended: what it left of a line is a line; readers see the end. */
  close(id: string): void {
    const runtime = this.runtimes.get(id);
    if (!runtime) return;
    for (const stream of ['stdout', 'stderr'] as const) {
      const rest = runtime.partial[stream];
      runtime.partial[stream] = '';
      if (rest !== '') this.append(id, [{ stream, at: this.context.now(), data: rest }]);
    }
    this.runtimes.delete(id);
    if (runtime.program?.catchUp) this.ended.set(id, runtime);
    this.context.timers.clear(`tick/${this.context.handles.of(id)}`);
    for (const [waiting, own] of this.joined) if (own === runtime) this.joined.delete(waiting);
    for (const sink of [...runtime.sinks]) sink.end();
    const followers = this.followers.get(id);
    this.followers.delete(id);
    for (const follower of followers ?? []) follower.end();
  }

  /** Output of the container's process at `at`, which may lie before now for a program that writes its log late. */
  write(id: string, stream: 'stdout' | 'stderr', text: Bytes, at: Micros = this.context.now()): void {
    const runtime = this.runtimes.get(id) ?? this.ended.get(id);
    if (!runtime || text === '') return;
    const terminal = this.containers.get(id)?.config.Tty === true;
    const data = terminal ? throughTerminal(text) : text;
    const to = terminal ? 'stdout' : stream;
    for (const sink of [...runtime.sinks]) sink.output(to, data);
    const lines: LogEntry[] = [];
    let rest = runtime.partial[to] + data;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      lines.push({ stream: to, at, data: rest.slice(0, end + 1) });
      rest = rest.slice(end + 1);
    }
    runtime.partial[to] = rest;
    this.append(id, lines);
  }

  private append(id: string, lines: readonly LogEntry[]): void {
    this.containers.appendLog(id, lines);
    const followers = this.followers.get(id);
    if (!followers || followers.size === 0) return;
    for (const line of lines) for (const follower of [...followers]) follower.line(line);
  }

  /**
   * Joins a container's streams: now when it runs, else at its next start, before its first output. Input that comes
   * before it runs is kept for it.
   */
  attach(id: string, sink: OutputSink): Attachment {
    const waiting: Waiting = { sink, input: '', ended: false };
    const runtime = this.runtimes.get(id);
    if (runtime) this.join(runtime, waiting);
    else this.waiting.set(id, [...(this.waiting.get(id) ?? []), waiting]);
    return {
      write: (data) => {
        waiting.input += data;
        this.feed(id, waiting);
      },
      end: () => {
        waiting.ended = true;
        this.feed(id, waiting);
      },
      detach: () => {
        this.runtimes.get(id)?.sinks.delete(sink);
        this.joined.delete(waiting);
        const others = (this.waiting.get(id) ?? []).filter((other) => other !== waiting);
        if (others.length > 0) this.waiting.set(id, others);
        else this.waiting.delete(id);
      },
    };
  }

  private join(runtime: Runtime, waiting: Waiting): void {
    this.catchUp(runtime.containerId);
    runtime.sinks.add(waiting.sink);
    this.joined.set(waiting, runtime);
    this.tickSoon(runtime.containerId);
  }

  /** The process has been started: input that came before is its. */
  launched(runtime: Runtime): void {
    for (const [waiting, own] of this.joined) if (own === runtime) this.feed(runtime.containerId, waiting);
    if (runtime.sinks.size > 0) this.catchUp(runtime.containerId);
    this.tickSoon(runtime.containerId);
  }

  /** The container could not be started, or is gone: who waits for it sees the end. */
  abandon(id: string): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    for (const { sink } of waiting ?? []) sink.end();
  }

  private feed(id: string, waiting: Waiting): void {
    const runtime = this.joined.get(waiting);
    if (!runtime || this.runtimes.get(id) !== runtime || runtime.exitCode !== undefined) return;
    const { shell, program, context } = runtime;
    if (!shell && !program) return;
    const data = waiting.input;
    waiting.input = '';
    if (data !== '') {
      if (shell) shell.write(data);
      else program?.input?.(context!, data);
    }
    if (!waiting.ended) return;
    waiting.ended = false;
    if (shell) shell.end();
    else program?.input?.(context!, undefined);
  }

  /** The size of a container's terminal. */
  resize(id: string, columns: number, rows: number): void {
    this.runtimes.get(id)?.shell?.resize(columns, rows);
  }

  /** Whether its log can be read: the driver `none` keeps nothing. */
  isReadable({ hostConfig }: Container): boolean {
    return (hostConfig['LogConfig'] as { readonly Type?: string } | undefined)?.Type !== 'none';
  }

  /** Lines of the log, then (when following) those to come until the container ends; the function returned cancels. */
  read(id: string, query: LogQuery, line: (line: LogEntry) => void, end: () => void): () => void {
    this.settle(id);
    this.catchUp(id);
    const wanted = (entry: LogEntry): boolean =>
      (entry.stream === 'stdout' ? query.stdout : query.stderr) &&
      (query.since === undefined || entry.at >= query.since) &&
      (query.until === undefined || entry.at <= query.until);
    const log = this.containers.log(id);
    const all = query.stdout && query.stderr && query.since === undefined && query.until === undefined;
    const { tail } = query;
    let lines = all && tail !== undefined ? lastLines(log, tail) : logLines(log).filter(wanted);
    if (tail !== undefined && lines.length > tail) lines = lines.slice(lines.length - tail);
    for (const entry of lines) line(entry);
    if (!query.follow || !this.runtimes.has(id)) {
      end();
      return () => {};
    }
    const follower: Follower = { line: (entry) => (wanted(entry) ? line(entry) : undefined), end };
    let followers = this.followers.get(id);
    if (!followers) this.followers.set(id, (followers = new Set()));
    followers.add(follower);
    this.tickSoon(id);
    return () => this.followers.get(id)?.delete(follower);
  }

  /** Lets a program write the lines that are due. */
  catchUp(id: string): void {
    const runtime = this.runtimes.get(id);
    if (runtime?.exitCode === undefined) runtime?.program?.catchUp?.(runtime.context!);
  }

  /** Every second while somebody watches a program that writes its log late. */
  tick(id: string): void {
    this.catchUp(id);
    this.tickSoon(id);
  }

  private tickSoon(id: string): void {
    const runtime = this.runtimes.get(id);
    if (!runtime?.program?.catchUp) return;
    if (runtime.sinks.size === 0 && (this.followers.get(id)?.size ?? 0) === 0) return;
    const age = this.context.now() - runtime.startedAt;
    this.context.timers.set(`tick/${this.context.handles.of(id)}`, SECOND - (age % SECOND));
  }
}
