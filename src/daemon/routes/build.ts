/** POST /build and /commit: images made here. Follows moby/moby api/server/router/build and daemon/commit.go. */
import { fromUtf8 } from '../../base/bytes';
import type { Micros } from '../../base/process';
import { familiarString, parseReference, tagNameOnly } from '../../base/reference';
import { type ContainerConfig, deriveImage, type HostEngine } from '../../host/index';
import { Builder } from '../build/builder';
import { contextTree } from '../build/copy';
import { type Instruction, parseDockerfile } from '../build/dockerfile';
import type { Exchange, Route } from '../exchange';
import { refuse } from '../refusal';
import { query, queryFlag } from '../request';
import { findContainer } from './containers';

export function buildRoutes(engine: HostEngine, now: () => Micros): readonly Route[] {
  return [
    { method: 'POST', path: '/build', handler: (exchange) => build(engine, exchange, now) },
    {
      method: 'POST',
      path: '/build/prune',
      handler: (exchange) => exchange.answer(200, { CachesDeleted: null, SpaceReclaimed: 0 }),
    },
    { method: 'POST', path: '/commit', handler: (exchange) => commit(engine, exchange, now) },
  ];
}

function jsonMap(text: string): ReadonlyMap<string, string> {
  try {
    return new Map(Object.entries((text === '' ? {} : JSON.parse(text)) as Record<string, string>));
  } catch {
    return refuse(400, `error reading build args: invalid character '${text[0]}' looking for beginning of value`);
  }
}

function read(text: string, name: string): readonly Instruction[] {
  const parsed = parseDockerfile(text, name);
  return parsed.ok ? parsed.value : refuse(400, parsed.error);
}

/** The instructions up to the end of the target stage, and a LABEL for each label that was asked for. */
function stepsOf(
  all: readonly Instruction[],
  target: string,
  labels: ReadonlyMap<string, string>,
): readonly Instruction[] {
  const froms = all.flatMap(({ name }, at) => (name === 'FROM' ? [at] : []));
  const wanted = froms.findIndex(
    (at, index) => all[at]!.text.split(/\s+/)[2]?.toLowerCase() === target.toLowerCase() || String(index) === target,
  );
  if (target !== '' && wanted < 0) refuse(400, `target stage ${JSON.stringify(target)} could not be found`);
  const last = [...labels].map(([key, value]): Instruction => {
    const text = `${JSON.stringify(key)}=${JSON.stringify(value)}`;
    return { name: 'LABEL', text, shown: `LABEL ${key}=${value}`, flags: new Map(), list: undefined, line: 0 };
  });
  return [...all.slice(0, target === '' ? all.length : froms[wanted + 1]), ...last];
}

function build(engine: HostEngine, exchange: Exchange, now: () => Micros): void {
  const { request } = exchange;
  if (query(request, 'remote') !== '') refuse(501, 'building from a URL is not modelled by this playground');
  if (query(request, 'version') === '2') refuse(501, 'BuildKit is not modelled by this playground');
  const tags = (query(request, 't') === '' ? [] : query(request, 't').split('\n')).map((text) => {
    const parsed = parseReference(text);
    return parsed.ok ? familiarString(tagNameOnly(parsed.value)) : refuse(400, `${parsed.error}`);
  });
  const context =
    contextTree(typeof request.body === 'string' ? request.body : '') ??
    refuse(400, 'Error processing tar file: archive/tar: invalid tar header');
  const name = query(request, 'dockerfile') || 'Dockerfile';
  const file = context.get(`/${name.replace(/^\.?\//, '')}`);
  const text = file?.kind === 'file' ? file.data : refuse(400, `Cannot locate specified Dockerfile: ${name}`);
  const instructions = stepsOf(read(fromUtf8(text), name), query(request, 'target'), jsonMap(query(request, 'labels')));
  const quiet = queryFlag(request, 'q');
  const sink = exchange.stream(200, 'application/json');
  const builder = new Builder(
    engine,
    {
      instructions,
      context,
      buildArgs: jsonMap(query(request, 'buildargs')),
      noCache: queryFlag(request, 'nocache'),
      pull: queryFlag(request, 'pull'),
      remove: query(request, 'rm') === '' || queryFlag(request, 'rm') || queryFlag(request, 'forcerm'),
    },
    {
      message: (message) => {
        if (!quiet) sink.push({ json: message });
      },
      done: (outcome) => {
        if ('error' in outcome) {
          const { error, code } = outcome;
          sink.push({ json: { errorDetail: code === 0 ? { message: error } : { code, message: error }, error } });
        } else {
          const { id } = outcome.image;
          engine.images.add(outcome.image);
          for (const tag of tags) engine.images.tag(id, tag, '');
          if (quiet) sink.push({ json: { stream: `${id}\n` } });
          else {
            sink.push({ json: { aux: { ID: id } } });
            sink.push({ json: { stream: `Successfully built ${id.slice(7, 19)}\n` } });
            for (const tag of tags) sink.push({ json: { stream: `Successfully tagged ${tag}\n` } });
          }
        }
        sink.end();
      },
    },
    now,
  );
  exchange.onAbort(() => builder.abandon());
  builder.start();
}

/** A container's changes as an image. */
function commit(engine: HostEngine, exchange: Exchange, now: () => Micros): void {
  const { request } = exchange;
  const container = findContainer(engine, query(request, 'container'));
  const parent = engine.images.byId(container.imageId)?.image ?? refuse(404, `No such image: ${container.imageId}`);
  const { Hostname: _h, AttachStdin: _i, AttachStdout: _o, AttachStderr: _e, Image: _m, ...kept } = container.config;
  let config: ContainerConfig = { ...kept, Tty: false, OpenStdin: false, StdinOnce: false };
  const changes = query(request, 'changes');
  if (changes !== '') {
    config = Builder.settingsAfter(engine, config, read(`FROM scratch\n${changes}`, 'changes').slice(1), now);
  }
  const image = deriveImage(parent, {
    config,
    files: engine.changedFiles(container.id),
    createdBy: [container.path, ...container.args].join(' '),
    comment: query(request, 'comment'),
    at: now(),
  });
  engine.images.add(image);
  const repository = query(request, 'repo');
  if (repository !== '') {
    const error = engine.images.tag(image.id, repository, query(request, 'tag'));
    if (error) refuse(error.status, error.message);
  }
  engine.containers.event(container, 'commit');
  exchange.answer(201, { Id: image.id });
}
