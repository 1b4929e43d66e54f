/**
 * Pushing an image: its layers one after the other over the machine's wire, then the manifest.
 * Follows moby/moby distribution/push_v2.go.
 */
import type { Json } from '../base/json';
import type { Micros } from '../base/process';
import { humanSize } from '../base/units';
import { MILLISECOND } from './context';
import type { RegistryImage } from './ports';
import { digestOf, manifestText, type PrivateRegistry } from './private-registry';

export type PushProgress = (message: Json) => void;

const ROUND_TRIP: Micros = 30 * MILLISECOND;
/** Compressed bytes in a microsecond. */
const UPLOAD_RATE = 40;
/** Layers pushed at a time: the others wait. */
const AT_ONCE = 5;

/** What pushing one tag is given. */
export interface PushRequest {
  readonly image: RegistryImage;
  /** `my/web`: without the registry's name. */
  readonly repository: string;
  readonly tag: string;
  readonly registry: PrivateRegistry | undefined;
}

/** Does one tag; `done` later, with the sentence of a failure. `later` is the machine's clock. */
export function pushTag(
  { image, repository, tag, registry }: PushRequest,
  progress: PushProgress,
  later: (delay: Micros, then: () => void) => void,
  done: (error?: string) => void,
): void {
  const layers = [...image.layers].reverse();
  const say = (id: string, status: string, detail: Json = {}): void =>
    progress({ status, progressDetail: detail, id: id.slice(7, 19) });
  const unreachable = registry?.ping();
  if (unreachable !== undefined) {
    done(unreachable);
    return;
  }
  for (const layer of layers) say(layer.diffId, 'Preparing');
  for (const layer of layers.slice(AT_ONCE)) say(layer.diffId, 'Waiting');
  const manifest = manifestText(image);
  const next = (at: number): void => {
    if (!registry) {
      done('denied: requested access to the resource is denied');
      return;
    }
    const layer = layers[at];
    if (!layer) {
      const failure = registry.putManifest(repository, tag, manifest);
      if (failure !== undefined) {
        done(failure);
        return;
      }
      const [digest, size] = [digestOf(manifest), manifest.length];
      progress({ status: `${tag}: digest: ${digest} size: ${size}` });
      progress({ progressDetail: {}, aux: { Tag: tag, Digest: digest, Size: size } });
      done();
      return;
    }
    const outcome = registry.putLayer(repository, layer.digest);
    if (outcome !== 'Pushed') {
      say(layer.diffId, outcome);
      later(ROUND_TRIP, () => next(at + 1));
      return;
    }
    const total = layer.size;
    progress({
      status: 'Pushing',
      progressDetail: { current: total, total },
      progress: `[${'='.repeat(50)}>]  ${humanSize(total)}/${humanSize(total)}`,
      id: layer.diffId.slice(7, 19),
    });
    later(ROUND_TRIP + Math.floor(total / UPLOAD_RATE), () => {
      say(layer.diffId, 'Pushed');
      next(at + 1);
    });
  };
  later(ROUND_TRIP, () => next(0));
}
