/** /images and /distribution: what is on the machine, and what the registry has. Follows moby/moby api/server/router/image. */
import { ENGINE, type Filters, type ImageInspect, type ImageSummary } from '../../api/index';
import type { Micros } from '../../base/process';
import { parseReference, type Reference, tagNameOnly } from '../../base/reference';
import { formatMicros, ZERO_TIME } from '../../base/time';
import type { HostEngine, LocalImage, RegistryImage } from '../../host/index';
import { configView } from '../convert/container';
import { sortedMap } from '../convert/members';
import type { Exchange, Route, StreamSink } from '../exchange';
import { refuse } from '../refusal';
import { query, queryFilters, queryFlag } from '../request';
import { json } from './json';

/** One question to the registry and its answer. */
const REGISTRY_ROUND_TRIP: Micros = 180_000;
const MANIFEST_TYPE = 'application/vnd.oci.image.index.v1+json';
const MANIFEST_BYTES = 1994;

export function imageRoutes(engine: HostEngine): readonly Route[] {
  return [
    { method: 'GET', path: '/images/json', handler: (exchange) => list(engine, exchange) },
    { method: 'POST', path: '/images/create', handler: (exchange) => create(engine, exchange) },
    { method: 'POST', path: '/images/prune', handler: (exchange) => prune(engine, exchange) },
    {
      method: 'GET',
      path: '/images/:name*/json',
      handler: (exchange, { name }) => {
        const local = engine.images.find(name!) ?? notFound(engine, name!);
        exchange.answer(200, json(imageInspect(local)));
      },
    },
    {
      method: 'GET',
      path: '/images/:name*/history',
      handler: (exchange, { name }) => history(engine, exchange, name!),
    },
    {
      method: 'POST',
      path: '/images/:name*/tag',
      handler: (exchange, { name }) => {
        const { request } = exchange;
        const error = engine.images.tag(name!, query(request, 'repo'), query(request, 'tag'));
        if (error) refuse(error.status, error.message);
        exchange.answer(201);
      },
    },
    {
      method: 'POST',
      path: '/images/:name*/push',
      handler: (exchange, { name }) => push(engine, exchange, name!),
    },
    {
      method: 'DELETE',
      path: '/images/:name*',
      handler: (exchange, { name }) => {
        const removed = engine.images.remove(name!, queryFlag(exchange.request, 'force'));
        if (!removed.ok) refuse(removed.error.status, removed.error.message);
        else exchange.answer(200, json(removed.value));
      },
    },
    {
      method: 'GET',
      path: '/distribution/:name*/json',
      handler: (exchange, { name }) => distribution(engine, exchange, name!),
    },
  ];
}

function notFound(engine: HostEngine, name: string): never {
  const error = engine.images.notFound(name);
  return refuse(error.status, error.message);
}

const IMAGE_FILTERS = ['dangling', 'label', 'before', 'since', 'reference', 'until'];

function list(engine: HostEngine, exchange: Exchange): void {
  const filters = queryFilters(exchange.request, IMAGE_FILTERS);
  const shown = engine.images.list().flatMap((local) => filterImage(local, filters, engine) ?? []);
  exchange.answer(200, json(shown.map(imageSummary)));
}

export function imageSummary({ image, tags, digests }: LocalImage): ImageSummary {
  const { Labels } = image.config;
  return {
    Containers: -1,
    Created: Math.floor(image.created / 1_000_000),
    Id: image.id,
    Labels: Labels ? sortedMap(Labels) : null,
    ParentId: image.made?.parent.id ?? '',
    RepoDigests: digests,
    RepoTags: tags,
    SharedSize: -1,
    Size: image.size,
  };
}

