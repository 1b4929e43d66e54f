/** Builtins on jobs: jobs, wait, fg, bg, kill, disown. */
import type { Bytes } from '../../base/bytes';
import { Errno, kill, type Process, SIGNAL_NUMBERS, select, wait as waitFor } from '../../base/process';
import {
  describeJob,
  findJob,
  isDone,
  noteEnd,
  reap,
  signalNamed,
  statusOf,
  waitForeground,
} from '../interpreter/jobs';
import type { Job, Shell } from '../interpreter/shell';

export function* jobs(shell: Shell, args: readonly Bytes[]): Process<number> {
  yield* reap(shell);
  const option = args.find((word) => /^-/.test(word)) ?? '';
  for (const job of shell.jobs) {
    if (option.includes('r') && isDone(job)) continue;
    if (option.includes('p')) yield* shell.out(`${job.pids[0]}\n`);
    else yield* shell.out(describeJob(shell, job, option.includes('l')));
    if (isDone(job)) job.told = true;
  }
  shell.jobs = shell.jobs.filter((job) => !(isDone(job) && job.told));
  return 0;
}

/** Waits for every process of a job; the status of the last one. */
function* waitJob(shell: Shell, job: Job): Process<number> {
  for (const pid of job.pids) {
    if (!job.ended.has(pid)) yield* noteEnd(shell, pid, yield* waitFor(pid));
  }
  job.told = true;
  return statusOf(job);
}

export function* wait(shell: Shell, args: readonly Bytes[]): Process<number> {
  if (args[0] === '-n') return yield* waitAny(shell);
  if (args.length === 0) {
    for (const job of shell.jobs) yield* waitJob(shell, job);
    shell.jobs = [];
    return 0;
  }
  let status = 0;
  for (const word of args) {
    const job = findJob(shell, word);
    if (job) {
      status = yield* waitJob(shell, job);
      shell.known.set(String(job.pids.at(-1)), status);
      shell.jobs = shell.jobs.filter((other) => other !== job);
    } else if (shell.known.has(word)) {
      status = shell.known.get(word)!;
    } else if (word.startsWith('%')) {
      yield* shell.complain(`wait: ${word}: no such job`);
      status = 127;
    } else if (/^\d+$/.test(word)) {
      yield* shell.complain(`wait: pid ${word} is not a child of this shell`);
      status = 127;
    } else {
      yield* shell.complain(`wait: \`${word}': not a pid or valid job spec`);
      status = 1;
    }
  }
  return status;
}

function* waitAny(shell: Shell): Process<number> {
  for (;;) {
    const done = shell.jobs.find(isDone);
    if (done) {
      shell.jobs = shell.jobs.filter((job) => job !== done);
      return statusOf(done);
    }
    const running = shell.jobs.flatMap((job) => job.pids.filter((pid) => !job.ended.has(pid)));
    if (running.length === 0) return 127;
    const found = yield* select([], { pids: running });
    if ('pid' in found) yield* noteEnd(shell, found.pid, yield* waitFor(found.pid));
  }
}

export function* fg(shell: Shell, args: readonly Bytes[]): Process<number> {
  if (!shell.interactive) {
    yield* shell.complain('fg: no job control');
    return 1;
  }
  const job = findJob(shell, args[0] ?? '%%');
  if (!job) {
    yield* shell.complain(`fg: ${args[0] ?? 'current'}: no such job`);
    return 1;
  }
  yield* shell.out(`${job.command}\n`);
  shell.jobs = shell.jobs.filter((other) => other !== job);
  const left = job.pids.filter((pid) => !job.ended.has(pid));
  const statuses = yield* waitForeground(shell, left, true);
  return statuses.at(-1) ?? statusOf(job);
}

export function* bg(shell: Shell, args: readonly Bytes[]): Process<number> {
  if (!shell.interactive) {
    yield* shell.complain('bg: no job control');
    return 1;
  }
  const job = findJob(shell, args[0] ?? '%%');
  if (!job) {
    yield* shell.complain(`bg: ${args[0] ?? 'current'}: no such job`);
    return 1;
  }
  yield* shell.complain(`bg: job ${job.number} already in background`);
  return 0;
}

export function* disown(shell: Shell, args: readonly Bytes[]): Process<number> {
  if (args[0] === '-a') {
    shell.jobs = [];
    return 0;
  }
  const job = findJob(shell, args[0] ?? '%%');
  if (!job) {
    yield* shell.complain(`disown: ${args[0] ?? 'current'}: no such job`);
    return 1;
  }
  shell.jobs = shell.jobs.filter((other) => other !== job);
  return 0;
}

export function* killCommand(shell: Shell, args: readonly Bytes[]): Process<number> {
  if (args[0] === '-l' || args[0] === '-L') {
    const wanted = args[1];
    if (wanted === undefined) {
      yield* shell.out(
        `${Object.entries(SIGNAL_NUMBERS)
          .map(([name, number]) => `${number}) SIG${name}`)
          .join('\t')}\n`,
      );
      return 0;
    }
    const signal = signalNamed(String(/^\d+$/.test(wanted) && Number(wanted) > 128 ? Number(wanted) - 128 : wanted));
    if (signal && signal !== 'none') yield* shell.out(`${/^\d+$/.test(wanted) ? signal : SIGNAL_NUMBERS[signal]}\n`);
    return signal ? 0 : 1;
  }
  let words = args;
  let signalWord: Bytes = 'TERM';
  if (words[0] === '-s' || words[0] === '-n') {
    signalWord = words[1] ?? '';
    words = words.slice(2);
  } else if (words[0] !== undefined && /^-[A-Z0-9]/i.test(words[0])) {
    signalWord = words[0].slice(1);
    words = words.slice(1);
  }
  if (words[0] === '--') words = words.slice(1);
  const signal = signalNamed(signalWord);
  if (!signal) {
    yield* shell.complain(`kill: ${signalWord}: invalid signal specification`);
    return 1;
  }
  if (words.length === 0) {
    yield* shell.err('kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n');
    return 2;
  }
  let status = 0;
  for (const word of words) {
    const job = word.startsWith('%') ? findJob(shell, word) : undefined;
    if (word.startsWith('%') && !job) {
      yield* shell.complain(`kill: ${word}: no such job`);
      status = 1;
    } else if (!job && !/^-?\d+$/.test(word)) {
      yield* shell.complain(`kill: ${word}: arguments must be process or job IDs`);
      status = 1;
    } else {
      for (const pid of job?.pids ?? [Math.abs(Number(word))]) {
        if (job?.ended.has(pid)) continue;
        try {
          yield* kill(pid, signal === 'none' ? 'WINCH' : signal);
        } catch (error) {
          if (!(error instanceof Errno)) throw error;
          yield* shell.complain(`kill: (${word}) - No such process`);
          status = 1;
        }
      }
    }
  }
  return status;
}
