/**
 * The classic builder: one instruction after the other, each an image over the one before; RUN is a container of it.
 *
 *     FROM ─► image ─► ENV, COPY … ─► image ─► RUN: container ─► what it changed ─► image …
 *
 * Follows moby/moby builder/dockerfile (builder.go, dispatchers.go, internals.go, imageprobe.go).
 */
import { fromUtf8 } from '../../base/bytes';
import { parseDuration } from '../../base/duration';
import { goQuote } from '../../base/go-quote';
import { newHexId } from '../../base/ids';
import type { Json } from '../../base/json';
import type { Micros } from '../../base/process';
import { parseReference, tagNameOnly } from '../../base/reference';
import {
  type ContainerConfig,
  contentHash,
  deriveImage,
  type FileNode,
  type HealthConfig,
  type HostEngine,
  type RegistryImage,
} from '../../host/index';
import { type CopyRequest, copyFiles, type Source, workingDirectory } from './copy';
import { expandWord, type Instruction, pairs, quotedWords, splitWords } from './dockerfile';
import { environmentOf, needsBuildKit, portsOf, Refused, SCRATCH } from './parts';

export interface BuildRequest {
  readonly instructions: readonly Instruction[];
  readonly context: Source;
  readonly buildArgs: ReadonlyMap<string, string>;
  readonly noCache: boolean;
  readonly pull: boolean;
  /** Containers go after their step. */
  readonly remove: boolean;
}

export interface BuildOutput {
  message(message: Json): void;
  done(outcome: { readonly image: RegistryImage } | { readonly error: string; readonly code: number }): void;
}

/** An instruction that only changes settings. */
const STEP_TIME: Micros = 150_000;
const COPY_TIME: Micros = 300_000;
/** Variables that every build may be given. */
const KNOWN_ARGS = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'];

const NOTHING: ReadonlyMap<string, FileNode | null> = new Map();
export class Builder {
  private image: RegistryImage = SCRATCH;
  private readonly stages: { readonly name: string; image: RegistryImage }[] = [];
  /** ARGs declared in this stage. */
  private args = new Map<string, string>();
  private readonly globalArgs = new Map<string, string>();
  private readonly used = new Set<string>();
  private shell: readonly string[] = ['/bin/sh', '-c'];
  private commandGiven = false;
  private live = true;
  private running: string | undefined;

  constructor(
    private readonly engine: HostEngine,
    private readonly request: BuildRequest,
    private readonly output: BuildOutput,
    private readonly now: () => Micros,
  ) {}

  /** Settings with instructions applied that change nothing else (`docker commit --change`). */
  static settingsAfter(
    engine: HostEngine,
    config: ContainerConfig,
    instructions: readonly Instruction[],
    now: () => Micros,
  ): ContainerConfig {
    const none = new Map<string, string>();
    const request = {
      instructions,
      context: new Map(),
      buildArgs: none,
      noCache: true,
      pull: false,
      remove: true,
    };
    const builder = new Builder(engine, request, { message: () => {}, done: () => {} }, now);
    let settings = config;
    for (const one of instructions) {
      builder.image = { ...SCRATCH, config: settings };
      settings =
        one.name === 'WORKDIR'
          ? { ...settings, WorkingDir: workingDirectory(settings.WorkingDir ?? '', one.text) }
          : builder.changed(one, new Map(environmentOf(settings))).config;
    }
    return settings;
  }

  start(): void {
    this.step(0);
  }

  /** Nobody waits any more. */
  abandon(): void {
    this.live = false;
    if (this.running !== undefined) this.remove(this.running);
  }

  private say(stream: string): void {
    if (this.live) this.output.message({ stream });
  }

  private fail(error: string, code = 0): void {
    if (this.live) this.output.done({ error, code });
  }

  private step(at: number): void {
    if (!this.live) return;
    const { instructions } = this.request;
    const one = instructions[at];
    const inner = this.stages.at(-1);
    if (inner) inner.image = this.image;
    if (!one) {
      this.finish();
      return;
    }
    this.say(`Step ${at + 1}/${instructions.length} : ${one.shown}\n`);
    const next = (): void => this.step(at + 1);
    try {
      this.dispatch(one, next);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.fail(error.message);
    }
  }

  private finish(): void {
    const unused = [...this.request.buildArgs.keys()].filter(
      (name) => !this.used.has(name) && !KNOWN_ARGS.includes(name),
    );
    if (unused.length > 0) this.say(`[Warning] One or more build-args [${unused.join(' ')}] were not consumed\n`);
    this.output.done({ image: this.image });
  }

