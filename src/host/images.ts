/** The images on one machine: by id, with their tags and digests. Follows moby/moby daemon/images and reference store. */
import type { Micros } from '../base/process';
import { familiarName, familiarString, fullName, parseReference, type Reference, tagNameOnly } from '../base/reference';
import { fail, ok, type Result } from '../base/result';
import type { HostContext } from './context';
import type { Registry, RegistryImage } from './ports';
import { digestOf, isPublic, manifestText, PrivateRegistry, type RegistryNetwork } from './private-registry';
import { type PullProgress, Pulls, pullError } from './pull';
import { type PushProgress, pushTag } from './push';
import { type HostError, hostError } from './types';

const IMAGES = 'images/';
const STEPS = 'image-steps/';

export interface LocalImage {
  readonly image: RegistryImage;
  /** 'nginx:latest', in byte order. */
  readonly tags: readonly string[];
  /** 'nginx@sha256:…'. */
  readonly digests: readonly string[];
  readonly pulledAt: Micros;
}

/** One line of `docker rmi`. */
export type Removed = { readonly Untagged: string } | { readonly Deleted: string };

export class Images {
  private readonly images = new Map<string, LocalImage>();
  /** Images that builds made on their way: their cache. */
  private readonly steps = new Map<string, RegistryImage>();
  private readonly pulls: Pulls;
  /** Registries that may be asked without TLS, from dockerd's configuration. */
  insecureRegistries: readonly string[] = [];
  /** Which containers were made from an image: plugged by the container store. */
  usersOf: (imageId: string) => readonly { id: string; running: boolean; name: string }[] = () => [];

  constructor(
    private readonly context: HostContext,
    readonly registry: Registry,
    private readonly network: RegistryNetwork,
  ) {
    for (const key of context.disk.keys(IMAGES)) {
      const local = context.disk.get<LocalImage>(key)!;
      this.images.set(local.image.id, local);
    }
    for (const key of context.disk.keys(STEPS)) {
      const image = context.disk.get<RegistryImage>(key)!;
      this.steps.set(image.id, image);
    }
    this.pulls = new Pulls(context, {
      lookup: (reference) => this.lookup(reference),
      hasImage: (id) => this.images.has(id),
      hasLayer: (digest) => this.hasLayer(digest),
      idOf: (reference) => this.byReference(reference)?.image.id,
      store: (reference, image) => this.store(reference, image),
    });
  }

  /** What the registry of a name has: the Hub, or a private one that is asked over the network. */
  lookup(reference: Reference): RegistryImage | HostError {
    if (!isPublic(reference))
      return new PrivateRegistry(reference.domain, this.network, this.insecureRegistries).find(
        reference,
        this.registry,
      );
    const found = this.registry.find(reference);
    return typeof found === 'string' ? pullError(reference, found) : found;
  }

  /** Why a registry does not answer, undefined when it does. */
  greet(domain: string): string | undefined {
    return new PrivateRegistry(domain, this.network, this.insecureRegistries).ping();
  }

  /**
   * Pushes one tag, or with tag '' all tags of a repository. `done` once with the sentence of a failure, and never after
   * the engine's end.
   */
  push(
    repository: Reference,
    tag: string,
    progress: PushProgress,
    later: (delay: Micros, then: () => void) => void,
    done: (error?: string) => void,
  ): void {
    const name = familiarName(repository);
    progress({ status: `The push refers to repository [${fullName(repository)}]` });
    const tags = this.list().flatMap((local) => local.tags.filter((each) => each.startsWith(`${name}:`)));
    const wanted = tag === '' ? sorted(tags) : tags.filter((each) => each === `${name}:${tag}`);
    if (wanted.length === 0) {
      done(`An image does not exist locally with the tag: ${name}`);
      return;
    }
    const registry = isPublic(repository)
      ? undefined
      : new PrivateRegistry(repository.domain, this.network, this.insecureRegistries);
    const next = (at: number): void => {
      const local = wanted[at] === undefined ? undefined : this.find(wanted[at]);
      if (!local) {
        done();
        return;
      }
      this.registry.keep(local.image);
      const one = {
        image: local.image,
        repository: repository.path,
        tag: wanted[at]!.slice(name.length + 1),
        registry,
      };
      pushTag(one, progress, later, (error) => {
        if (error !== undefined) {
          done(error);
          return;
        }
        const digest = `${name}@${digestOf(manifestText(local.image))}`;
        const now = this.images.get(local.image.id);
        if (now) this.put({ ...now, digests: sorted([...new Set([...now.digests, digest])]) });
        this.context.events.publish('image', 'push', wanted[at]!, { name });
        next(at + 1);
      });
    };
    next(0);
  }

