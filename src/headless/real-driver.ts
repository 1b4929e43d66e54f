/**
 * Drives a process over Node instead of the simulated world: the same docker command, speaking to a real engine over
 * HTTP, with real files, real time and this terminal. Calls that only the simulated world knows fail with EINVAL.
 */
import { appendFile, chmod, mkdir, readdir, readFile, rename, rmdir, stat, unlink, writeFile } from 'node:fs/promises';
import {
  type Call,
  ERRNO_TEXT,
  Errno,
  type ErrnoCode,
  type Fd,
  type FileCall,
  type FileStat,
  type Process,
  type Selected,
  SIGNAL_NUMBERS,
  type Signal,
  Signalled,
} from '../base/process';
import { realRequest } from './real-http';
import { InputStream, makePipe, OutputStream, type RealStream } from './real-streams';

interface Running {
  readonly fds: Map<Fd, RealStream>;
  readonly children: Map<number, { readonly ended: Promise<number>; readonly running: Running }>;
  /** Rejects what is being waited for. */
  interrupt: ((signal: Signal) => void) | undefined;
  pending: Signal | undefined;
}

export interface RealStreams {
  readonly stdin: ConstructorParameters<typeof InputStream>[0];
  readonly stdout: ConstructorParameters<typeof OutputStream>[0];
  readonly stderr: ConstructorParameters<typeof OutputStream>[0];
}

/** Runs a process to its end; its exit status. Ctrl-C reaches it as SIGINT. */
export async function driveProcess(main: Process<number>, streams: RealStreams): Promise<number> {
  const stdin = new InputStream(streams.stdin);
  const fds = new Map<Fd, RealStream>([
    [0, stdin],
    [1, new OutputStream(streams.stdout)],
    [2, new OutputStream(streams.stderr)],
  ]);
  const running = newRunning(fds);
  const onInterrupt = (): void => signal(running, 'INT');
  process.on('SIGINT', onInterrupt);
  try {
    return await drive(main, running);
  } finally {
    process.off('SIGINT', onInterrupt);
    stdin.release();
  }
}

function newRunning(fds: Map<Fd, RealStream>): Running {
  return { fds, children: new Map(), interrupt: undefined, pending: undefined };
}

function signal(running: Running, name: Signal): void {
  if (running.interrupt) running.interrupt(name);
  else running.pending = name;
}

async function drive(main: Process<number>, running: Running): Promise<number> {
  try {
    let next = main.next();
    while (!next.done) {
      let value: unknown;
      try {
        value = await interruptible(running, handle(running, next.value));
      } catch (error) {
        if (!(error instanceof Errno) && !(error instanceof Signalled)) throw error;
        next = main.throw(error);
        continue;
      }
      next = main.next(value);
    }
    return next.value & 255;
  } catch (error) {
    if (error instanceof Signalled) return 128 + SIGNAL_NUMBERS[error.signal];
    if (!(error instanceof Errno)) throw error;
    await running.fds.get(2)?.write(`${error.message}\n`);
    return 1;
  }
}

function interruptible(running: Running, answer: Promise<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const stop = (name: Signal): void => {
      running.interrupt = undefined;
      running.pending = undefined;
      reject(new Signalled(name));
    };
    if (running.pending) stop(running.pending);
    else running.interrupt = stop;
    answer.then(resolve, reject).finally(() => {
      if (running.interrupt === stop) running.interrupt = undefined;
    });
  });
}

function streamOf(running: Running, fd: Fd): RealStream {
  const stream = running.fds.get(fd);
  if (!stream) throw new Errno('EBADF');
  return stream;
}

function attach(running: Running, stream: RealStream): Fd {
  let fd = 3;
  while (running.fds.has(fd)) fd++;
  running.fds.set(fd, stream);
  return fd;
}