  private dispatch(one: Instruction, next: () => void): void {
    const values = new Map([...this.args, ...environmentOf(this.image.config)]);
    switch (one.name) {
      case 'FROM':
        this.from(one, next);
        return;
      case 'ARG':
        this.arg(one, next);
        return;
      case 'RUN':
        this.run(one, next);
        return;
      case 'COPY':
      case 'ADD':
        this.copy(one, values, next);
        return;
      case 'SHELL':
        if (!one.list) throw new Refused('SHELL requires the arguments to be in JSON form');
        this.shell = one.list;
        this.settings(this.image.config, `SHELL [${one.list.join(' ')}]`, next);
        return;
      case 'ONBUILD':
        throw new Refused('ONBUILD is not modelled by this playground');
      case 'WORKDIR':
        this.workdir(splitWords(one.text, values).join(' '), next);
        return;
      default: {
        const { config, words } = this.changed(one, values);
        this.settings(config, `${one.name} ${words}`, next);
      }
    }
  }

  /** The settings after an instruction that changes nothing else, and how docker words it. */
  private changed(
    one: Instruction,
    values: ReadonlyMap<string, string>,
  ): { readonly config: ContainerConfig; readonly words: string } {
    const { config } = this.image;
    const text = (one.list ?? splitWords(one.text, values)).join(' ');
    const command = one.list ?? [...this.shell, one.text];
    const quoted = `[${command.map(goQuote).join(' ')}]`;
    switch (one.name) {
      case 'CMD':
        this.commandGiven = true;
        return { config: { ...config, Cmd: command }, words: quoted };
      case 'ENTRYPOINT':
        return {
          config: { ...config, Entrypoint: command, ...(this.commandGiven ? {} : { Cmd: null }) },
          words: quoted,
        };
      case 'ENV': {
        const given = pairs(one.text, values);
        const names = given.map(([name]) => name);
        const kept = (config.Env ?? []).filter((entry) => !names.includes(entry.split('=', 1)[0]!));
        const Env = [...kept, ...given.map(([name, value]) => `${name}=${value}`)];
        return { config: { ...config, Env }, words: given.map(([name, value]) => `${name}=${value}`).join(' ') };
      }
      case 'LABEL': {
        const given = pairs(one.text, values);
        const Labels = { ...config.Labels, ...Object.fromEntries(given) };
        return { config: { ...config, Labels }, words: given.map(([name, value]) => `${name}=${value}`).join(' ') };
      }
      case 'EXPOSE': {
        const ports = text.split(' ').flatMap(portsOf);
        const ExposedPorts = { ...config.ExposedPorts, ...Object.fromEntries(ports.map((port) => [port, {}])) };
        return { config: { ...config, ExposedPorts }, words: text };
      }
      case 'VOLUME': {
        const paths = one.list ?? splitWords(one.text, values);
        const Volumes = { ...config.Volumes, ...Object.fromEntries(paths.map((path) => [path, {}])) };
        return { config: { ...config, Volumes }, words: `[${paths.join(' ')}]` };
      }
      case 'USER':
        return { config: { ...config, User: text }, words: text };
      case 'STOPSIGNAL':
        return { config: { ...config, StopSignal: text }, words: text };
      case 'HEALTHCHECK':
        return this.health(one);
      default:
        return { config, words: text };
    }
  }

