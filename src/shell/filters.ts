/**
 * Text filters that need their whole input (awk, sed, jq, sort …), run by just-bash over a machine's files.
 * The one engine file with a promise: the world's pump returns, its entrance awaits this, and the pump goes on.
 *
 * The library's file system is an adapter over one synchronous function, so that a filter sees the machine's own files.
 * While a filter runs, Date and Math.random of this realm are the world's: awk's rand() is the same in every replay.
 */
import type { IFileSystem } from 'just-bash/browser';
import { type Bytes, fromArray, fromUtf8, utf8 } from '../base/bytes';
import { Errno, type FileCall, type FileStat } from '../base/process';
import { join } from './paths';
import { normalDiff } from './text/diff';

/** A `filter` call's fields. */
export interface FilterRequest {
  readonly name: string;
  readonly args: readonly Bytes[];
  readonly stdin: Bytes;
  readonly cwd: string;
  readonly env: ReadonlyMap<string, Bytes>;
  /** Virtual time in microseconds, for the filter's own clock. */
  readonly now: number;
  /** Seeds the filter's chance. */
  readonly seed: number;
}

export interface FilterResult {
  readonly stdout: Bytes;
  readonly stderr: Bytes;
  readonly status: number;
}

/** Answers a file call at once, as the kernel answers the same call of a process; throws Errno. */
export type FilterFiles = (call: FileCall) => unknown;

/** Node's words, by which the library knows what went wrong. */
const WORDS: Partial<Record<Errno['code'], string>> = {
  ENOENT: 'no such file or directory',
  EEXIST: 'file already exists',
  EISDIR: 'illegal operation on a directory',
  ENOTDIR: 'not a directory',
  ENOTEMPTY: 'directory not empty',
  EACCES: 'permission denied',
  EROFS: 'read-only file system',
};

/** The library's file system over a machine's files. Its paths are text, its bytes are ours. */
class MachineFiles implements IFileSystem {
  files: FilterFiles = () => {
    throw new Errno('ENOENT');
  };
  /** The program that runs: the library's own, whatever the machine keeps under that name. */
  program = '';

  private ask(call: FileCall): unknown {
    try {
      return this.files(call);
    } catch (error) {
      if (error instanceof Errno) this.fail(error.code, call);
      throw error;
    }
  }

  private fail(code: Errno['code'], call: FileCall): never {
    throw new Error(`${code}: ${WORDS[code] ?? code}, ${call.op} '${call.path}'`);
  }

  private statNow(path: string) {
    // The library looks for its own program in PATH before it runs it.
    if (path === `/usr/bin/${this.program}`) {
      const file = { isFile: true, isDirectory: false, isSymbolicLink: false };
      return { ...file, mode: 0o755, size: 0, mtime: new Date(0) };
    }
    const found = this.ask({ op: 'stat', path }) as FileStat;
    return {
      isFile: found.kind === 'file',
      isDirectory: found.kind === 'directory',
      isSymbolicLink: false,
      mode: found.mode,
      size: found.size,
      mtime: new Date(Math.floor(found.modified / 1000)),
    };
  }

  private bytes(path: string): Bytes {
    return this.ask({ op: 'read', path }) as Bytes;
  }

  private put(path: string, content: string | Uint8Array, options: unknown, append: boolean): void {
    const encoding = typeof options === 'string' ? options : (options as { encoding?: string } | undefined)?.encoding;
    const binary = encoding === 'binary' || encoding === 'latin1';
    const data = typeof content === 'string' ? (binary ? content : utf8(content)) : fromArray(content);
    this.ask({ op: 'write', path, data, append });
  }

  async readFile(path: string, options?: unknown): Promise<string> {
    const encoding = typeof options === 'string' ? options : (options as { encoding?: string } | undefined)?.encoding;
    const bytes = this.bytes(path);
    return encoding === 'binary' || encoding === 'latin1' ? bytes : fromUtf8(bytes);
  }

  async readFileBytes(path: string) {
    return this.bytes(path) as unknown as Awaited<ReturnType<NonNullable<IFileSystem['readFileBytes']>>>;
  }

  async readFileBuffer(path: string): Promise<Uint8Array> {
    return Uint8Array.from(this.bytes(path), (c) => c.charCodeAt(0));
  }

  async writeFile(path: string, content: string | Uint8Array, options?: unknown): Promise<void> {
    this.put(path, content, options, false);
  }

  async appendFile(path: string, content: string | Uint8Array, options?: unknown): Promise<void> {
    this.put(path, content, options, true);
  }

  async exists(path: string): Promise<boolean> {
    try {
      this.statNow(path);
      return true;
    } catch {
      return false;
    }
  }

  async stat(path: string) {
    return this.statNow(path);
  }

  async lstat(path: string) {
    return this.statNow(path);
  }

  async mkdir(path: string, options?: { recursive?: boolean }): Promise<void> {
    if (!options?.recursive) {
      this.ask({ op: 'mkdir', path });
      return;
    }
    const parts = path.split('/').filter((part) => part !== '');
    for (let k = 1; k <= parts.length; k++) {
      const step = `/${parts.slice(0, k).join('/')}`;
      if (!(await this.exists(step))) this.ask({ op: 'mkdir', path: step });
    }
  }

