/** Programs on files: cat, mkdir, rmdir, rm, cp, mv, touch, chmod, tee. */
import { type Bytes, utf8 } from '../../base/bytes';
import {
  changeFile,
  close,
  Errno,
  type Fd,
  type FileStat,
  listDirectory,
  open,
  type Process,
  read,
  readFile,
  stat,
  system,
  write,
  writeFile,
} from '../../base/process';
import { baseName, directoryName, join } from '../paths';
import { complain, eachInput, pathOf, withOptions } from './io';
import type { Invocation, Program } from './program';

/** busybox words its failures in its own way. */
function cannotOpen(name: Bytes, error: Errno): string {
  return `can't open '${name}': ${error.message}`;
}

export function catProgram(family: 'gnu' | 'busybox'): Program {
  return withOptions(
    { letters: 'nbsEATuvet', long: { number: 'n', 'show-ends': 'E', 'squeeze-blank': 's' } },
    function* (invocation, { flags, rest }) {
      const decorated = ['n', 'b', 's', 'E', 'A', 'T', 'e', 't'].some((letter) => flags.has(letter));
      let number = 0;
      let blank = false;
      let startOfLine = true;
      const decorate = (chunk: Bytes): Bytes => {
        let out = '';
        for (const line of chunk.split(/(?<=\n)/)) {
          const empty = line === '\n' && startOfLine;
          if (empty && blank && flags.has('s')) continue;
          blank = empty;
          if (startOfLine && (flags.has('n') || (flags.has('b') && !empty))) out += `${String(++number).padStart(6)}\t`;
          let text = line;
          if (flags.has('T') || flags.has('A') || flags.has('t')) text = text.replaceAll('\t', '^I');
          if (flags.has('E') || flags.has('A') || flags.has('e')) text = text.replace(/\n$/, '$\n');
          out += text;
          startOfLine = line.endsWith('\n');
        }
        return out;
      };
      return yield* eachInput(
        invocation,
        rest,
        function* (fd) {
          for (;;) {
            const chunk = yield* read(fd);
            if (chunk === '') return;
            yield* write(1, decorated ? decorate(chunk) : chunk);
          }
        },
        family === 'busybox' ? cannotOpen : undefined,
      );
    },
  );
}

export const tee: Program = withOptions(
  { letters: 'ai', long: { append: 'a' } },
  function* (invocation, { flags, rest }) {
    const outputs: Fd[] = [1];
    let status = 0;
    for (const name of rest) {
      try {
        outputs.push(yield* open(pathOf(invocation, name), flags.has('a') ? 'append' : 'write'));
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        yield* complain(invocation, `${name}: ${error.message}`);
        status = 1;
      }
    }
    for (;;) {
      const chunk = yield* read(0);
      if (chunk === '') return status;
      for (const fd of outputs) yield* write(fd, chunk);
    }
  },
);

/** Reports a failure of a call: `rm: cannot remove 'x': No such file or directory`. */
function* tried(invocation: Invocation, words: string, body: () => Process<void>): Process<boolean> {
  try {
    yield* body();
    return true;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* complain(invocation, `${words}: ${error.message}`);
    return false;
  }
}

function* kindOf(path: string): Process<FileStat['kind'] | undefined> {
  try {
    return (yield* stat(path)).kind;
  } catch (error) {
    if (error instanceof Errno) return undefined;
    throw error;
  }
}

function* missingOperand(invocation: Invocation, words = 'missing operand'): Process<number> {
  yield* complain(invocation, `${words}\nTry '${invocation.name} --help' for more information.`);
  return 1;
}

export const mkdir: Program = withOptions(
  { letters: 'pvm:', long: { parents: 'p', verbose: 'v', mode: 'm' } },
  function* (invocation, { flags, rest }) {
    if (rest.length === 0) return yield* missingOperand(invocation);
    let status = 0;
    for (const name of rest) {
      const path = pathOf(invocation, name);
      const steps = flags.has('p')
        ? path
            .split('/')
            .slice(1)
            .map((_, k, all) => `/${all.slice(0, k + 1).join('/')}`)
        : [path];
      const done = yield* tried(invocation, `cannot create directory '${name}'`, function* () {
        for (const step of steps) {
          if (flags.has('p') && (yield* kindOf(step)) === 'directory') continue;
          yield* changeFile({ op: 'mkdir', path: step });
        }
      });
      if (!done) status = 1;
      else if (flags.has('v')) yield* write(1, `mkdir: created directory '${name}'\n`);
    }
    return status;
  },
);

