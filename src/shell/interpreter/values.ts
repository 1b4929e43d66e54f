/** Values of names, digits and special characters, the ones that bash makes when asked included. */
import { type Bytes, utf8 } from '../../base/bytes';
import { now, type Process, system } from '../../base/process';
import type { Shell } from './shell';

/** The value of a name, digit or special character. */
export function* parameterValue(shell: Shell, name: string): Process<Bytes | undefined> {
  const c = name.charCodeAt(0);
  if (c >= 48 && c <= 57) {
    const at = Number(name);
    return at === 0 ? shell.name : shell.positional[at - 1];
  }
  switch (name) {
    case '?':
      return String(shell.status);
    case '#':
      return String(shell.positional.length);
    case '$':
      return String(shell.pid);
    case '!':
      return shell.lastBackground === undefined ? undefined : String(shell.lastBackground);
    case '-':
      return flagLetters(shell);
    case '*':
    case '@':
      return shell.positional.length === 0 ? undefined : shell.positional.join(' ');
    case '_':
      return shell.lastArgument;
  }
  const variable = shell.variables.find(name);
  if (variable) return variable.value();
  return yield* dynamic(shell, name);
}

function flagLetters(shell: Shell): Bytes {
  const { flags } = shell;
  return [
    flags.allexport ? 'a' : '',
    flags.errexit ? 'e' : '',
    flags.noglob ? 'f' : '',
    'h',
    shell.interactive ? 'i' : '',
    flags.monitor ? 'm' : '',
    flags.nounset ? 'u' : '',
    flags.xtrace ? 'x' : '',
    'B',
    flags.noclobber ? 'C' : '',
    shell.interactive ? 'H' : '',
  ].join('');
}

const MICROS = 1_000_000;

/** Variables that bash makes when they are asked for. */
function* dynamic(shell: Shell, name: string): Process<Bytes | undefined> {
  switch (name) {
    case 'RANDOM':
      return String((yield* system('random')) & 32767);
    case 'SECONDS':
      return String(Math.floor(((yield* now()) - shell.started) / MICROS));
    case 'EPOCHSECONDS':
      return String(Math.floor((yield* now()) / MICROS));
    case 'EPOCHREALTIME': {
      const at = yield* now();
      return `${Math.floor(at / MICROS)}.${String(at % MICROS).padStart(6, '0')}`;
    }
    case 'LINENO':
      return String(shell.line);
    case 'BASHPID':
      return String(yield* system('pid'));
    case 'BASH_SUBSHELL':
      return String(shell.subshell);
    case 'HOSTNAME':
      return utf8(yield* system('hostname'));
    case 'FUNCNAME':
      return shell.callers.at(-1);
    case 'UID':
    case 'EUID':
      return '0';
    case 'PPID':
      return '1';
    case 'BASH':
      return '/usr/bin/bash';
    case 'BASH_VERSION':
      return '5.2.15(1)-release';
    case 'SHELLOPTS':
      return 'braceexpand:hashall:interactive-comments';
    case 'OSTYPE':
      return 'linux-gnu';
    case 'HOSTTYPE':
      return 'x86_64';
    case 'PIPESTATUS':
      return String(shell.pipeStatus[0] ?? 0);
    case 'BASH_SOURCE':
      return shell.name;
    default:
      return undefined;
  }
}

/** Elements of a name with [@] or [*]. */
export function* allOf(shell: Shell, name: string): Process<readonly Bytes[]> {
  if (name === 'PIPESTATUS') return shell.pipeStatus.map(String);
  if (name === 'FUNCNAME') return [...shell.callers].reverse();
  const variable = shell.variables.find(name);
  if (variable) return variable.values();
  const one = yield* parameterValue(shell, name);
  return one === undefined ? [] : [one];
}
