/** Facts made from a scene once, however often they are asked for. */
import { type Scene, type Summary, summarize } from '../scene/index';

let last: { readonly scene: Scene; readonly summary: Summary } | undefined;

export function summaryOf(scene: Scene): Summary {
  if (last?.scene !== scene) last = { scene, summary: summarize(scene) };
  return last.summary;
}