export const rmdir: Program = withOptions({ letters: 'pv' }, function* (invocation, { rest }) {
  if (rest.length === 0) return yield* missingOperand(invocation);
  let status = 0;
  for (const name of rest) {
    const path = pathOf(invocation, name);
    const done = yield* tried(invocation, `failed to remove '${name}'`, function* () {
      if ((yield* stat(path)).kind !== 'directory') throw new Errno('ENOTDIR');
      yield* changeFile({ op: 'remove', path });
    });
    if (!done) status = 1;
  }
  return status;
});

export const rm: Program = withOptions(
  { letters: 'rRfivd', long: { recursive: 'r', force: 'f', verbose: 'v' } },
  function* (invocation, { flags, rest }) {
    if (rest.length === 0) return flags.has('f') ? 0 : yield* missingOperand(invocation);
    const deep = flags.has('r') || flags.has('R');
    let status = 0;
    for (const name of rest) {
      const path = pathOf(invocation, name);
      const kind = yield* kindOf(path);
      if (kind === undefined && flags.has('f')) continue;
      if (path === '/') {
        yield* complain(
          invocation,
          "it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe",
        );
        return 1;
      }
      if (kind === 'directory' && !deep) {
        yield* complain(invocation, `cannot remove '${name}': Is a directory`);
        status = 1;
      } else if (!(yield* tried(invocation, `cannot remove '${name}'`, () => removeTree(path)))) {
        status = 1;
      } else if (flags.has('v')) {
        yield* write(1, kind === 'directory' ? `removed directory '${name}'\n` : `removed '${name}'\n`);
      }
    }
    return status;
  },
);

function* removeTree(path: string): Process<void> {
  if ((yield* stat(path)).kind === 'directory') {
    for (const name of yield* listDirectory(path)) yield* removeTree(join(path, name));
  }
  yield* changeFile({ op: 'remove', path });
}

function* copyTree(from: string, to: string): Process<void> {
  const found = yield* stat(from);
  if (found.kind !== 'directory') {
    yield* writeFile(to, yield* readFile(from), { mode: found.mode });
    return;
  }
  if ((yield* kindOf(to)) !== 'directory') yield* changeFile({ op: 'mkdir', path: to });
  for (const name of yield* listDirectory(from)) yield* copyTree(join(from, name), join(to, name));
}

/** Sources and where they go, as cp and mv agree. */
function* transfer(
  invocation: Invocation,
  rest: readonly Bytes[],
  into: Bytes | undefined,
  move: (from: string, to: string, name: Bytes, target: Bytes) => Process<boolean>,
): Process<number> {
  if (rest.length === 0) return yield* missingOperand(invocation, 'missing file operand');
  const target = into ?? rest.at(-1)!;
  const sources = into === undefined ? rest.slice(0, -1) : rest;
  if (sources.length === 0)
    return yield* missingOperand(invocation, `missing destination file operand after '${rest[0]}'`);
  const directory = (yield* kindOf(pathOf(invocation, target))) === 'directory';
  if (sources.length > 1 && !directory) {
    yield* complain(invocation, `target '${target}' is not a directory`);
    return 1;
  }
  let status = 0;
  for (const name of sources) {
    const shown = directory ? `${target.replace(/\/$/, '')}/${baseName(name)}` : target;
    if (!(yield* move(pathOf(invocation, name), pathOf(invocation, shown), name, shown))) status = 1;
  }
  return status;
}

export const cp: Program = withOptions(
  { letters: 'rRafpvt:u', long: { recursive: 'r', archive: 'a', verbose: 'v', force: 'f', 'target-directory': 't' } },
  function* (invocation, { flags, values, rest }) {
    const deep = flags.has('r') || flags.has('R') || flags.has('a');
    return yield* transfer(invocation, rest, values.get('t')?.[0], function* (from, to, name, target) {
      const kind = yield* kindOf(from);
      if (kind === undefined) {
        yield* complain(invocation, `cannot stat '${name}': No such file or directory`);
        return false;
      }
      if (kind === 'directory' && !deep) {
        yield* complain(invocation, `-r not specified; omitting directory '${name}'`);
        return false;
      }
      if (from === to) {
        yield* complain(invocation, `'${name}' and '${target}' are the same file`);
        return false;
      }
      if (`${to}/`.startsWith(`${from}/`)) {
        yield* complain(invocation, `cannot copy a directory, '${name}', into itself, '${target}'`);
        return false;
      }
      const done = yield* tried(invocation, `cannot create regular file '${target}'`, () => copyTree(from, to));
      if (done && flags.has('v')) yield* write(1, `'${name}' -> '${target}'\n`);
      return done;
    });
  },
);

