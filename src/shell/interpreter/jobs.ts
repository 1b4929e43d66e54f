/** Jobs: processes in the background, their states and how they are named. */
import type { Bytes } from '../../base/bytes';
import { kill, type Process, SIGNAL_NUMBERS, type Signal, Signalled, select, wait } from '../../base/process';
import { Interrupted } from './flow';
import type { Job, Shell } from './shell';

/** Notes a new job. `[1] 23` is told by an interactive shell. */
export function* addJob(shell: Shell, command: Bytes, pids: readonly number[]): Process<Job> {
  const number = (shell.jobs.at(-1)?.number ?? 0) + 1;
  const job: Job = { number, command, pids, ended: new Map(), told: false };
  shell.jobs.push(job);
  shell.lastBackground = pids.at(-1)!;
  if (shell.interactive) yield* shell.err(`[${number}] ${shell.lastBackground}\n`);
  return job;
}

/** Looks which processes of jobs have ended, without waiting. */
export function* reap(shell: Shell): Process<void> {
  for (;;) {
    const running = shell.jobs.flatMap((job) => job.pids.filter((pid) => !job.ended.has(pid)));
    if (running.length === 0) return;
    const found = yield* select([], { pids: running, timeout: 0 });
    if (!('pid' in found)) return;
    yield* noteEnd(shell, found.pid, yield* wait(found.pid));
  }
}

export function* noteEnd(shell: Shell, pid: number, status: number): Process<void> {
  for (const job of shell.jobs) if (job.pids.includes(pid)) job.ended.set(pid, status);
}

export function isDone(job: Job): boolean {
  return job.ended.size === job.pids.length;
}

export function statusOf(job: Job): number {
  return job.ended.get(job.pids.at(-1)!) ?? 0;
}

const DEATHS: Record<number, string> = {
  129: 'Hangup',
  130: 'Interrupt',
  131: 'Quit',
  137: 'Killed',
  141: 'Broken pipe',
  143: 'Terminated',
};

function stateOf(job: Job): string {
  if (!isDone(job)) return 'Running';
  const status = statusOf(job);
  return status === 0 ? 'Done' : (DEATHS[status] ?? `Exit ${status}`);
}

/** `[1]+  Done                    sleep 5` */
export function describeJob(shell: Shell, job: Job, long = false): Bytes {
  const open = shell.jobs;
  const mark = job === open.at(-1) ? '+' : job === open.at(-2) ? '-' : ' ';
  const state = stateOf(job);
  const pid = long ? `${job.pids[0]} ` : '';
  return `[${job.number}]${mark}  ${pid}${state.padEnd(24)}${job.command}${state === 'Running' ? ' &' : ''}\n`;
}

/** Before a prompt: tells of jobs that ended, and forgets them. */
export function* tellEnded(shell: Shell): Process<void> {
  yield* reap(shell);
  for (const job of shell.jobs) {
    if (isDone(job) && !job.told) {
      job.told = true;
      yield* shell.err(describeJob(shell, job));
    }
  }
  shell.jobs = shell.jobs.filter((job) => !isDone(job));
}

/** The job that %1, %%, %+, %-, %name or a pid means. */
export function findJob(shell: Shell, spec: Bytes): Job | undefined {
  const { jobs } = shell;
  if (/^\d+$/.test(spec)) return jobs.find((job) => job.pids.includes(Number(spec)));
  if (spec === '%' || spec === '%%' || spec === '%+' || spec === '') return jobs.at(-1);
  if (spec === '%-') return jobs.at(-2) ?? jobs.at(-1);
  if (/^%\d+$/.test(spec)) return jobs.find((job) => job.number === Number(spec.slice(1)));
  if (spec.startsWith('%?')) return jobs.find((job) => job.command.includes(spec.slice(2)));
  return spec.startsWith('%') ? jobs.find((job) => job.command.startsWith(spec.slice(1))) : undefined;
}

/**
 * Waits for processes in the foreground; the status of each. Ctrl-C goes to them, not to this shell: what it means for
 * the shell is decided when they have ended, as bash does. `forward`: they are jobs that Ctrl-C does not reach itself.
 */
export function* waitForeground(shell: Shell, pids: readonly number[], forward = false): Process<number[]> {
  const statuses: number[] = [];
  let interrupted: Signalled | undefined;
  let trapped: Signal | undefined;
  for (const pid of pids) {
    for (;;) {
      try {
        statuses.push(yield* wait(pid));
        break;
      } catch (error) {
        if (!(error instanceof Signalled)) throw error;
        if (error.signal === 'INT') {
          interrupted = error;
          if (forward) yield* kill(pid, 'INT');
        } else if (shell.traps.has(error.signal)) trapped = error.signal;
        else throw error;
      }
    }
  }
  if (trapped !== undefined) yield* runTrap(shell, trapped, statuses.at(-1) ?? 0);
  if (interrupted) yield* afterInterrupt(shell, statuses.at(-1) ?? 0, interrupted);
  return statuses;
}

/** What a trap says, once the command in the foreground has ended; an empty one says to go on. */
function* runTrap(shell: Shell, signal: Signal, status: number): Process<void> {
  const trap = shell.traps.get(signal);
  shell.status = status;
  if (trap) yield* shell.interpreter.runText(shell, trap, shell.line);
}

function* afterInterrupt(shell: Shell, status: number, signal: Signalled): Process<void> {
  if (shell.traps.has('INT')) {
    yield* runTrap(shell, 'INT', status);
    return;
  }
  // The child dealt with it and ended as it wanted to: so does the script go on.
  if (status !== 128 + SIGNAL_NUMBERS.INT) return;
  shell.status = status;
  if (!shell.interactive) throw signal;
  yield* shell.err('\n');
  throw new Interrupted();
}

/** INT, SIGINT, 2 → the signal that can be sent. undefined: bash knows it and nothing here can meet it. */
export function signalNamed(name: Bytes): Signal | 'none' | undefined {
  const upper = name.toUpperCase().replace(/^SIG/, '');
  if (upper === '0') return 'none';
  for (const [signal, number] of Object.entries(SIGNAL_NUMBERS)) {
    if (upper === signal || upper === String(number)) return signal as Signal;
  }
  return undefined;
}
