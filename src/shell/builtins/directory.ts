/** Where the shell is: cd, pwd, pushd, popd, dirs. */
import { type Bytes, fromUtf8, utf8 } from '../../base/bytes';
import { Errno, type Process, stat } from '../../base/process';
import type { Shell } from '../interpreter/shell';
import { join } from '../paths';

/** Goes to a directory; false when it was told that it cannot. */
function* go(shell: Shell, to: Bytes, command: string): Process<boolean> {
  const path = join(shell.cwd, fromUtf8(to));
  try {
    if ((yield* stat(path)).kind !== 'directory') throw new Errno('ENOTDIR');
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* shell.complain(`${command}: ${to}: ${error.message}`);
    return false;
  }
  shell.set('OLDPWD', utf8(shell.cwd));
  shell.cwd = path;
  shell.set('PWD', utf8(path));
  shell.variables.touch();
  return true;
}

export function* cd(shell: Shell, args: readonly Bytes[]): Process<number> {
  const words = args.filter((word, k) => !(k === 0 && (word === '-L' || word === '-P' || word === '--')));
  if (words.length > 1) {
    yield* shell.complain('cd: too many arguments');
    return 1;
  }
  let to = words[0];
  if (to === undefined) {
    to = shell.get('HOME');
    if (to === undefined) {
      yield* shell.complain('cd: HOME not set');
      return 1;
    }
  } else if (to === '-') {
    to = shell.get('OLDPWD');
    if (to === undefined) {
      yield* shell.complain('cd: OLDPWD not set');
      return 1;
    }
    if (!(yield* go(shell, to, 'cd'))) return 1;
    yield* shell.out(`${utf8(shell.cwd)}\n`);
    return 0;
  }
  return (yield* go(shell, to, 'cd')) ? 0 : 1;
}

export function* pwd(shell: Shell): Process<number> {
  yield* shell.out(`${utf8(shell.cwd)}\n`);
  return 0;
}

export function* dirs(shell: Shell): Process<number> {
  const home = fromUtf8(shell.get('HOME') ?? '');
  const shown = [shell.cwd, ...shell.directories].map((path) =>
    home !== '' && (path === home || path.startsWith(`${home}/`)) ? `~${path.slice(home.length)}` : path,
  );
  yield* shell.out(`${utf8(shown.join(' '))}\n`);
  return 0;
}

export function* pushd(shell: Shell, args: readonly Bytes[]): Process<number> {
  const to = args[0] ?? (shell.directories[0] === undefined ? undefined : utf8(shell.directories[0]));
  if (to === undefined) {
    yield* shell.complain('pushd: no other directory');
    return 1;
  }
  const from = shell.cwd;
  if (!(yield* go(shell, to, 'pushd'))) return 1;
  shell.directories = [from, ...(args.length === 0 ? shell.directories.slice(1) : shell.directories)];
  return yield* dirs(shell);
}

export function* popd(shell: Shell): Process<number> {
  const to = shell.directories[0];
  if (to === undefined) {
    yield* shell.complain('popd: directory stack empty');
    return 1;
  }
  if (!(yield* go(shell, utf8(to), 'popd'))) return 1;
  shell.directories = shell.directories.slice(1);
  return yield* dirs(shell);
}
