/** The Docker Hub of this world: what a name and tag stand for, and what a command line runs in an image. */
import { toHex } from '../base/bytes';
import type { Reference } from '../base/reference';
import { familiarName } from '../base/reference';
import { sha256 } from '../base/sha256';
import type {
  ContainerConfig,
  ImageLayer,
  Launch,
  Program,
  ReadOnlyLayer,
  Registry,
  RegistryImage,
} from '../host/index';
import type { Build, Repository } from './build';
import { REPOSITORIES } from './catalogue';
import * as small from './programs/small';
import { type Base, imageFiles } from './rootfs';

/** Compressed bytes of the bases' layers; scratch has none. */
const BASE_BYTES: Readonly<Record<Base, number>> = {
  scratch: 0,
  busybox: 2_221_000,
  alpine: 3_801_000,
  debian: 29_780_000,
};
/** Unpacked for each compressed byte, in hundredths. */
const UNPACKED_PERCENT = 255;

/** 2025-11-04, and a day earlier for each older image of a repository. */
const NEWEST = 1_762_214_400_000_000;
const DAY = 86_400_000_000;

function digest(text: string): string {
  return `sha256:${toHex(sha256(text))}`;
}

interface Known {
  readonly image: RegistryImage;
  readonly build: Build;
}

class Hub implements Registry {
  private readonly repositories = new Map<string, Repository[]>();
  /** `name:first tag` → image, made at the first question. */
  private readonly images = new Map<string, Known>();
  private readonly byId = new Map<string, Known>();
  /** Images made on machines, that went to a private registry. */
  private readonly kept = new Map<string, RegistryImage>();

  constructor(repositories: readonly Repository[]) {
    for (const repository of repositories) {
      const same = this.repositories.get(repository.name);
      if (same) same.push(repository);
      else this.repositories.set(repository.name, [repository]);
    }
  }

  find(reference: Reference): RegistryImage | 'unknown tag' | 'unknown repository' {
    const repositories = reference.domain === 'docker.io' ? this.repositories.get(familiarName(reference)) : undefined;
    if (!repositories) return 'unknown repository';
    for (const repository of repositories) {
      for (const [age, group] of repository.tags.entries()) {
        if (reference.digest === undefined ? !group.includes(reference.tag ?? 'latest') : false) continue;
        const { image } = this.make(repository, group[0]!, age);
        if (reference.digest === undefined || image.digest === reference.digest) return image;
      }
    }
    return 'unknown tag';
  }

  launch(image: RegistryImage, argv: readonly string[], config: ContainerConfig): Launch {
    const build = this.byId.get(image.basedOn ?? image.id)?.build;
    const words = build ? unwrap(build, argv) : argv;
    const program = (build && own(build, words)) ?? common(image.files(), words, config);
    return { argv: words, program };
  }

  content(id: string): RegistryImage | undefined {
    return this.kept.get(id) ?? this.byId.get(id)?.image;
  }

  keep(image: RegistryImage): void {
    if (!this.byId.has(image.id)) this.kept.set(image.id, image);
  }

  private make(repository: Repository, tag: string, age: number): Known {
    const key = `${repository.name}:${tag}`;
    let known = this.images.get(key);
    if (!known) {
      const build = repository.build(tag);
      known = { build, image: makeImage(repository.name, tag, age, build) };
      this.images.set(key, known);
      this.byId.set(known.image.id, known);
    }
    return known;
  }
}

function makeImage(repository: string, tag: string, age: number, build: Build): RegistryImage {
  const name = `${repository}:${tag}`;
  const layer = (text: string, size: number): ImageLayer => ({
    digest: digest(`layer ${text}`),
    diffId: digest(`unpacked layer ${text}`),
    size,
  });
  const base = build.base === 'scratch' ? [] : [layer(baseName(repository, tag, build), BASE_BYTES[build.base])];
  const layers = [...base, ...build.layers.map((size, at) => layer(`${name} ${at}`, size))];
  const compressed = layers.reduce((sum, { size }) => sum + size, 0);
  let files: ReadOnlyLayer | undefined;
  return {
    repository,
    tag,
    digest: digest(`manifest ${name}`),
    id: digest(`image ${name}`),
    layers,
    size: Math.floor((compressed * UNPACKED_PERCENT) / 100),
    created: NEWEST - age * DAY,
    config: build.config,
    comment: 'buildkit.dockerfile.v0',
    files: () => (files ??= imageFiles(build.base, build.programs ?? [], build.files ?? [])),
    shell:
      build.base === 'scratch'
        ? undefined
        : { family: build.base === 'debian' ? 'debian' : 'busybox', tools: build.tools ?? [] },
  };
}

/** A base system's own tags differ in their one layer; what is built on a base shares the newest. */
function baseName(repository: string, tag: string, build: Build): string {
  return build.layers.length === 0 ? `${repository}:${tag}` : `base ${build.base}`;
}

/** What entrypoint scripts and inits leave of a command line. Options alone are for the image's own program. */
function unwrap(build: Build, argv: readonly string[]): readonly string[] {
  const wrappers = build.wrappers ?? [];
  let at = 0;
  while (at < argv.length && wrappers.includes(argv[at]!)) at++;
  if (at === 0) return argv;
  const rest = argv.slice(at);
  const [word] = build.runs.keys();
  return word !== undefined && (rest.length === 0 || isForProgram(rest[0]!)) ? [word, ...rest] : rest;
}

function isForProgram(word: string): boolean {
  return word.startsWith('-') || /\.(?:conf|yml|yaml)$/.test(word);
}

function own(build: Build, argv: readonly string[]): Program | undefined {
  const [first = ''] = argv;
  const direct = build.runs.get(first) ?? build.runs.get(first.slice(first.lastIndexOf('/') + 1));
  const [program] = build.runs.values();
  if (direct) return direct;
  const entrypoint = build.config.Entrypoint?.[0];
  return entrypoint !== undefined && entrypoint === first && !build.wrappers?.includes(first) ? program : undefined;
}

/** Commands that every image with a shell has, as long as they need no shell. */
function common(files: ReadOnlyLayer, argv: readonly string[], config: ContainerConfig): Program | undefined {
  const [first = '', ...rest] = argv;
  const name = /^(?:\/(?:usr\/)?bin\/)?([a-z]+)$/.exec(first)?.[1];
  if (name === undefined || !files.nodes.has(`/bin/${name}`)) return undefined;
  switch (name) {
    case 'sleep':
      return small.sleep;
    case 'ping':
      return config.Tty ? undefined : small.ping;
    case 'true':
      return small.trueProgram;
    case 'false':
      return small.falseProgram;
    case 'echo':
      return config.Tty ? undefined : small.echo;
    case 'hostname':
      return rest.length === 0 ? small.hostname : undefined;
    case 'tail':
      return rest.join(' ') === '-f /dev/null' ? small.forever : undefined;
    case 'sh':
    case 'ash':
    case 'bash':
      return rest.length === 0 && !config.Tty && !config.OpenStdin ? small.idleShell : undefined;
    default:
      return undefined;
  }
}

/** A registry with all repositories; one serves all machines of a world. */
export function makeRegistry(): Registry {
  return new Hub(REPOSITORIES);
}
