/** dockerd as a service of the machine: systemctl, service, journalctl, dockerd; and pidof, pgrep, pkill, killall. */
import type { Bytes } from '../../base/bytes';
import {
  type EngineStatus,
  Errno,
  engine,
  kill,
  now,
  type Process,
  type ProcessFact,
  type Signal,
  system,
  write,
} from '../../base/process';
import { signalNamed } from '../interpreter/jobs';
import { formatDate } from '../text/date';
import { complain, say } from './io';
import type { Invocation, Program } from './program';

const UNIT = 'docker.service';
const ACTIVE: Record<EngineStatus['state'], string> = {
  running: 'active',
  starting: 'activating',
  stopping: 'deactivating',
  stopped: 'inactive',
  failed: 'failed',
  dead: 'failed',
};
const LONG: Record<EngineStatus['state'], string> = {
  running: 'active (running)',
  starting: 'activating (start)',
  stopping: 'deactivating (stop-sigterm)',
  stopped: 'inactive (dead)',
  failed: 'failed (Result: exit-code)',
  dead: 'failed (Result: signal)',
};

/** systemctl VERB UNIT, and service NAME VERB. The only unit is docker's. */
export function* systemctl(invocation: Invocation): Process<number> {
  const words = invocation.args.filter((word) => !word.startsWith('-'));
  const isService = invocation.name === 'service';
  const [verb = 'status', unit] = isService ? [words[1], words[0]] : words;
  if (verb === 'daemon-reload') return 0;
  const name = unit?.replace(/\.service$/, '');
  if (name !== 'docker') return yield* notFound(invocation, verb, name);
  switch (verb) {
    case 'start':
    case 'stop':
    case 'restart':
    case 'try-restart':
    case 'force-reload':
      return yield* change(verb);
    case 'status':
      return yield* status();
    case 'is-active': {
      const { state } = yield* engine('status');
      yield* say(`${ACTIVE[state]}\n`);
      return state === 'running' ? 0 : 3;
    }
    case 'is-failed': {
      const { state } = yield* engine('status');
      yield* say(`${ACTIVE[state]}\n`);
      return ACTIVE[state] === 'failed' ? 0 : 1;
    }
    case 'is-enabled':
      yield* say('enabled\n');
      return 0;
    case 'enable':
      return 0;
    default:
      yield* complain(invocation, `'${verb}' is not modelled: start, stop, restart, status, is-active are`);
      return 1;
  }
}

function* notFound(invocation: Invocation, verb: string, name: string | undefined): Process<number> {
  if (name === undefined) {
    yield* complain(invocation, 'name a unit: docker is the one that is modelled');
    return 1;
  }
  if (invocation.name === 'service') {
    yield* write(2, `${name}: unrecognized service\n`);
    return 1;
  }
  if (verb === 'status') {
    yield* write(2, `Unit ${name}.service could not be found.\n`);
    return 4;
  }
  yield* write(2, `Failed to ${verb} ${name}.service: Unit ${name}.service not found.\n`);
  return 5;
}

function* change(verb: string): Process<number> {
  if (verb !== 'start') yield* engine('stop');
  if (verb === 'stop') return 0;
  const { state } = yield* engine('start');
  if (state === 'running') return 0;
  yield* write(
    2,
    `Job for ${UNIT} failed because the control process exited with error code.\n` +
      `See "systemctl status ${UNIT}" and "journalctl -xeu ${UNIT}" for details.\n`,
  );
  return 1;
}

