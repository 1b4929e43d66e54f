/** bash and sh as programs: a script, -c, or an interactive shell. */
import { type Bytes, fromUtf8 } from '../../base/bytes';
import { Errno, type Process, readFile, stat, terminal } from '../../base/process';
import type { Dialect } from '../interpreter/shell';
import { type ShellOptions, shellProcess } from '../session';
import { complain, pathOf } from './io';
import type { Invocation, Program } from './program';

/** A shell of the given dialect. */
export function shellProgram(dialect: Dialect): Program {
  return function* (invocation) {
    const { args } = invocation;
    let flags = '';
    let login = false;
    let command = false;
    let interactive = false;
    let fromInput = false;
    let at = 0;
    for (; at < args.length; at++) {
      const word = args[at]!;
      if (word === '--') {
        at++;
        break;
      }
      if (word === '--login') login = true;
      else if (word === '--norc' || word === '--noprofile' || word === '--posix' || word === '--noediting') continue;
      else if (word === '--version' && dialect === 'bash') return yield* version(invocation);
      else if (word === '-o' || word === '+o' || word === '-O') at++;
      else if (/^-[a-z]+$/.test(word)) {
        command ||= word.includes('c');
        login ||= word.includes('l');
        interactive ||= word.includes('i');
        fromInput ||= word.includes('s');
        flags += word.slice(1).replace(/[clis]/g, '');
      } else break;
    }
    const rest = args.slice(at);
    const common = { env: invocation.env, cwd: invocation.cwd, programs: invocation.programs, dialect, flags };
    if (command) {
      if (rest.length === 0) {
        yield* complain(invocation, '-c: option requires an argument');
        return 2;
      }
      const name = rest[1] === undefined ? invocation.name : fromUtf8(rest[1]);
      return yield* shellProcess({ ...common, run: { mode: 'command', text: rest[0]!, name }, args: rest.slice(2) });
    }
    if (rest.length > 0 && !fromInput) return yield* runFile(invocation, common, rest);
    const run =
      interactive || (yield* terminal(0)) ? { mode: 'interactive' as const, login } : { mode: 'stdin' as const };
    return yield* shellProcess({ ...common, run, args: rest });
  };
}

function* version(invocation: Invocation): Process<number> {
  yield* complain({ ...invocation, name: 'GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)' }, '');
  return 0;
}

type Common = Omit<ShellOptions, 'run' | 'args'>;

function* runFile(invocation: Invocation, common: Common, words: readonly Bytes[]): Process<number> {
  const name = words[0]!;
  const path = pathOf(invocation, name);
  let text: Bytes;
  try {
    if ((yield* stat(path)).kind === 'directory') {
      yield* complain({ ...invocation, name }, `${name}: Is a directory`);
      return 126;
    }
    text = yield* readFile(path);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* complain(invocation, `${name}: ${error.message}`);
    return 127;
  }
  return yield* shellProcess({ ...common, run: { mode: 'script', name: fromUtf8(name), text }, args: words.slice(1) });
}
