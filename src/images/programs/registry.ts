/**
 * registry:2: names, tags and manifests in one index file under /var/lib/registry, so that a volume keeps them. What the
 * layers hold stays where images are known by their id; here a blob is its digest.
 *
 * Follows distribution/distribution registry/handlers for paths, headers and errors.
 */
import { type Bytes, fromUtf8, toHex, utf8 } from '../../base/bytes';
import { type Json, stringify } from '../../base/json';
import { sha256 } from '../../base/sha256';
import { formatTime } from '../../base/time';
import type { Program, ProgramContext } from '../../host/index';
import { combinedLine, type HttpAnswer, type HttpRequest, httpDate, pathOf } from '../http';
import { GO_DEFAULT, httpAnswers, makeServer, mib, type StartLine } from './server';

const INDEX = '/var/lib/registry/docker/registry/v2/index.json';
const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

interface Repository {
  readonly tags: Record<string, string>;
  readonly manifests: Record<string, string>;
  readonly blobs: string[];
}

type Index = Record<string, Repository>;

function load(context: ProgramContext): Map<string, Repository> {
  const text = context.readFile(INDEX);
  return new Map(text === undefined ? [] : Object.entries(JSON.parse(fromUtf8(text)) as Index));
}

function save(context: ProgramContext, index: ReadonlyMap<string, Repository>): void {
  context.writeFile(INDEX, utf8(stringify(Object.fromEntries(index) as unknown as Json)));
}

function answer(context: ProgramContext, status: number, body: Bytes, more: HttpAnswer['headers'] = []): HttpAnswer {
  const type: HttpAnswer['headers'] = body === '' ? [] : [['Content-Type', 'application/json; charset=utf-8']];
  const version = ['Docker-Distribution-Api-Version', 'registry/2.0'] as const;
  return { status, headers: [...(more.length > 0 ? more : type), version, ['Date', httpDate(context.now)]], body };
}

function failure(context: ProgramContext, status: number, code: string, message: string, detail: Json): HttpAnswer {
  return answer(context, status, utf8(`${stringify({ errors: [{ code, message, detail }] })}\n`));
}

function sorted(names: readonly string[]): string[] {
  return [...names].sort((a, b) => (a < b ? -1 : 1));
}

function handle(context: ProgramContext, request: HttpRequest): HttpAnswer {
  const path = pathOf(request);
  if (path === '/')
    return {
      status: 200,
      headers: [
        ['Cache-Control', 'no-cache'],
        ['Date', httpDate(context.now)],
      ],
      body: '',
    };
  if (path === '/v2/' || path === '/v2') return answer(context, 200, '{}');
  const index = load(context);
  if (path === '/v2/_catalog') {
    const names = sorted(
      [...index].filter(([, { manifests }]) => Object.keys(manifests).length > 0).map(([name]) => name),
    );
    return answer(context, 200, utf8(`${stringify({ repositories: names })}\n`));
  }
  const [, name = '', kind, rest = ''] = /^\/v2\/(.+)\/(tags\/list|manifests\/|blobs\/)(.*)$/.exec(path) ?? [];
  const repository = index.get(name);
  if (kind === 'tags/list') {
    if (!repository) return failure(context, 404, 'NAME_UNKNOWN', 'repository name not known to registry', { name });
    return answer(context, 200, utf8(`${stringify({ name, tags: sorted(Object.keys(repository.tags)) })}\n`));
  }
  if (kind === 'manifests/') return manifests(context, request, index, name, rest);
  if (kind === 'blobs/') return blobs(context, request, index, name, rest);
  return { status: 404, headers: [['Content-Type', 'text/plain; charset=utf-8']], body: '404 page not found\n' };
}

function manifests(
  context: ProgramContext,
  request: HttpRequest,
  index: Map<string, Repository>,
  name: string,
  reference: string,
): HttpAnswer {
  const repository = index.get(name) ?? { tags: {}, manifests: {}, blobs: [] };
  if (request.method === 'PUT') {
    const digest = `sha256:${toHex(sha256(request.body))}`;
    const tags = reference.startsWith('sha256:') ? repository.tags : { ...repository.tags, [reference]: digest };
    index.set(name, { ...repository, tags, manifests: { ...repository.manifests, [digest]: request.body } });
    save(context, index);
    return answer(context, 201, '', [
      ['Docker-Content-Digest', digest],
      ['Location', `/v2/${name}/manifests/${digest}`],
    ]);
  }
  const digest = reference.startsWith('sha256:') ? reference : (repository.tags[reference] ?? '');
  const text = repository.manifests[digest];
  if (text === undefined) {
    const missing = reference.startsWith('sha256:')
      ? `unknown manifest name=${name} revision=${reference}`
      : { Tag: reference };
    return failure(context, 404, 'MANIFEST_UNKNOWN', 'manifest unknown', missing);
  }
  if (request.method === 'DELETE') return failure(context, 405, 'UNSUPPORTED', 'The operation is unsupported.', null);
  return answer(context, 200, text, [
    ['Content-Type', MANIFEST],
    ['Docker-Content-Digest', digest],
    ['Etag', `"${digest}"`],
  ]);
}

function blobs(
  context: ProgramContext,
  request: HttpRequest,
  index: Map<string, Repository>,
  name: string,
  rest: string,
): HttpAnswer {
  const repository = index.get(name) ?? { tags: {}, manifests: {}, blobs: [] };
  const digest = /[?&](?:mount|digest)=([^&]+)/.exec(request.target)?.[1] ?? rest;
  const put = (): void => {
    index.set(name, { ...repository, blobs: [...repository.blobs, digest] });
    save(context, index);
  };
  if (request.method === 'POST') {
    const from = [...index].find(([other, { blobs: held }]) => other !== name && held.includes(digest))?.[0];
    if (from === undefined) return answer(context, 202, '', [['Location', `/v2/${name}/blobs/uploads/`]]);
    put();
    return answer(context, 201, from, [['Docker-Content-Digest', digest]]);
  }
  if (request.method === 'PUT') {
    put();
    return answer(context, 201, '', [['Docker-Content-Digest', digest]]);
  }
  if (repository.blobs.includes(digest)) return answer(context, 200, '', [['Docker-Content-Digest', digest]]);
  return failure(context, 404, 'BLOB_UNKNOWN', 'blob unknown to registry', digest);
}

export const registry: Program = makeServer({
  name: 'registry',
  memory: mib(12),
  ports: [5000],
  readyAfter: 20_000,
  startLines: ({ startedAt }) => {
    const line = (text: string): StartLine => {
      const stamp = formatTime(startedAt, '2006-01-02T15:04:05.000000000Z');
      return {
        after: 15_000,
        stream: 'stderr',
        text: `time="${stamp}" level=info msg="${text}" go.version=go1.20.8 service=registry version=2.8.3 \n`,
      };
    };
    return [
      line('redis not configured'),
      line('Starting upload purge in 10m0s'),
      line('using inmemory blob descriptor cache'),
      line('listening on [::]:5000'),
    ];
  },
  answer: httpAnswers(handle, (context, request, given, peer) =>
    context.log('stdout', combinedLine(peer.address, context.now, request, given)),
  ),
  ends: GO_DEFAULT,
});