  /** Newest first. */
  list(): readonly LocalImage[] {
    return [...this.images.values()].sort(
      (a, b) => b.image.created - a.image.created || (a.image.id < b.image.id ? -1 : 1),
    );
  }

  byId(id: string): LocalImage | undefined {
    const step = this.steps.get(id);
    return this.images.get(id) ?? (step && { image: step, tags: [], digests: [], pulledAt: step.created });
  }

  /** Keeps a step of a build, out of sight. */
  addStep(image: RegistryImage): void {
    this.steps.set(image.id, image);
    this.context.disk.set(STEPS + image.id, image);
  }

  /** The step that the same command on the same image made before. */
  cachedStep(parentId: string, createdBy: string): RegistryImage | undefined {
    let newest: RegistryImage | undefined;
    for (const image of this.steps.values())
      if (image.made?.parent.id === parentId && image.made.createdBy === createdBy) newest = image;
    return newest;
  }

  /** Puts an image made here among the machine's images, without a name. */
  add(image: RegistryImage): void {
    if (!this.images.has(image.id)) this.put({ image, tags: [], digests: [], pulledAt: this.context.now() });
  }

  /** By name, name@digest, id or a prefix of an id. */
  find(text: string): LocalImage | undefined {
    if (/^(?:sha256:)?[0-9a-f]{64}$/.test(text)) return this.byId(`sha256:${text.replace(/^sha256:/, '')}`);
    const parsed = parseReference(text);
    if (parsed.ok) {
      const named = this.byReference(tagNameOnly(parsed.value));
      if (named) return named;
    }
    if (!/^(?:sha256:)?[0-9a-f]{1,64}$/.test(text)) return undefined;
    const prefix = `sha256:${text.replace(/^sha256:/, '')}`;
    const matches = [...this.images.values()].filter((local) => local.image.id.startsWith(prefix));
    return matches.length === 1 ? matches[0] : undefined;
  }

  /** The error of a name that no local image has. */
  notFound(text: string): HostError {
    const parsed = parseReference(text);
    const shown =
      parsed.ok && !/^(?:sha256:)?[0-9a-f]{64}$/.test(text) ? familiarString(tagNameOnly(parsed.value)) : text;
    return hostError(404, `No such image: ${shown}`);
  }

  /** Pulls it; `progress` gets what dockerd streams. `done` once, later than this call returned. */
  pull(reference: Reference, progress: PullProgress | undefined, done: (error?: HostError) => void): void {
    this.pulls.pull(tagNameOnly(reference), progress, done);
  }

  timer(name: string): void {
    this.pulls.timer(name);
  }

  /** The engine is gone: pulls under way end without a word. */
  abandon(): void {
    this.pulls.abandon();
  }

  /** Gives an image another name. */
  tag(source: string, repository: string, tag: string): HostError | undefined {
    const local = this.find(source);
    if (!local) return this.notFound(source);
    const parsed = parseReference(tag === '' ? repository : `${repository}:${tag}`);
    if (!parsed.ok) return hostError(400, parsed.error);
    const name = familiarString(tagNameOnly(parsed.value));
    this.untag(name);
    this.put({ ...this.images.get(local.image.id)!, tags: sorted([...local.tags.filter((t) => t !== name), name]) });
    this.context.events.publish('image', 'tag', local.image.id, { name });
    return undefined;
  }

  /** Takes a name away, and the image with its last one. Follows moby/moby daemon/images/image_delete.go. */
  remove(text: string, force: boolean): Result<readonly Removed[], HostError> {
    const local = this.find(text);
    if (!local) return fail(this.notFound(text));
    const parsed = parseReference(text);
    const named = parsed.ok && this.byReference(tagNameOnly(parsed.value)) === local ? parsed.value : undefined;
    const users = this.usersOf(local.image.id);
    const short = local.image.id.slice(7, 19);
    if (named === undefined) return this.removeById(local, force, users, short);
    if (local.tags.length > 1 && named.digest === undefined) {
      const name = familiarString(tagNameOnly(named));
      const repository = familiarName(named);
      const tags = local.tags.filter((tag) => tag !== name);
      // A repository's digests go with its last tag.
      const last = !tags.some((tag) => tag.startsWith(`${repository}:`));
      const gone = last ? local.digests.filter((digest) => digest.startsWith(`${repository}@`)) : [];
      this.put({ ...local, tags, digests: local.digests.filter((digest) => !gone.includes(digest)) });
      this.context.events.publish('image', 'untag', local.image.id, { name: local.image.id });
      return ok([name, ...gone].map((Untagged) => ({ Untagged })));
    }
    const user = users[0];
    if (user && !force)
      return fail(
        hostError(
          409,
          `conflict: unable to remove repository reference "${text}" (must force) - container ${user.id.slice(0, 12)} is using its referenced image ${short}`,
        ),
      );
    return ok(this.delete(local, users.length > 0));
  }