  async readdir(path: string): Promise<string[]> {
    return [...(this.ask({ op: 'list', path }) as readonly string[])];
  }

  async readdirWithFileTypes(path: string) {
    const names = this.ask({ op: 'list', path }) as readonly string[];
    return names.map((name) => {
      const { isFile, isDirectory } = this.statNow(join(path, name));
      return { name, isFile, isDirectory, isSymbolicLink: false };
    });
  }

  async rm(path: string, options?: { recursive?: boolean; force?: boolean }): Promise<void> {
    if (options?.force && !(await this.exists(path))) return;
    if (options?.recursive && this.statNow(path).isDirectory) {
      for (const name of await this.readdir(path)) await this.rm(join(path, name), options);
    }
    this.ask({ op: 'remove', path });
  }

  async cp(from: string, to: string, options?: { recursive?: boolean }): Promise<void> {
    if (!this.statNow(from).isDirectory) {
      this.ask({ op: 'write', path: to, data: this.bytes(from) });
      return;
    }
    await this.mkdir(to, { recursive: true });
    for (const name of await this.readdir(from)) await this.cp(join(from, name), join(to, name), options);
  }

  async mv(from: string, to: string): Promise<void> {
    this.ask({ op: 'rename', path: from, to });
  }

  resolvePath(base: string, path: string): string {
    return join(base, path);
  }

  getAllPaths(): string[] {
    return [];
  }

  async chmod(path: string, mode: number): Promise<void> {
    this.ask({ op: 'chmod', path, mode });
  }

  async symlink(): Promise<void> {
    throw new Error('EPERM: links are not made here, symlink');
  }

  async link(from: string, to: string): Promise<void> {
    await this.cp(from, to);
  }

  async readlink(path: string): Promise<string> {
    this.statNow(path);
    throw new Error(`EINVAL: invalid argument, readlink '${path}'`);
  }

  async realpath(path: string): Promise<string> {
    this.statNow(path);
    return join('/', path);
  }

  async utimes(path: string): Promise<void> {
    this.statNow(path);
  }

  // The library lays out a file system of its own when it starts: the machine has one.
  mkdirSync(): void {}
  writeFileSync(): void {}
  writeFileLazy(): void {}
}

interface Filters {
  readonly files: MachineFiles;
  readonly bash: import('just-bash/browser').Bash;
}

let loaded: Promise<Filters> | undefined;

async function load(): Promise<Filters> {
  const { Bash } = await import('just-bash/browser');
  const files = new MachineFiles();
  return { files, bash: new Bash({ fs: files, cwd: '/', env: {} }) };
}

/** Fetches the filters, so that the first of them need not wait. A fetch that failed is tried again the next time. */
export function prepareFilters(): Promise<Filters> {
  loaded ??= load().catch((error: unknown) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

/** mulberry32: a small stream of chance for what runs inside the library. */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Runs `body` with the world's clock and chance in place of the real ones. */
async function inWorldTime<T>(request: FilterRequest, body: () => Promise<T>): Promise<T> {
  const RealDate = globalThis.Date;
  const { random } = Math;
  const now = Math.floor(request.now / 1000);
  class WorldDate extends RealDate {
    constructor(...args: unknown[]) {
      if (args.length === 0) super(now);
      else super(...(args as [number]));
    }
    static override now(): number {
      return now;
    }
  }
  globalThis.Date = WorldDate as DateConstructor;
  Math.random = chance(request.seed);
  try {
    return await body();
  } finally {
    globalThis.Date = RealDate;
    Math.random = random;
  }
}

/** The library writes the unified format whatever it is asked, under a line of its own. */
function shownDiff(args: readonly Bytes[], stdout: Bytes): Bytes {
  const isUnified = args.some((arg) => /^(-[a-zA-Z]*[uU]|--unified)/.test(arg));
  return isUnified ? stdout.replace(/^=+\n/, '') : normalDiff(stdout);
}

/** Runs one filter. One at a time: while it runs, Date and Math.random are the world's. */
export async function runFilter(request: FilterRequest, files: FilterFiles): Promise<FilterResult> {
  const { files: machine, bash } = await prepareFilters();
  machine.files = files;
  machine.program = request.name;
  const env: Record<string, string> = Object.create(null);
  for (const [name, value] of request.env) env[name] = fromUtf8(value);
  try {
    const result = await inWorldTime(request, () =>
      bash.exec(request.name, {
        args: request.args.map(fromUtf8),
        stdin: request.stdin,
        stdinKind: 'bytes',
        rawScript: true,
        cwd: request.cwd,
        env: { ...env, TZ: 'UTC' },
        replaceEnv: true,
      }),
    );
    const binary = (result as { stdoutKind?: string }).stdoutKind === 'bytes';
    const stdout = binary ? result.stdout : utf8(result.stdout);
    return {
      stdout: request.name === 'diff' ? shownDiff(request.args, stdout) : stdout,
      stderr: utf8(result.stderr),
      status: result.exitCode & 255,
    };
  } catch (error) {
    return {
      stdout: '',
      stderr: utf8(`${request.name}: ${error instanceof Error ? error.message : error}\n`),
      status: 2,
    };
  }
}
