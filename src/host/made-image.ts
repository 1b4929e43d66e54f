/** Images made on a machine: an image with changed files and settings over another. Follows moby/moby daemon/commit.go. */
import { toHex } from '../base/bytes';
import { type Json, stringify } from '../base/json';
import type { Micros } from '../base/process';
import { sha256 } from '../base/sha256';
import { type FileNode, LayerBuilder, type ReadOnlyLayer } from './files/layer';
import type { RegistryImage } from './ports';
import type { ContainerConfig } from './types';

export interface ImageChange {
  readonly config: ContainerConfig;
  /** Path → what is there now, null where something was taken away. */
  readonly files: ReadonlyMap<string, FileNode | null>;
  readonly createdBy: string;
  readonly comment: string;
  readonly at: Micros;
}

/** Compressed bytes of each hundred. */
const COMPRESSED_PERCENT = 40;

function hash(text: string): string {
  return `sha256:${toHex(sha256(text))}`;
}

/** The hash of files' names and contents. */
export function contentHash(files: ReadonlyMap<string, FileNode | null>): string {
  const parts = [...files].map(([path, node]) =>
    node?.kind === 'file' ? `${path}\0${node.mode}\0${toHex(sha256(node.data))}` : `${path}\0${node?.kind ?? 'gone'}`,
  );
  return toHex(sha256(parts.join('\n').replace(/[^\0-\xff]/g, '?')));
}

/** A new image; one without changed files has no layer of its own. */
export function deriveImage(parent: RegistryImage, change: ImageChange): RegistryImage {
  const content = contentHash(change.files);
  const settings = stringify(JSON.parse(JSON.stringify(change.config)) as Json);
  const id = hash(
    `${parent.id}\n${change.createdBy}\n${change.comment}\n${change.at}\n${content}\n${settings}`.replace(
      /[^\0-\xff]/g,
      '?',
    ),
  );
  let bytes = 0;
  for (const node of change.files.values()) if (node?.kind === 'file') bytes += node.data.length;
  const layer = {
    digest: hash(`layer ${parent.id} ${content}`),
    diffId: hash(`unpacked layer ${content}`),
    size: 200 + Math.ceil((bytes * COMPRESSED_PERCENT) / 100),
  };
  let files: ReadOnlyLayer | undefined;
  return {
    ...parent,
    id,
    digest: id,
    layers: change.files.size > 0 ? [...parent.layers, layer] : parent.layers,
    size: parent.size + bytes,
    created: change.at,
    config: change.config,
    comment: change.comment,
    basedOn: parent.basedOn ?? parent.id,
    made: { parent, createdBy: change.createdBy, bytes },
    files: () => (files ??= change.files.size > 0 ? overlaid(parent.files(), change.files) : parent.files()),
  };
}

function overlaid(below: ReadOnlyLayer, files: ReadonlyMap<string, FileNode | null>): ReadOnlyLayer {
  const gone = [...files].filter(([, node]) => node === null).map(([path]) => path);
  const hidden = (path: string): boolean => gone.some((other) => path === other || path.startsWith(`${other}/`));
  const layer = new LayerBuilder(0);
  for (const [path, node] of below.nodes) if (gone.length === 0 || !hidden(path)) layer.add(path, node);
  for (const [path, node] of files) if (node) layer.add(path, node);
  return layer.build();
}