function* status(): Process<number> {
  const { state, pid, since, error } = yield* engine('status');
  const mark = state === 'running' ? '●' : ACTIVE[state] === 'failed' ? '×' : '○';
  const ago = Math.floor(((yield* now()) - since) / 1_000_000);
  const age = ago < 60 ? `${ago}s` : ago < 3600 ? `${Math.floor(ago / 60)}min` : `${Math.floor(ago / 3600)}h`;
  yield* say(
    `${mark} ${UNIT} - Docker Application Container Engine\n` +
      `     Loaded: loaded (/lib/systemd/system/${UNIT}; enabled; preset: enabled)\n` +
      `     Active: ${LONG[state]} since ${formatDate('%a %Y-%m-%d %H:%M:%S UTC', since)}; ${age} ago\n` +
      '       Docs: https://docs.docker.com\n' +
      (state === 'running' ? `   Main PID: ${pid} (dockerd)\n` : '') +
      (error === '' ? '' : `\ndockerd: ${error}\n`),
  );
  return state === 'running' ? 0 : 3;
}

/** journalctl -u docker: why dockerd did not start. */
export function* journalctl(invocation: Invocation): Process<number> {
  if (!/-\w*u ?docker\b|--unit[= ]docker\b/.test(invocation.args.join(' '))) {
    yield* complain(invocation, 'no journal is kept here but why docker did not start: journalctl -u docker');
    return 1;
  }
  const { error, since } = yield* engine('status');
  if (error === '') yield* say('-- No entries --\n');
  else yield* say(`${formatDate('%b %d %H:%M:%S', since)} ${yield* system('hostname')} dockerd: ${error}\n`);
  return 0;
}

/** dockerd: the service manager starts it; from a shell it only says so. */
export function* dockerd(invocation: Invocation): Process<number> {
  yield* complain(invocation, "the service manager runs it here: 'systemctl start docker'");
  return 1;
}

// ---------------------------------------------------------------- processes by name

function programOf({ command }: ProcessFact): string {
  const word = command.split(' ', 1)[0]!.replace(/:$/, '');
  return word.slice(word.lastIndexOf('/') + 1);
}

/** pidof NAME...: the newest first. */
export function* pidof(invocation: Invocation): Process<number> {
  const names = invocation.args.filter((word) => !word.startsWith('-'));
  const found = (yield* system('processes')).filter((one) => names.includes(programOf(one)));
  if (found.length === 0) return 1;
  const pids = found.map(({ pid }) => pid).sort((a, b) => b - a);
  yield* say(`${pids.join(' ')}\n`);
  return 0;
}

/** pgrep and pkill by pattern (-x the whole name, -f the whole line), killall by name. */
export const byName: Program = function* (invocation) {
  const { name } = invocation;
  let signal: Signal | 'none' | undefined = 'TERM';
  let flags = name === 'killall' ? 'x' : '';
  const words: Bytes[] = [];
  for (const word of invocation.args) {
    const asked = word.startsWith('-') ? signalNamed(word.slice(1)) : undefined;
    if (asked && name !== 'pgrep') signal = asked;
    else if (word.startsWith('-')) flags += word.slice(1);
    else words.push(word);
  }
  const [pattern] = words;
  if (pattern === undefined || words.length > 1 || /[^xflae]/.test(flags)) {
    yield* write(2, `Usage: ${name} [-SIGNAL] [-x] [-f] ${name === 'killall' ? 'NAME' : 'PATTERN'}\n`);
    return 2;
  }
  const own = yield* system('pid');
  const matches = (text: string): boolean => (flags.includes('x') ? text === pattern : text.includes(pattern));
  const found = (yield* system('processes')).filter(
    (one) => one.pid !== own && matches(flags.includes('f') ? one.command : programOf(one)),
  );
  for (const one of found) {
    if (name === 'pgrep') {
      const tail = flags.includes('a') ? ` ${one.command}` : flags.includes('l') ? ` ${programOf(one)}` : '';
      yield* say(`${one.pid}${tail}\n`);
    } else if (signal && signal !== 'none') yield* send(one.pid, signal);
  }
  if (found.length === 0 && name === 'killall') yield* write(2, `${pattern}: no process found\n`);
  return found.length === 0 ? 1 : 0;
};

function* send(pid: number, signal: Signal): Process<void> {
  try {
    yield* kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
  }
}
