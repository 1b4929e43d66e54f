/** /containers: create, list, inspect, life and death. Follows moby/moby api/server/router/container/container_routes.go. */
import type { Container, HostEngine, HostError, WaitCondition } from '../../host/index';
import { containerInspect, containerSummary } from '../convert/container';
import type { Exchange, Params, Route } from '../exchange';
import { refuse } from '../refusal';
import { bodyReader, query, queryFilters, queryFlag } from '../request';
import { readCreate, readEndpoint } from './container-create';
import { CONTAINER_FILTERS, filterContainers } from './container-filters';
import { json } from './json';
import { checkNetworkMode } from './network-checks';

type Handle = (exchange: Exchange, container: Container) => void;

/** The container that a path names, or the refusal. */
export function findContainer(engine: HostEngine, reference: string): Container {
  const found = engine.containers.find(reference);
  return found.ok ? found.value : refuse(found.error.status, found.error.message);
}

export function containerRoutes(engine: HostEngine, now: () => number): readonly Route[] {
  const on =
    (handle: Handle) =>
    (exchange: Exchange, params: Params): void =>
      handle(exchange, findContainer(engine, params['id']!));
  return [
    { method: 'GET', path: '/containers/json', handler: (exchange) => list(engine, now, exchange) },
    { method: 'POST', path: '/containers/create', handler: (exchange) => create(engine, exchange) },
    { method: 'POST', path: '/containers/prune', handler: (exchange) => prune(engine, exchange) },
    {
      method: 'GET',
      path: '/containers/:id/json',
      handler: on((exchange, container) => {
        exchange.answer(200, json(containerInspect(engine, container, queryFlag(exchange.request, 'size'))));
      }),
    },
    {
      method: 'GET',
      path: '/containers/:id/top',
      handler: on((exchange, container) => top(engine, exchange, container)),
    },
    {
      method: 'POST',
      path: '/containers/:id/start',
      handler: on((exchange, container) => {
        if (container.state.status === 'running' && !container.state.paused) exchange.answer(304);
        else engine.lifecycle.start(container.id, finish(exchange));
      }),
    },
    {
      method: 'POST',
      path: '/containers/:id/stop',
      handler: on((exchange, container) => stop(engine, exchange, container)),
    },
    {
      method: 'POST',
      path: '/containers/:id/restart',
      handler: on((exchange, container) => {
        engine.lifecycle.restart(container.id, stopOptions(exchange), finish(exchange));
      }),
    },
    { method: 'POST', path: '/containers/:id/kill', handler: (exchange, { id }) => kill(engine, exchange, id!) },
    {
      method: 'POST',
      path: '/containers/:id/rename',
      handler: on((exchange, container) => {
        finish(exchange)(engine.containers.rename(container, query(exchange.request, 'name')));
      }),
    },
    {
      method: 'POST',
      path: '/containers/:id/wait',
      handler: on((exchange, container) => wait(engine, exchange, container)),
    },
    { method: 'DELETE', path: '/containers/:id', handler: (exchange, { id }) => remove(engine, exchange, id!) },
    { method: 'POST', path: '/networks/:id/connect', handler: (exchange, { id }) => connect(engine, exchange, id!) },
    {
      method: 'POST',
      path: '/networks/:id/disconnect',
      handler: (exchange, { id }) => disconnect(engine, exchange, id!),
    },
  ];
}

/** Answers 204, or with what went wrong. */
function finish(exchange: Exchange, status = 204): (error?: HostError) => void {
  return (error) => {
    if (error) exchange.answer(error.status, { message: error.message });
    else exchange.answer(status);
  };
}

function list(engine: HostEngine, now: () => number, exchange: Exchange): void {
  const { request } = exchange;
  const filters = queryFilters(request, CONTAINER_FILTERS);
  const limit = query(request, 'limit');
  if (limit !== '' && !/^[+-]?\d+$/.test(limit)) refuse(400, `strconv.Atoi: parsing "${limit}": invalid syntax`);
  const options = { all: queryFlag(request, 'all'), limit: Number(limit) };
  const size = queryFlag(request, 'size');
  const found = filterContainers(engine, filters, options);
  exchange.answer(200, json(found.map((container) => containerSummary(engine, container, now(), size))));
}

function create(engine: HostEngine, exchange: Exchange): void {
  const request = readCreate(exchange);
  const warnings = checkNetworkMode(request, (name) => engine.containers.find(name).ok);
  const created = engine.containers.create(request);
  if (!created.ok) refuse(created.error.status, created.error.message);
  else exchange.answer(201, { Id: created.value.id, Warnings: [...warnings, ...created.value.warnings] });
}