  private health(one: Instruction): { readonly config: ContainerConfig; readonly words: string } {
    const { config } = this.image;
    const [, kind = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(one.text) ?? [];
    if (/^none$/i.test(kind))
      return { config: { ...config, Healthcheck: { Test: ['NONE'] } }, words: '&{[NONE] 0s 0s 0s 0s 0}' };
    if (!/^cmd$/i.test(kind)) throw new Refused(`Unknown type ${JSON.stringify(kind)} in HEALTHCHECK (try CMD)`);
    const list = rest.startsWith('[') ? (JSON.parse(rest) as string[]) : undefined;
    const Test = list ? ['CMD', ...list] : ['CMD-SHELL', rest];
    const flag = (name: string): string => one.flags.get(name) ?? '0s';
    const nanos = (name: string): number => {
      const parsed = parseDuration(flag(name));
      if (!parsed.ok) throw new Refused(parsed.error);
      return Number(parsed.value);
    };
    const times = {
      Interval: nanos('interval'),
      Timeout: nanos('timeout'),
      StartPeriod: nanos('start-period'),
      StartInterval: nanos('start-interval'),
      Retries: Number(one.flags.get('retries') ?? 0),
    };
    const Healthcheck: HealthConfig = {
      Test,
      ...Object.fromEntries(Object.entries(times).filter(([, value]) => value !== 0)),
    };
    const shown = [flag('interval'), flag('timeout'), flag('start-period'), flag('start-interval'), times.Retries];
    return { config: { ...config, Healthcheck }, words: `&{[${Test.join(' ')}] ${shown.join(' ')}}` };
  }

  // ------------------------------------------------------------------ steps

  private from(one: Instruction, next: () => void): void {
    const [, name = '', , stage = ''] =
      /^(\S+)(\s+[aA][sS]\s+(\S+))?$/.exec(expandWord(one.text, this.globalArgs)) ?? [];
    if (name === '') throw new Refused('FROM requires either one argument, or three: FROM <source> [as <name>]');
    const begin = (image: RegistryImage): void => {
      this.image = image;
      this.args = new Map();
      this.shell = ['/bin/sh', '-c'];
      this.commandGiven = false;
      this.stages.push({ name: stage.toLowerCase(), image });
      this.say(` ---> ${image.id.slice(7, 19)}\n`);
      next();
    };
    if (name === 'scratch') {
      begin(SCRATCH);
      return;
    }
    const earlier = this.stages.find((other) => other.name !== '' && other.name === name.toLowerCase());
    if (earlier) begin(earlier.image);
    else this.fetch(name, this.request.pull, begin);
  }

  /** A default of the stage's own goes before that above the first FROM; what the user gave goes before both. */
  private arg(one: Instruction, next: () => void): void {
    const outside = this.stages.length === 0;
    const values = outside ? this.globalArgs : new Map([...this.args, ...environmentOf(this.image.config)]);
    for (const word of quotedWords(one.text)) {
      const at = word.indexOf('=');
      const name = at < 0 ? word : word.slice(0, at);
      const own = at < 0 ? undefined : expandWord(word.slice(at + 1), values);
      const given = this.request.buildArgs.get(name);
      this.used.add(name);
      if (outside) this.globalArgs.set(name, given ?? own ?? '');
      else {
        const value = given ?? own ?? this.globalArgs.get(name);
        if (value !== undefined) this.args.set(name, value);
      }
    }
    if (outside) next();
    else this.settings(this.image.config, `ARG ${one.text}`, next);
  }

  private workdir(text: string, next: () => void): void {
    const WorkingDir = workingDirectory(this.image.config.WorkingDir ?? '', text);
    const there = this.image.files().nodes.has(WorkingDir);
    const directory: FileNode = { kind: 'directory', mode: 0o755, modified: this.now() };
    const createdBy = `/bin/sh -c #(nop) WORKDIR ${WorkingDir}`;
    const files: ReadonlyMap<string, FileNode> = there ? new Map() : new Map([[WorkingDir, directory]]);
    this.commit({ ...this.image.config, WorkingDir }, createdBy, () => files, true, next);
  }

  private settings(config: ContainerConfig, words: string, next: () => void): void {
    this.commit(config, `/bin/sh -c #(nop)  ${words}`, () => NOTHING, true, next);
  }

  private copy(one: Instruction, values: ReadonlyMap<string, string>, next: () => void): void {
    const words = one.list ?? splitWords(one.text, values);
    for (const flag of one.flags.keys()) if (!['from', 'chown'].includes(flag)) throw new Refused(needsBuildKit(flag));
    const sources = words.slice(0, -1);
    if (sources.some((source) => /^https?:\/\//.test(source))) {
      throw new Refused(`${one.name} failed: files from the internet are not modelled by this playground`);
    }
    if (!one.list && words.some((word) => word.startsWith('<<')))
      throw new Refused(`${one.name} failed: no source files were specified`);
    const destination = words.at(-1)!;
    this.source(one.flags.get('from'), (from) => this.copied(one, { from, sources, destination }, next));
  }

  private copied(
    one: Instruction,
    request: Pick<CopyRequest, 'from' | 'sources' | 'destination'>,
    next: () => void,
  ): void {
    const copied = copyFiles({
      ...request,
      workdir: this.image.config.WorkingDir ?? '',
      image: this.image.files(),
      unpack: one.name === 'ADD',
      at: this.now(),
    });
    if (typeof copied === 'string') {
      this.fail(`${one.name} failed: ${copied}`);
      return;
    }
    const createdBy = `/bin/sh -c #(nop) ${one.name} ${copied.kind}:${contentHash(copied.files)} in ${request.destination} `;
    this.commit(this.image.config, createdBy, () => copied.files, false, next);
  }

  /** The tree that COPY takes from: the context, an earlier stage by name or number, or another image. */
  private source(name: string | undefined, then: (from: Source) => void): void {
    const stage =
      name === undefined
        ? undefined
        : (this.stages[Number(name)] ?? this.stages.find((other) => other.name === name.toLowerCase()));
    if (name === undefined) then(this.request.context);
    else if (stage) then(stage.image.files().nodes);
    else this.fetch(name, false, (image) => then(image.files().nodes));
  }

  /** The image of a name, pulled where it is not here or where a fresh one is wanted. */
  private fetch(name: string, fresh: boolean, then: (image: RegistryImage) => void): void {
    const local = this.engine.images.find(name);
    if (local && !fresh) {
      then(local.image);
      return;
    }
    const reference = parseReference(name);
    if (!reference.ok) throw new Refused(reference.error);
    this.engine.images.pull(
      tagNameOnly(reference.value),
      (message) => {
        if (this.live) this.output.message(message);
      },
      (error) => {
        const found = this.engine.images.find(name);
        if (error || !found) this.fail(error?.message ?? `No such image: ${name}`);
        else if (this.live) then(found.image);
      },
    );
  }

  /** One step: out of the cache, or made in a moment. */
  private commit(
    config: ContainerConfig,
    createdBy: string,
    files: () => ReadonlyMap<string, FileNode | null>,
    container: boolean,
    next: () => void,
  ): void {
    if (this.fromCache(createdBy)) {
      next();
      return;
    }
    const id = newHexId(this.engine.random('build')).slice(0, 12);
    if (container) this.say(` ---> Running in ${id}\n`);
    this.engine.later(container ? STEP_TIME : COPY_TIME, () => {
      if (container && this.request.remove) this.say(` ---> Removed intermediate container ${id}\n`);
      this.image = this.derive(config, files(), createdBy);
      this.say(` ---> ${this.image.id.slice(7, 19)}\n`);
      next();
    });
  }

  private fromCache(createdBy: string): boolean {
    const cached = this.request.noCache ? undefined : this.engine.images.cachedStep(this.image.id, createdBy);
    if (!cached) return false;
    this.image = cached;
    this.say(` ---> Using cache\n ---> ${cached.id.slice(7, 19)}\n`);
    return true;
  }

  private derive(
    config: ContainerConfig,
    files: ReadonlyMap<string, FileNode | null>,
    createdBy: string,
  ): RegistryImage {
    const image = deriveImage(this.image, { config, files, createdBy, comment: '', at: this.now() });
    this.engine.images.addStep(image);
    return image;
  }

  // ------------------------------------------------------------------ RUN

  private run(one: Instruction, next: () => void): void {
    const [flag] = one.flags.keys();
    if (flag !== undefined) throw new Refused(needsBuildKit(flag));
    const command = one.list ?? [...this.shell, one.text];
    const given = [...this.args].map(([name, value]) => `${name}=${value}`);
    const createdBy = (given.length > 0 ? [`|${given.length}`, ...given] : []).concat(command).join(' ');
    if (this.fromCache(createdBy)) {
      next();
      return;
    }
    const { engine, image } = this;
    const made = engine.containers.create({
      name: '',
      config: { Image: image.id, Cmd: [], Entrypoint: command, Env: given, Healthcheck: { Test: ['NONE'] } },
      hostConfig: {},
      endpoints: new Map(),
    });
    if (!made.ok) {
      this.fail(made.error.message);
      return;
    }
    const { id } = made.value;
    this.running = id;
    this.say(` ---> Running in ${id.slice(0, 12)}\n`);
    engine.outputs.attach(id, {
      output: (stream, data) => this.say(stream === 'stderr' ? `\x1b[91m${fromUtf8(data)}\x1b[0m` : fromUtf8(data)),
      end: () => {},
    });
    engine.lifecycle.wait(id, 'next-exit', (status) => this.ran(id, createdBy, command, status, next));
    engine.lifecycle.start(id, (error) => {
      if (!error) return;
      this.remove(id);
      this.fail(error.message, 1);
    });
  }

  private ran(id: string, createdBy: string, command: readonly string[], status: number, next: () => void): void {
    if (!this.live || this.running !== id) return;
    if (status !== 0) {
      this.running = undefined;
      this.fail(`The command '${command.join(' ')}' returned a non-zero code: ${status}`, status);
      return;
    }
    const files = this.engine.changedFiles(id);
    // What follows from its end comes first.
    this.engine.later(STEP_TIME, () => {
      this.running = undefined;
      if (this.request.remove) {
        this.remove(id);
        this.say(` ---> Removed intermediate container ${id.slice(0, 12)}\n`);
      }
      this.image = this.derive(this.image.config, files, createdBy);
      this.say(` ---> ${this.image.id.slice(7, 19)}\n`);
      next();
    });
  }

  private remove(id: string): void {
    this.running = undefined;
    this.engine.lifecycle.remove(id, { force: true, volumes: true, typed: id }, () => {});
  }
}