/** The image with the names that match, undefined when it is not shown. */
function filterImage(local: LocalImage, filters: Filters, engine: HostEngine): LocalImage | undefined {
  const get = (key: string): readonly string[] => filters.get(key) ?? [];
  const [dangling] = get('dangling');
  if (dangling !== undefined && /^(?:1|t|true)$/i.test(dangling) !== (local.tags.length === 0)) return undefined;
  const labels = local.image.config.Labels ?? {};
  for (const wanted of get('label')) {
    const [key = '', ...value] = wanted.split('=');
    if (!Object.hasOwn(labels, key) || (wanted.includes('=') && labels[key] !== value.join('='))) return undefined;
  }
  for (const [key, sign] of [
    ['before', 1],
    ['since', -1],
  ] as const) {
    const [name] = get(key);
    const other = name === undefined ? undefined : (engine.images.find(name) ?? notFound(engine, name));
    if (other && (other.image.created - local.image.created) * sign <= 0) return undefined;
  }
  const references = get('reference');
  if (references.length === 0) return local;
  const tags = local.tags.filter((tag) => references.some((pattern) => matchesPattern(tag, pattern)));
  const digests = local.digests.filter((digest) => references.some((pattern) => matchesPattern(digest, pattern)));
  return tags.length + digests.length > 0 ? { ...local, tags, digests } : undefined;
}

/** Go's path.Match on `name:tag` or on the name alone. */
function matchesPattern(reference: string, pattern: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]');
  let matcher: RegExp;
  try {
    matcher = new RegExp(`^${escaped}$`);
  } catch {
    return refuse(400, "invalid filter 'reference=" + pattern + "': syntax error in pattern");
  }
  return matcher.test(reference) || matcher.test(reference.replace(/(?::[^/:@]+|@.*)$/, ''));
}

function imageInspect(local: LocalImage): ImageInspect {
  const { image } = local;
  const layer = `/var/lib/docker/overlay2/${image.id.slice(7)}`;
  const {
    Hostname: _h,
    Domainname: _d,
    AttachStdin: _i,
    ...config
  } = configView(image.config) as { [key: string]: unknown };
  for (const name of ['AttachStdout', 'AttachStderr', 'Tty', 'OpenStdin', 'StdinOnce', 'Image']) delete config[name];
  return {
    Id: image.id,
    RepoTags: local.tags,
    RepoDigests: local.digests,
    Parent: image.made?.parent.id ?? '',
    Comment: image.comment,
    Created: formatMicros(image.created),
    DockerVersion: image.made ? ENGINE.version : '',
    Author: '',
    Architecture: 'amd64',
    Os: 'linux',
    Size: image.size,
    GraphDriver: {
      Data: { MergedDir: `${layer}/merged`, UpperDir: `${layer}/diff`, WorkDir: `${layer}/work` },
      Name: 'overlay2',
    },
    RootFS: { Type: 'layers', Layers: image.layers.map(({ diffId }) => diffId) },
    Metadata: { LastTagTime: ZERO_TIME },
    Config: Object.fromEntries(Object.entries(config).sort((a, b) => (a[0] < b[0] ? -1 : 1))),
  };
}

/** The newest layer first: the command that runs, then the layers. */
function history(engine: HostEngine, exchange: Exchange, name: string): void {
  const { image, tags } = engine.images.find(name) ?? notFound(engine, name);
  const own: object[] = [];
  let base = image;
  for (; base.made; base = base.made.parent) {
    const { createdBy, bytes } = base.made;
    const shown = base === image ? tags : (engine.images.byId(base.id)?.tags ?? []);
    own.push({
      Comment: base.comment,
      Created: Math.floor(base.created / 1_000_000),
      CreatedBy: createdBy,
      Id: base.id,
      Size: bytes,
      Tags: shown.length > 0 ? shown : null,
    });
  }
  if (base !== image) {
    const below = base.id === '' ? [] : baseRows(base, engine.images.byId(base.id)?.tags ?? []);
    exchange.answer(200, json([...own, ...below]));
    return;
  }
  exchange.answer(200, json(baseRows(image, tags)));
}

