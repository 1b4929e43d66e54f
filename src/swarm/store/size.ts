/** Estimated protobuf sizes: they decide delays on the wire and where a message of Raft ends, nothing else. */
import type { AnyObject } from '../objects';

/** Bytes of each kind without its spec's text. */
const BASE: Record<AnyObject['kind'], number> = {
  cluster: 2600,
  node: 900,
  service: 500,
  task: 640,
  network: 320,
  secret: 140,
  config: 140,
};

const specs = new WeakMap<object, number>();

export function sizeOf(object: AnyObject): number {
  return BASE[object.kind] + sizeOfSpec(object.spec);
}

/** Specs are shared by many objects (a service's tasks), so each is measured once. */
function sizeOfSpec(spec: object): number {
  let size = specs.get(spec);
  if (size === undefined) {
    size = Math.floor(JSON.stringify(spec).length / 2);
    specs.set(spec, size);
  }
  return size;
}
