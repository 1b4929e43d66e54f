/**
 * Pulling an image: a time table made from its layers' sizes. Whoever watches gets dockerd's progress messages.
 *
 *     manifest ─► layer 1 download ─► layer 2 download ─► …            one wire of 40 MB/s
 *                               └► extract 1 ─► extract 2 ─► … done    one disk of 150 MB/s
 *
 * Follows moby/moby distribution/pull_v2.go and distribution/xfer.
 */
import type { Json } from '../base/json';
import type { Micros } from '../base/process';
import { familiarName, familiarString, type Reference } from '../base/reference';
import { humanSize } from '../base/units';
import { type HostContext, MILLISECOND } from './context';
import type { RegistryImage } from './ports';
import { type HostError, hostError } from './types';

export type PullProgress = (message: Json) => void;

/** What a pull asks of the image store and tells it. */
export interface PullStore {
  /** What the registry has under a name. */
  lookup(reference: Reference): RegistryImage | HostError;
  hasImage(id: string): boolean;
  hasLayer(digest: string): boolean;
  /** Id of the image that has this name. */
  idOf(reference: Reference): string | undefined;
  store(reference: Reference, image: RegistryImage): void;
}

interface Watcher {
  readonly progress: PullProgress | undefined;
  readonly done: (error?: HostError) => void;
}

interface Pull {
  readonly reference: Reference;
  readonly image: RegistryImage | HostError;
  readonly watchers: Watcher[];
  readonly startedAt: Micros;
  readonly duration: Micros;
  /** Messages not yet due; none where nobody watched from the start. */
  readonly plan: { readonly at: Micros; readonly message: Json }[];
}

const MANIFEST: Micros = 350 * MILLISECOND;
const LAYER_ROUND_TRIP: Micros = 60 * MILLISECOND;
const EXTRACT_FIXED: Micros = 40 * MILLISECOND;
/** Compressed bytes in a microsecond. */
const DOWNLOAD_RATE = 40;
const EXTRACT_RATE = 150;
const PROGRESS_STEP: Micros = 100 * MILLISECOND;

export class Pulls {
  private readonly running = new Map<string, Pull>();

  constructor(
    private readonly context: HostContext,
    private readonly images: PullStore,
  ) {}

  /** A second pull of the same reference joins the first. */
  pull(reference: Reference, progress: PullProgress | undefined, done: (error?: HostError) => void): void {
    const name = familiarString(reference);
    const running = this.running.get(name);
    if (running) {
      running.watchers.push({ progress, done });
      return;
    }
    const image = this.images.lookup(reference);
    const layers = 'layers' in image ? image.layers : [];
    const missing = layers.filter((layer) => !this.images.hasLayer(layer.digest));
    const times = schedule(missing.map((layer) => layer.size));
    const duration = times.at(-1)?.extracted ?? MANIFEST;
    const plan = progress && 'layers' in image ? this.plan(reference, image, times) : [];
    const pull: Pull = {
      reference,
      image,
      watchers: [{ progress, done }],
      startedAt: this.context.now(),
      duration,
      plan,
    };
    this.running.set(name, pull);
    this.arm(name, pull);
  }

  /** The engine is gone: what was half there is fetched anew another time. */
  abandon(): void {
    for (const name of this.running.keys()) this.context.timers.clear(`pull/${name}`);
    this.running.clear();
  }

  timer(name: string): void {
    const pull = this.running.get(name);
    if (!pull) return;
    const elapsed = this.context.now() - pull.startedAt;
    while (pull.plan.length > 0 && pull.plan[0]!.at <= elapsed) {
      const { message } = pull.plan.shift()!;
      for (const watcher of [...pull.watchers]) watcher.progress?.(message);
    }
    if (elapsed < pull.duration) {
      this.arm(name, pull);
      return;
    }
    this.running.delete(name);
    this.finish(pull);
  }

  private finish(pull: Pull): void {
    const { image } = pull;
    const name = familiarString(pull.reference);
    if ('layers' in image) {
      const fresh = this.images.idOf(pull.reference) !== image.id;
      this.images.store(pull.reference, image);
      const outcome = fresh ? 'Downloaded newer image for' : 'Image is up to date for';
      for (const { progress } of pull.watchers) {
        progress?.({ status: `Digest: ${image.digest}` });
        progress?.({ status: `Status: ${outcome} ${name}` });
      }
    }
    for (const { done } of pull.watchers) done('layers' in image ? undefined : image);
  }