function prune(engine: HostEngine, exchange: Exchange): void {
  queryFilters(exchange.request, ['until', 'label', 'label!']);
  const removed: string[] = [];
  let bytes = 0;
  for (const container of engine.containers.list()) {
    if (container.state.status !== 'exited' && container.state.status !== 'created') continue;
    bytes += engine.writtenBytes(container.id);
    engine.lifecycle.remove(container.id, { force: false, volumes: false, typed: container.id }, () => {});
    removed.push(container.id);
  }
  exchange.answer(200, { ContainersDeleted: removed.length > 0 ? removed : null, SpaceReclaimed: bytes });
}

/** `ps -ef` of the container, in the machine's numbers. Other columns are not modelled. */
function top(engine: HostEngine, exchange: Exchange, container: Container): void {
  if (container.state.status !== 'running') refuse(409, `container ${container.id} is not running`);
  const args = query(exchange.request, 'ps_args');
  if (args !== '' && args !== '-ef') refuse(501, `ps ${args} is not modelled by this playground: only ps -ef is`);
  const rows = engine.processesOf(container.id).map(({ user, command, started }) => {
    const minutes = Math.floor(started / 60_000_000) % 1440;
    const clock = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
    const { pid } = container.state;
    const terminal = container.config.Tty ? 'pts/0' : '?';
    return [user, String(pid), String(pid - 21), '0', clock, terminal, '00:00:00', command];
  });
  engine.containers.event(container, 'top');
  exchange.answer(200, { Processes: rows, Titles: ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'] });
}

function stopOptions(exchange: Exchange): { signal?: string; timeout?: number } {
  const seconds = query(exchange.request, 't');
  const signal = query(exchange.request, 'signal');
  if (seconds !== '' && !/^[+-]?\d+$/.test(seconds)) refuse(400, `strconv.Atoi: parsing "${seconds}": invalid syntax`);
  return { ...(signal === '' ? {} : { signal }), ...(seconds === '' ? {} : { timeout: Number(seconds) }) };
}

function stop(engine: HostEngine, exchange: Exchange, container: Container): void {
  const options = stopOptions(exchange);
  const { status } = container.state;
  if (status !== 'running' && status !== 'restarting') exchange.answer(304);
  else engine.lifecycle.stop(container.id, options, finish(exchange));
}

function kill(engine: HostEngine, exchange: Exchange, reference: string): void {
  const found = engine.containers.find(reference);
  const signal = query(exchange.request, 'signal');
  const error = found.ok ? engine.lifecycle.kill(found.value.id, signal) : found.error;
  if (error) refuse(error.status, `cannot kill container: ${reference}: ${error.message}`);
  // Only KILL is waited for: moby's containerKill stays until the process is gone.
  if (!found.ok || !/^(?:|(?:SIG)?KILL|9)$/i.test(signal)) exchange.answer(204);
  else engine.lifecycle.wait(found.value.id, 'not-running', () => exchange.answer(204));
}

const CONDITIONS: readonly WaitCondition[] = ['not-running', 'next-exit', 'removed'];

/** The headers go out at once, the body at the end. */
function wait(engine: HostEngine, exchange: Exchange, container: Container): void {
  const word = query(exchange.request, 'condition');
  const condition =
    CONDITIONS.find((known) => known === (word || 'not-running')) ??
    refuse(400, `invalid condition: ${JSON.stringify(word)}`);
  const sink = exchange.stream(200, 'application/json');
  const cancel = engine.lifecycle.wait(container.id, condition, (StatusCode, error) => {
    sink.push({ json: error === '' ? { StatusCode } : { Error: { Message: error }, StatusCode } });
    sink.end();
  });
  exchange.onAbort(cancel);
}

function remove(engine: HostEngine, exchange: Exchange, reference: string): void {
  const container = findContainer(engine, reference);
  const { request } = exchange;
  const options = { force: queryFlag(request, 'force'), volumes: queryFlag(request, 'v'), typed: reference };
  if (queryFlag(request, 'link')) refuse(501, 'removing a link is not modelled by this playground');
  engine.lifecycle.remove(container.id, options, finish(exchange));
}

function connect(engine: HostEngine, exchange: Exchange, network: string): void {
  const reader = bodyReader(exchange.request, 'ConnectOptions');
  const container = findContainer(engine, reader.string('Container') ?? '');
  const endpoint = readEndpoint(reader.object('EndpointConfig'));
  engine.networking.connect(container, network, endpoint, finish(exchange, 200));
}

function disconnect(engine: HostEngine, exchange: Exchange, network: string): void {
  const reader = bodyReader(exchange.request, 'DisconnectOptions');
  const container = findContainer(engine, reader.string('Container') ?? '');
  finish(exchange, 200)(engine.networking.disconnect(container, network));
}
