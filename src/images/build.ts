/** How repositories and their images are written down. */
import type { ContainerConfig, HealthConfig, Program } from '../host/index';
import type { Base } from './rootfs';

/** What one tag of a repository is. */
export interface Build {
  readonly base: Base;
  /** Compressed bytes of its own layers. */
  readonly layers: readonly number[];
  readonly config: ContainerConfig;
  /** Files beside the base's: an executable, or a path with its contents. */
  readonly programs?: readonly string[];
  readonly files?: readonly (readonly [string, string])[];
  /** First word of a command line → the program that it is. */
  readonly runs: ReadonlyMap<string, Program>;
  /** Names of entrypoint scripts and inits that run what follows them. */
  readonly wrappers?: readonly string[];
  /** Commands that its shell has beside the base's. */
  readonly tools?: readonly string[];
}

export interface Repository {
  readonly name: string;
  /** Groups of tags that are one image, newest first; the first tag of a group names it. */
  readonly tags: readonly (readonly string[])[];
  build(tag: string): Build;
}

export const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
export const SECOND = 1_000_000_000;
export const kB = (count: number): number => count * 1000;
export const MB = (count: number): number => Math.round(count * 1_000_000);

/** `1.2.3,1.2,latest 1.1.0,1.1` → groups. */
export function groups(text: string): readonly (readonly string[])[] {
  return text.split(' ').map((group) => group.split(','));
}

/** Each group again with `-alpine` behind its tags; `latest` becomes `alpine`. */
export function withAlpine(text: string): readonly (readonly string[])[] {
  const plain = groups(text);
  const alpine = plain.map((group) => group.map((tag) => (tag === 'latest' ? 'alpine' : `${tag}-alpine`)));
  return [...plain, ...alpine];
}

function ports(...numbers: readonly number[]): Pick<ContainerConfig, 'ExposedPorts'> {
  return { ExposedPorts: Object.fromEntries(numbers.map((port) => [`${port}/tcp`, {}])) };
}

function one(word: string, program: Program): ReadonlyMap<string, Program> {
  return new Map([[word, program]]);
}

/** A base system: a shell and nothing that runs by itself. */
export function system(name: string, tags: string, base: Base, size: number, command: string): Repository {
  return {
    name,
    tags: groups(tags),
    build: () => ({ base, layers: size === 0 ? [] : [size], config: { Env: [PATH], Cmd: [command] }, runs: new Map() }),
  };
}

export interface AppOptions {
  readonly base?: Base;
  /** Compressed bytes. */
  readonly size: number;
  readonly command: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly ports?: readonly number[];
  readonly env?: readonly string[];
  readonly workdir?: string;
  readonly volumes?: readonly string[];
  readonly health?: HealthConfig;
  readonly stopSignal?: string;
  readonly wrappers?: readonly string[];
  readonly tools?: readonly string[];
  readonly files?: readonly (readonly [string, string])[];
}

/** An application: `word` on its command line (after wrappers) is `program`. */
export function application(options: AppOptions, word: string, program: Program): Build {
  const { command, entrypoint } = options;
  const config: ContainerConfig = {
    Env: [PATH, ...(options.env ?? [])],
    Cmd: command.length > 0 ? command : null,
    ...(entrypoint ? { Entrypoint: entrypoint } : {}),
    ...(options.ports ? ports(...options.ports) : {}),
    ...(options.workdir ? { WorkingDir: options.workdir } : {}),
    ...(options.volumes ? { Volumes: Object.fromEntries(options.volumes.map((path) => [path, {}])) } : {}),
    ...(options.health ? { Healthcheck: options.health } : {}),
    ...(options.stopSignal ? { StopSignal: options.stopSignal } : {}),
  };
  const executables = [...new Set([...(entrypoint ?? []), ...command].slice(0, 3))]
    .filter((path) => /^[/\w.-]+$/.test(path) && !path.startsWith('-'))
    .map((path) => (path.startsWith('/') ? path : `/usr/local/bin/${path}`));
  return {
    base: options.base ?? 'debian',
    layers: split(options.size),
    config,
    programs: executables,
    files: options.files ?? [],
    runs: one(word, program),
    wrappers: options.wrappers ?? [],
    tools: options.tools ?? [],
  };
}

/** A size in layers: most of it in the first, as a package installation is. */
export function split(size: number): readonly number[] {
  if (size < MB(1)) return [size];
  const first = Math.floor(size * 0.72);
  const second = Math.floor(size * 0.21);
  return [first, second, size - first - second - 1_400, 1_400];
}

export function app(name: string, tags: string, word: string, program: Program, options: AppOptions): Repository {
  return { name, tags: groups(tags), build: () => application(options, word, program) };
}