  private arm(name: string, pull: Pull): void {
    const next = Math.min(pull.plan[0]?.at ?? pull.duration, pull.duration);
    this.context.timers.set(`pull/${name}`, Math.max(0, pull.startedAt + next - this.context.now()));
  }

  private plan(reference: Reference, image: RegistryImage, times: readonly LayerTimes[]): Pull['plan'] {
    const plan: { at: Micros; message: Json }[] = [];
    const say = (at: Micros, id: string, status: string, current?: number, total?: number): void => {
      const detail = current === undefined ? {} : { current, total };
      const progress = current === undefined ? undefined : bar(current, total!);
      plan.push({ at, message: { status, progressDetail: detail, progress, id } });
    };
    plan.push({
      at: MANIFEST,
      message: { status: `Pulling from ${reference.path}`, id: reference.digest ?? reference.tag! },
    });
    // Of an image that is there under another name nothing is pulled, and no layer is told.
    if (this.images.hasImage(image.id)) return plan;
    let at = 0;
    for (const layer of image.layers) {
      const id = layer.digest.slice(7, 19);
      if (this.images.hasLayer(layer.digest)) {
        say(MANIFEST, id, 'Already exists');
        continue;
      }
      const time = times[at]!;
      say(MANIFEST, id, 'Pulling fs layer');
      if (at++ >= 3) say(MANIFEST, id, 'Waiting');
      steps(time.downloading, time.downloaded, (when, done) =>
        say(when, id, 'Downloading', Math.floor(layer.size * done), layer.size),
      );
      say(time.downloaded, id, 'Verifying Checksum');
      say(time.downloaded, id, 'Download complete');
      steps(time.extracting, time.extracted, (when, done) =>
        say(when, id, 'Extracting', Math.floor(layer.size * done), layer.size),
      );
      say(time.extracted, id, 'Pull complete');
    }
    return plan.sort((a, b) => a.at - b.at);
  }
}

interface LayerTimes {
  readonly downloading: Micros;
  readonly downloaded: Micros;
  readonly extracting: Micros;
  readonly extracted: Micros;
}

function schedule(sizes: readonly number[]): LayerTimes[] {
  const times: LayerTimes[] = [];
  let wire = MANIFEST;
  let disk = MANIFEST;
  for (const size of sizes) {
    const downloaded = wire + LAYER_ROUND_TRIP + Math.floor(size / DOWNLOAD_RATE);
    const extracting = Math.max(disk, downloaded);
    const extracted = extracting + EXTRACT_FIXED + Math.floor(size / EXTRACT_RATE);
    times.push({ downloading: wire + LAYER_ROUND_TRIP, downloaded, extracting, extracted });
    wire = downloaded;
    disk = extracted;
  }
  return times;
}

function steps(from: Micros, to: Micros, say: (at: Micros, done: number) => void): void {
  const count = Math.min(20, Math.max(1, Math.floor((to - from) / PROGRESS_STEP)));
  for (let step = 1; step <= count; step++) say(from + Math.floor(((to - from) * step) / count), step / count);
}

/** `[==>   ]  32.77kB/1.136MB`. Follows moby/moby client/pkg/jsonmessage, JSONProgress.String. */
function bar(current: number, total: number): string {
  const done = Math.min(50, Math.floor(Math.floor((current * 100) / total) / 2));
  return `[${'='.repeat(done)}>${' '.repeat(50 - done)}] ${humanSize(current).padStart(8)}/${humanSize(total)}`;
}

/** The words of a name that the Hub has not. */
export function pullError(reference: Reference, why: 'unknown tag' | 'unknown repository'): HostError {
  const name = familiarName(reference);
  if (why === 'unknown tag')
    return hostError(404, `manifest for ${familiarString(reference)} not found: manifest unknown: manifest unknown`);
  return hostError(
    404,
    `pull access denied for ${name}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`,
  );
}