  private removeById(
    local: LocalImage,
    force: boolean,
    users: readonly { id: string; running: boolean; name: string }[],
    short: string,
  ): Result<readonly Removed[], HostError> {
    const conflict = (hard: boolean, why: string): Result<never, HostError> =>
      fail(
        hostError(
          409,
          `conflict: unable to delete ${short} (${hard ? 'cannot be forced' : 'must be forced'}) - ${why}`,
        ),
      );
    const running = users.find((user) => user.running);
    if (running) return conflict(true, `image is being used by running container ${running.id.slice(0, 12)}`);
    if (local.tags.length > 1 && !force) return conflict(false, 'image is referenced in multiple repositories');
    const stopped = users[0];
    if (stopped && !force)
      return conflict(false, `image is being used by stopped container ${stopped.id.slice(0, 12)}`);
    return ok(this.delete(local, false));
  }

  private delete(local: LocalImage, keepData: boolean): readonly Removed[] {
    const { id } = local.image;
    const removed: Removed[] = [...local.tags, ...local.digests].map((name) => ({ Untagged: name }));
    for (const _ of removed) this.context.events.publish('image', 'untag', id, { name: id });
    if (keepData) {
      this.put({ ...local, tags: [], digests: [] });
      return removed;
    }
    this.images.delete(id);
    this.context.disk.delete(IMAGES + id);
    this.context.events.publish('image', 'delete', id, { name: id });
    removed.push({ Deleted: id }, ...this.forgetSteps(local.image));
    for (const layer of [...local.image.layers].reverse())
      if (!this.hasLayer(layer.digest)) removed.push({ Deleted: layer.diffId });
    return removed;
  }

  /** Takes away the steps that led to an image and lead to no other. */
  private forgetSteps(image: RegistryImage): readonly Removed[] {
    const removed: Removed[] = [];
    for (let at: RegistryImage | undefined = image; at && this.steps.has(at.id); at = at.made?.parent) {
      const { id } = at;
      const needed = [...this.steps.values()].some((other) => other.made?.parent.id === id);
      if (needed || this.images.has(id)) break;
      this.steps.delete(id);
      this.context.disk.delete(STEPS + id);
      if (id !== image.id) removed.push({ Deleted: id });
    }
    return removed;
  }

  /** Images that no container uses and (unless `all`) that have no name any more. */
  prune(all: boolean): { removed: readonly Removed[]; bytes: number } {
    const removed: Removed[] = [];
    let bytes = 0;
    for (const local of this.list()) {
      if (this.usersOf(local.image.id).length > 0 || (!all && local.tags.length > 0)) continue;
      removed.push(...this.delete(local, false));
      bytes += local.image.size;
    }
    return { removed, bytes };
  }

  private hasLayer(digest: string): boolean {
    for (const { image } of this.images.values())
      if (image.layers.some((layer) => layer.digest === digest)) return true;
    return false;
  }

  private byReference(reference: Reference): LocalImage | undefined {
    const name = familiarName(reference);
    for (const local of this.images.values()) {
      if (reference.digest !== undefined ? local.digests.includes(`${name}@${reference.digest}`) : false) return local;
      if (reference.digest === undefined && local.tags.includes(`${name}:${reference.tag}`)) return local;
    }
    return undefined;
  }

  private store(reference: Reference, image: RegistryImage): void {
    const name = familiarName(reference);
    const tag = reference.digest === undefined ? `${name}:${reference.tag}` : undefined;
    if (tag !== undefined) this.untag(tag);
    const old = this.images.get(image.id);
    this.put({
      image,
      tags: sorted([...new Set([...(old?.tags ?? []), ...(tag === undefined ? [] : [tag])])]),
      digests: sorted([...new Set([...(old?.digests ?? []), `${name}@${image.digest}`])]),
      pulledAt: old?.pulledAt ?? this.context.now(),
    });
    this.context.events.publish('image', 'pull', familiarString(reference), { name });
  }

  /** Takes a tag from whichever image has it. */
  private untag(tag: string): void {
    for (const local of this.images.values())
      if (local.tags.includes(tag)) this.put({ ...local, tags: local.tags.filter((other) => other !== tag) });
  }

  private put(local: LocalImage): void {
    this.images.set(local.image.id, local);
    this.context.disk.set(IMAGES + local.image.id, local);
  }
}

function sorted(names: readonly string[]): string[] {
  return [...names].sort((a, b) => (a < b ? -1 : 1));
}