async function handle(running: Running, call: Call): Promise<unknown> {
  switch (call.call) {
    case 'step':
      return undefined;
    case 'now':
      return Math.floor((performance.timeOrigin + performance.now()) * 1000);
    case 'sleep':
      return new Promise((resolve) => setTimeout(resolve, call.micros / 1000));
    case 'read':
      return streamOf(running, call.fd).read(call.max ?? 65_536);
    case 'write':
      return streamOf(running, call.fd)
        .write(call.data)
        .catch(() => Promise.reject(new Signalled('PIPE')));
    case 'receive':
      return streamOf(running, call.fd).receive();
    case 'shutdown':
      return streamOf(running, call.fd).shutdown();
    case 'close':
      running.fds.get(call.fd)?.close();
      running.fds.delete(call.fd);
      return undefined;
    case 'pipe':
      return makePipe().map((end) => attach(running, end));
    case 'dup':
      return attach(running, streamOf(running, call.fd));
    case 'terminal':
      return running.fds.get(call.fd)?.terminal;
    case 'terminalMode':
      return streamOf(running, call.fd).setRaw(call.raw);
    case 'select':
      return select(running, call);
    case 'file':
      return file(call.file);
    case 'request': {
      const { stream, ...response } = await realRequest(call.endpoint, call.request);
      return stream ? { ...response, stream: attach(running, stream) } : response;
    }
    case 'spawn':
      return spawn(running, call.spawn);
    case 'wait':
      return running.children.get(call.pid)?.ended ?? 127;
    case 'kill': {
      const child = running.children.get(call.pid);
      if (!child) throw new Errno('ESRCH');
      signal(child.running, call.signal);
      return undefined;
    }
    default:
      throw new Errno('EINVAL');
  }
}

let nextPid = 1;

function spawn(running: Running, child: Extract<Call, { call: 'spawn' }>['spawn']): number {
  const fds = new Map([...child.fds].map(([inner, outer]): [Fd, RealStream] => [inner, streamOf(running, outer)]));
  const started = newRunning(fds);
  const pid = nextPid++;
  running.children.set(pid, { ended: drive(child.process, started), running: started });
  return pid;
}

async function select(running: Running, call: Extract<Call, { call: 'select' }>): Promise<Selected> {
  let timer: NodeJS.Timeout | undefined;
  const waits: Promise<Selected>[] = call.reads.map((fd) =>
    streamOf(running, fd)
      .ready()
      .then(() => ({ fd })),
  );
  for (const pid of call.pids ?? []) {
    waits.push((running.children.get(pid)?.ended ?? Promise.resolve(127)).then(() => ({ pid })));
  }
  const { timeout } = call;
  if (timeout !== undefined) {
    waits.push(
      new Promise((resolve) => {
        timer = setTimeout(() => resolve({ timeout: true }), timeout / 1000);
      }),
    );
  }
  const found = await Promise.race(waits);
  clearTimeout(timer);
  return found;
}

async function file(call: FileCall): Promise<unknown> {
  try {
    switch (call.op) {
      case 'stat':
        return await fileStat(call.path);
      case 'list':
        return (await readdir(call.path)).sort((a, b) => (a < b ? -1 : 1));
      case 'read':
        return (await readFile(call.path)).toString('latin1');
      case 'write':
        await (call.append ? appendFile : writeFile)(call.path, Buffer.from(call.data, 'latin1'), { mode: call.mode });
        return undefined;
      case 'mkdir':
        return void (await mkdir(call.path));
      case 'remove':
        return await ((await stat(call.path)).isDirectory() ? rmdir(call.path) : unlink(call.path));
      case 'rename':
        return await rename(call.path, call.to);
      case 'chmod':
        return await chmod(call.path, call.mode);
    }
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new Errno(code in ERRNO_TEXT ? (code as ErrnoCode) : 'EINVAL', call.path);
  }
}

async function fileStat(path: string): Promise<FileStat> {
  const found = await stat(path);
  const kind = found.isDirectory() ? 'directory' : found.isSocket() ? 'socket' : 'file';
  return { kind, size: found.size, mode: found.mode & 0o7777, modified: Math.floor(found.mtimeMs * 1000) };
}
