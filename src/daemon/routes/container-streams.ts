/** Output and input of containers: logs, attach, resize. Follows moby/moby api/server/router/container/container_routes.go. */
import { parseTimestamp } from '../../api/index';
import type { Bytes } from '../../base/bytes';
import type { ApiRequest } from '../../base/process';
import { formatMicrosFixed } from '../../base/time';
import type { Container, HostEngine, LogQuery } from '../../host/index';
import type { Exchange, Route, StreamSink } from '../exchange';
import { refuse } from '../refusal';
import { query, queryFlag } from '../request';
import { findContainer } from './containers';

export const RAW = 'application/vnd.docker.raw-stream';
export const MULTIPLEXED = 'application/vnd.docker.multiplexed-stream';

export function containerStreamRoutes(engine: HostEngine): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/containers/:id/logs',
      handler: (exchange, { id }) => logs(engine, exchange, id!),
    },
    {
      method: 'POST',
      path: '/containers/:id/attach',
      handler: (exchange, { id }) => attach(engine, exchange, findContainer(engine, id!)),
    },
    {
      method: 'POST',
      path: '/containers/:id/resize',
      handler: (exchange, { id }) => {
        const container = findContainer(engine, id!);
        const { height, width } = windowSize(exchange.request);
        if (container.state.status !== 'running') refuse(409, `container ${container.id} is not running`);
        engine.outputs.resize(container.id, width, height);
        exchange.answer(200);
      },
    },
  ];
}

/** Height and width of a terminal, as resize requests carry them. */
export function windowSize(request: ApiRequest): { readonly height: number; readonly width: number } {
  const read = (name: string): number => {
    const text = query(request, name);
    if (!/^\d{1,9}$/.test(text))
      refuse(400, `invalid resize ${name === 'h' ? 'height' : 'width'} "${text}": invalid syntax`);
    return Number(text);
  };
  return { height: read('h'), width: read('w') };
}

function readLogQuery(request: ApiRequest): LogQuery {
  const stdout = queryFlag(request, 'stdout');
  const stderr = queryFlag(request, 'stderr');
  if (!stdout && !stderr) refuse(400, 'Bad parameters: you must choose at least one stream');
  const since = parseTimestamp(query(request, 'since'));
  const until = parseTimestamp(query(request, 'until'));
  if ('error' in since) return refuse(400, `invalid value for "since": ${since.error}`);
  if ('error' in until) return refuse(400, `invalid value for "until": ${until.error}`);
  const tail = query(request, 'tail');
  return {
    stdout,
    stderr,
    follow: queryFlag(request, 'follow'),
    tail: /^\d+$/.test(tail) ? Number(tail) : undefined,
    since: since.at === 0 ? undefined : since.at,
    until: until.at === 0 ? undefined : until.at,
  };
}

function logs(engine: HostEngine, exchange: Exchange, reference: string): void {
  const { request } = exchange;
  const options = readLogQuery(request);
  const container = findContainer(engine, reference);
  if (!engine.outputs.isReadable(container)) refuse(501, 'configured logging driver does not support reading');
  const timestamps = queryFlag(request, 'timestamps');
  const sink = exchange.stream(200, container.config.Tty ? RAW : MULTIPLEXED);
  let live = true;
  const cancel = engine.outputs.read(
    container.id,
    options,
    ({ stream, at, data }) => {
      if (live) sink.push({ stream, data: timestamps ? `${formatMicrosFixed(at)} ${data}` : data });
    },
    () => {
      if (live) sink.end();
      live = false;
    },
  );
  exchange.onAbort(() => {
    live = false;
    cancel();
  });
}

/** Joins a container's streams: at once when it runs, else from its next start on. The client may half-close early. */
function attach(engine: HostEngine, exchange: Exchange, container: Container): void {
  const { request } = exchange;
  if (container.state.paused) refuse(409, `container ${container.id} is paused, unpause the container before attach`);
  if (container.state.status === 'restarting')
    refuse(409, `Container ${container.id} is restarting, wait until the container is running`);
  const sink = exchange.stream(101, container.config.Tty ? RAW : MULTIPLEXED);
  const wants = { stdout: queryFlag(request, 'stdout'), stderr: queryFlag(request, 'stderr') };
  engine.containers.event(container, 'attach');
  if (queryFlag(request, 'logs')) replay(engine, container, wants, sink);
  if (!queryFlag(request, 'stream')) {
    sink.end();
    return;
  }
  const stdin = queryFlag(request, 'stdin') && container.config.OpenStdin === true;
  const attached = engine.outputs.attach(container.id, {
    output: (stream, data) => {
      if (wants[stream] || container.config.Tty) sink.push({ stream, data });
    },
    end: () => sink.end(),
  });
  exchange.onData((data: Bytes) => {
    if (stdin) attached.write(data);
  });
  exchange.onEnd(() => {
    if (stdin) attached.end();
  });
  exchange.onAbort(attached.detach);
}

function replay(
  engine: HostEngine,
  container: Container,
  wants: { readonly stdout: boolean; readonly stderr: boolean },
  sink: StreamSink,
): void {
  const all = { ...wants, follow: false, tail: undefined, since: undefined, until: undefined };
  engine.outputs.read(
    container.id,
    all,
    ({ stream, data }) => sink.push({ stream, data }),
    () => {},
  );
}