export const mv: Program = withOptions(
  { letters: 'fnvt:', long: { force: 'f', 'no-clobber': 'n', verbose: 'v' } },
  function* (invocation, { flags, values, rest }) {
    return yield* transfer(invocation, rest, values.get('t')?.[0], function* (from, to, name, target) {
      if ((yield* kindOf(from)) === undefined) {
        yield* complain(invocation, `cannot stat '${name}': No such file or directory`);
        return false;
      }
      if (from === to) {
        yield* complain(invocation, `'${name}' and '${target}' are the same file`);
        return false;
      }
      if (flags.has('n') && (yield* kindOf(to)) !== undefined) return true;
      const done = yield* tried(invocation, `cannot move '${name}' to '${target}'`, function* () {
        try {
          yield* changeFile({ op: 'rename', path: from, to });
        } catch (error) {
          if (!(error instanceof Errno) || error.code !== 'EXDEV') throw error;
          yield* copyTree(from, to);
          yield* removeTree(from);
        }
      });
      if (done && flags.has('v')) yield* write(1, `renamed '${name}' -> '${target}'\n`);
      return done;
    });
  },
);

export const touch: Program = withOptions(
  { letters: 'acmt:d:r:', long: { 'no-create': 'c', date: 'd' } },
  function* (invocation, { flags, rest }) {
    if (rest.length === 0) return yield* missingOperand(invocation, 'missing file operand');
    let status = 0;
    for (const name of rest) {
      const path = pathOf(invocation, name);
      const kind = yield* kindOf(path);
      if (kind === 'directory' || (kind === undefined && flags.has('c'))) continue;
      const done = yield* tried(invocation, `cannot touch '${name}'`, () => writeFile(path, '', { append: true }));
      if (!done) status = 1;
    }
    return status;
  },
);

/** A numeric or symbolic mode applied to what a file has. */
function changedMode(text: Bytes, before: number, directory: boolean): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8);
  let mode = before;
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)([-+=])([rwxX]*)$/.exec(clause);
    if (!match) return undefined;
    const who = match[1] === '' || match[1]!.includes('a') ? 'ugo' : match[1]!;
    const bits =
      (match[3]!.includes('r') ? 4 : 0) |
      (match[3]!.includes('w') ? 2 : 0) |
      (match[3]!.includes('x') || (match[3]!.includes('X') && (directory || (before & 0o111) !== 0)) ? 1 : 0);
    for (const one of who) {
      const shift = one === 'u' ? 6 : one === 'g' ? 3 : 0;
      if (match[2] === '+') mode |= bits << shift;
      else if (match[2] === '-') mode &= ~(bits << shift);
      else mode = (mode & ~(7 << shift)) | (bits << shift);
    }
  }
  return mode;
}

export function* chmod(invocation: Invocation): Process<number> {
  const deep = invocation.args[0] === '-R';
  const [text, ...names] = deep ? invocation.args.slice(1) : invocation.args;
  if (text === undefined) return yield* missingOperand(invocation);
  if (names.length === 0) return yield* missingOperand(invocation, `missing operand after '${text}'`);
  if (changedMode(text, 0, false) === undefined) {
    yield* complain(invocation, `invalid mode: '${text}'\nTry 'chmod --help' for more information.`);
    return 1;
  }
  let status = 0;
  for (const name of names) {
    const done = yield* tried(invocation, `cannot access '${name}'`, () =>
      changeTree(pathOf(invocation, name), text, deep),
    );
    if (!done) status = 1;
  }
  return status;
}

function* changeTree(path: string, text: Bytes, deep: boolean): Process<void> {
  const found = yield* stat(path);
  yield* changeFile({ op: 'chmod', path, mode: changedMode(text, found.mode, found.kind === 'directory')! });
  if (!deep || found.kind !== 'directory') return;
  for (const name of yield* listDirectory(path)) yield* changeTree(join(path, name), text, true);
}

/** realpath and readlink -f: the path without dots. */
export const realpath: Program = withOptions({ letters: 'femsq' }, function* (invocation, { rest }) {
  if (rest.length === 0) return yield* missingOperand(invocation);
  let status = 0;
  for (const name of rest) {
    const path = pathOf(invocation, name);
    if ((yield* kindOf(directoryName(path))) === undefined) {
      yield* complain(invocation, `${name}: No such file or directory`);
      status = 1;
    } else yield* write(1, `${utf8(path)}\n`);
  }
  return status;
});

/** mktemp [-d]: a name that is free, made. */
export const mktemp: Program = withOptions({ letters: 'dpqu' }, function* (invocation, { flags, rest }) {
  const pattern = rest[0] ?? '/tmp/tmp.XXXXXXXXXX';
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  let name = '';
  for (const c of pattern) {
    if (c !== 'X') {
      name += c;
      continue;
    }
    const roll = yield* system('random');
    name += letters[roll % letters.length];
  }
  const path = pathOf(invocation, name);
  if (flags.has('d')) yield* changeFile({ op: 'mkdir', path });
  else yield* close(yield* open(path, 'write'));
  yield* write(1, `${name}\n`);
  return 0;
});