/** The rows of an image of the Hub. */
function baseRows(image: RegistryImage, tags: readonly string[]): readonly object[] {
  const Created = Math.floor(image.created / 1_000_000);
  const command = [...(image.config.Entrypoint ?? []), ...(image.config.Cmd ?? [])].map((word) => JSON.stringify(word));
  const row = (Id: string, CreatedBy: string, Size: number, Tags: readonly string[] | null): object => ({
    Comment: image.comment,
    Created,
    CreatedBy,
    Id,
    Size,
    Tags,
  });
  const layers = [...image.layers].reverse().map((layer) => row('<missing>', 'COPY . / # buildkit', layer.size, null));
  return [row(image.id, `CMD [${command.join(' ')}]`, 0, tags.length > 0 ? tags : null), ...layers];
}

/** Pulls. What goes wrong before anything was streamed is an ordinary refusal. */
function create(engine: HostEngine, exchange: Exchange): void {
  const { request } = exchange;
  const from = query(request, 'fromImage');
  if (query(request, 'fromSrc') !== '') refuse(501, 'docker import is not modelled by this playground');
  if (from === '') refuse(400, 'invalid reference format');
  const reference = readReference(from, query(request, 'tag'));
  let sink: StreamSink | undefined;
  let live = true;
  engine.images.pull(
    reference,
    (message) => {
      if (!live) return;
      sink ??= exchange.stream(200, 'application/json');
      sink.push({ json: message });
    },
    (error) => {
      if (!live) return;
      if (!error) (sink ?? exchange.stream(200, 'application/json')).end();
      else if (!sink) exchange.answer(error.status, { message: error.message });
      else {
        sink.push({ json: { errorDetail: { message: error.message }, error: error.message } });
        sink.end();
      }
    },
  );
  exchange.onAbort(() => {
    live = false;
  });
}

/** Pushes; whatever goes wrong is told in the stream. */
function push(engine: HostEngine, exchange: Exchange, name: string): void {
  const parsed = parseReference(name);
  if (!parsed.ok) refuse(400, parsed.error);
  const sink = exchange.stream(200, 'application/json');
  let live = true;
  exchange.onAbort(() => {
    live = false;
  });
  engine.images.push(
    parsed.value,
    query(exchange.request, 'tag'),
    (message) => {
      if (live) sink.push({ json: message });
    },
    (delay, then) => engine.later(delay, then),
    (error) => {
      if (!live) return;
      if (error !== undefined) sink.push({ json: { errorDetail: { message: error }, error } });
      sink.end();
    },
  );
}

function readReference(name: string, tag: string): Reference {
  const separator = tag.startsWith('sha256:') ? '@' : ':';
  const parsed = parseReference(tag === '' ? name : `${name}${separator}${tag}`);
  return parsed.ok ? tagNameOnly(parsed.value) : refuse(400, parsed.error);
}

function prune(engine: HostEngine, exchange: Exchange): void {
  const filters = queryFilters(exchange.request, ['dangling', 'label', 'label!', 'until']);
  const all = (filters.get('dangling') ?? []).some((value) => /^(?:0|f|false)$/i.test(value));
  const { removed, bytes } = engine.images.prune(all);
  exchange.answer(200, json({ ImagesDeleted: removed.length > 0 ? removed : null, SpaceReclaimed: bytes }));
}

/** What the registry says of a name: its digest and for which machines it is. */
function distribution(engine: HostEngine, exchange: Exchange, name: string): void {
  const reference = readReference(name, '');
  let live = true;
  exchange.onAbort(() => {
    live = false;
  });
  engine.later(REGISTRY_ROUND_TRIP, () => {
    if (!live) return;
    const found = engine.images.lookup(reference);
    if ('status' in found && /^manifest for/.test(found.message))
      exchange.answer(404, { message: 'manifest unknown: manifest unknown' });
    else if ('status' in found && found.status === 500) exchange.answer(500, { message: found.message });
    else if ('status' in found)
      exchange.answer(403, {
        message: `errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required\n`,
      });
    else {
      exchange.answer(200, {
        Descriptor: { mediaType: MANIFEST_TYPE, digest: found.digest, size: MANIFEST_BYTES },
        Platforms: [{ architecture: 'amd64', os: 'linux' }],
      });
    }
  });
}
