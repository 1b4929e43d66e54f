/**
 * The curve P-256, given by the entrance. The library is a fifth of the engine's bytes and works once a swarm, so a page
 * fetches it behind its first prompt and takes no command before it is there.
 */
import type { p256 } from '@noble/curves/nist.js';
import { assert } from '../../base/assert';

type Curve = typeof p256;

let provided: Curve | undefined;

/** Once, before the first swarm is made. A small table of multiples: the library's own costs more than one key. */
export function provideCurve(curve: Curve): void {
  if (provided === undefined) curve.Point.BASE.precompute(4, false);
  provided = curve;
}

export function curve(): Curve {
  assert(provided !== undefined, 'no curve was provided');
  return provided;
}
