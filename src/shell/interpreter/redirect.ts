/** Redirections: the shell's descriptors are a map to the kernel's, so that one is changed without touching the other. */
import type { Redirect, Redirection } from 'unbash';
import { type Bytes, fromUtf8 } from '../../base/bytes';
import { close, dial, dup, Errno, type Fd, open, type Process, pipe, resolve, stat, write } from '../../base/process';
import { join } from '../paths';
import { expandHereDocument, expandText, expandWords } from './expand';
import type { Shell } from './shell';

/** A redirection that cannot be done: the command is not run. The message is printed with the shell's prefix. */
export class RedirectError {
  constructor(readonly message: Bytes) {}
}

/** What was opened for one command, and must be closed after it. */
export interface Redirected {
  readonly streams: ReadonlyMap<number, Fd>;
  readonly opened: readonly Fd[];
}

/** The shell's descriptors with these redirections done, in order. Throws RedirectError; then nothing stays open. */
export function* redirect(shell: Shell, redirects: readonly Redirection[]): Process<Redirected> {
  const streams = new Map(shell.streams);
  const opened: Fd[] = [];
  const before = shell.streams;
  try {
    for (const each of redirects) {
      // Later ones see earlier ones: 2>&1 after >file.
      shell.streams = streams;
      yield* one(shell, each, streams, opened);
    }
    return { streams, opened };
  } catch (error) {
    for (const fd of opened) yield* close(fd);
    if (error instanceof Errno) throw new RedirectError(`${error.path}: ${error.message}`);
    throw error;
  } finally {
    shell.streams = before;
  }
}

function* one(shell: Shell, item: Redirection, streams: Map<number, Fd>, opened: Fd[]): Process<void> {
  const { descriptor } = item;
  let number = descriptor?.type === 'FileDescriptor' ? descriptor.value : undefined;
  if (descriptor?.type === 'FileDescriptorVariable') {
    number = 10;
    while (streams.has(number)) number++;
    shell.set(descriptor.name, String(number));
  }
  if (item.type !== 'Redirect') {
    const text =
      item.type === 'HereDoc'
        ? yield* expandHereDocument(shell, item)
        : `${item.target ? yield* expandText(shell, item.target) : ''}\n`;
    const fd = yield* withText(text);
    opened.push(fd);
    streams.set(number ?? 0, fd);
    return;
  }
  yield* fileOrDup(shell, item, number, streams, opened);
}

function* fileOrDup(
  shell: Shell,
  item: Redirect,
  number: number | undefined,
  streams: Map<number, Fd>,
  opened: Fd[],
): Process<void> {
  const target = yield* targetOf(shell, item);
  // A process substitution in the target brought a descriptor of its own.
  for (const { fd, kernel } of shell.substitutions) if (!streams.has(fd)) streams.set(fd, kernel);
  const input = item.operator.startsWith('<');
  const at = number ?? (input ? 0 : 1);
  const both =
    item.operator.startsWith('&>') || (item.operator === '>&' && number === undefined && !/^\d+-?$|^-$/.test(target));
  if ((item.operator === '>&' || item.operator === '<&') && !both) {
    yield* duplicate(target, at, streams);
    return;
  }
  const mode =
    item.operator === '<'
      ? 'read'
      : item.operator === '<>'
        ? 'readwrite'
        : item.operator.endsWith('>>')
          ? 'append'
          : 'write';
  if (mode === 'write' && shell.flags.noclobber && item.operator !== '>|') yield* refuseExisting(shell, target);
  const fd = yield* openTarget(shell, target, mode, streams);
  opened.push(fd);
  streams.set(at, fd);
  if (both) streams.set(2, fd);
}

/** The word after the operator must come to exactly one. */
function* targetOf(shell: Shell, item: Redirect): Process<Bytes> {
  if (!item.target) throw new RedirectError('ambiguous redirect');
  const words = yield* expandWords(shell, [item.target]);
  if (words.length !== 1) throw new RedirectError(`${item.target.text}: ambiguous redirect`);
  return words[0]!;
}

function* duplicate(target: Bytes, at: number, streams: Map<number, Fd>): Process<void> {
  if (target === '-') {
    streams.delete(at);
    return;
  }
  const match = /^(\d+)(-?)$/.exec(target);
  if (!match) throw new RedirectError(`${target}: ambiguous redirect`);
  const from = streams.get(Number(match[1]));
  if (from === undefined) throw new RedirectError(`${match[1]}: Bad file descriptor`);
  streams.set(at, from);
  if (match[2] === '-') streams.delete(Number(match[1]));
}

function* refuseExisting(shell: Shell, target: Bytes): Process<void> {
  try {
    if ((yield* stat(join(shell.cwd, fromUtf8(target)))).kind !== 'file') return;
  } catch (error) {
    if (error instanceof Errno) return;
    throw error;
  }
  throw new RedirectError(`${target}: cannot overwrite existing file`);
}

/** A file, one of the shell's own descriptors by its /dev name, or bash's /dev/tcp. */
function* openTarget(
  shell: Shell,
  target: Bytes,
  mode: 'read' | 'write' | 'append' | 'readwrite',
  streams: ReadonlyMap<number, Fd>,
): Process<Fd> {
  const own = /^\/dev\/(?:std(in|out|err)|fd\/(\d+))$/.exec(target);
  if (own) {
    const number = own[2] === undefined ? ['in', 'out', 'err'].indexOf(own[1]!) : Number(own[2]);
    const fd = streams.get(number);
    if (fd === undefined) throw new RedirectError(`${target}: No such file or directory`);
    return yield* dup(fd);
  }
  const network = /^\/dev\/(tcp|udp)\/([^/]+)\/(\d+)$/.exec(target);
  try {
    if (network) {
      const [address] = yield* resolve(network[2]!);
      return yield* dial(network[1] as 'tcp' | 'udp', address ?? network[2]!, Number(network[3]));
    }
    return yield* open(join(shell.cwd, fromUtf8(target)), mode);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (network && error.code !== 'ENOTFOUND') {
      yield* shell.complain(`connect: ${error.message}`);
      throw new RedirectError(`${target}: ${error.message}`);
    }
    throw new RedirectError(`${target}: ${error.message}`);
  }
}

/** A descriptor from which a text is read. */
function* withText(text: Bytes): Process<Fd> {
  const [readEnd, writeEnd] = yield* pipe();
  yield* write(writeEnd, text);
  yield* close(writeEnd);
  return readEnd;
}
