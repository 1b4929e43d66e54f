/** GET /events: what has happened, and what happens from now on. Follows moby/moby api/server/router/system/system_routes.go. */
import { type Filters, parseTimestamp } from '../../api/index';
import type { Json } from '../../base/json';
import type { ApiRequest } from '../../base/process';
import { familiarName, parseReference } from '../../base/reference';
import type { EngineEvent, HostEngine } from '../../host/index';
import { sortedMap } from '../convert/members';
import type { Exchange, Route } from '../exchange';
import { refuse } from '../refusal';
import { query, queryFilters } from '../request';

const EVENT_FILTERS = [
  'config',
  'container',
  'daemon',
  'event',
  'image',
  'label',
  'network',
  'node',
  'plugin',
  'scope',
  'secret',
  'service',
  'type',
  'volume',
];

export function eventRoutes(engine: HostEngine, now: () => number): readonly Route[] {
  return [{ method: 'GET', path: '/events', handler: (exchange) => events(engine, now, exchange) }];
}

function events(engine: HostEngine, now: () => number, exchange: Exchange): void {
  const { request } = exchange;
  const since = readTime(request, 'since');
  const until = readTime(request, 'until');
  if (since !== undefined && until !== undefined && until < since)
    refuse(
      400,
      `\`since\` time (${query(request, 'since')}) cannot be after \`until\` time (${query(request, 'until')})`,
    );
  const filters = queryFilters(request, EVENT_FILTERS);
  const last = until ?? Number.POSITIVE_INFINITY;
  const wanted = (event: EngineEvent): boolean => event.at <= last && matches(event, filters);
  const sink = exchange.stream(200, 'application/json');
  if (since !== undefined)
    for (const event of engine.events.since(since)) if (wanted(event)) sink.push({ json: eventView(event) });
  if (last <= now()) {
    sink.end();
    return;
  }
  let live = true;
  const stop = engine.events.subscribe((event) => {
    if (live && wanted(event)) sink.push({ json: eventView(event) });
  });
  const finish = (): void => {
    live = false;
    stop();
  };
  const forget =
    last === Number.POSITIVE_INFINITY
      ? (): void => {}
      : engine.later(last - now(), () => {
          finish();
          sink.end();
        });
  exchange.onAbort(() => {
    finish();
    forget();
  });
}

function readTime(request: ApiRequest, name: string): number | undefined {
  const read = parseTimestamp(query(request, name));
  return 'error' in read ? refuse(400, read.error) : read.at;
}

/** `status`, `id` and `from` are what clients of old read; containers and images have them. */
function eventView(event: EngineEvent): Json {
  const { type, action, id, attributes, scope, at } = event;
  const old = type === 'container' || type === 'image';
  const from = type === 'container' ? attributes['image'] : undefined;
  return {
    ...(old ? { status: action, id } : {}),
    ...(from === undefined ? {} : { from }),
    Type: type,
    Action: action,
    Actor: { ID: id, Attributes: sortedMap(attributes) },
    scope,
    time: Math.floor(at / 1_000_000),
    timeNano: at * 1000,
  };
}

/** Values of one key are alternatives, keys must all match. Follows moby/moby daemon/events/filter.go. */
function matches(event: EngineEvent, filters: Filters): boolean {
  for (const [key, values] of filters) if (values.length > 0 && !matchesKey(event, key, values)) return false;
  return true;
}

function matchesKey(event: EngineEvent, key: string, values: readonly string[]): boolean {
  const { attributes } = event;
  switch (key) {
    case 'type':
      return values.includes(event.type);
    case 'scope':
      return values.includes(event.scope);
    case 'event':
      return values.some((value) => event.action === value || event.action.startsWith(`${value}:`));
    case 'label':
      return values.every((value) => {
        const [name = '', ...rest] = value.split('=');
        return Object.hasOwn(attributes, name) && (!value.includes('=') || attributes[name] === rest.join('='));
      });
    case 'image':
      return values.some((value) =>
        [event.type === 'image' ? event.id : attributes['image'], attributes['name']].some((name) =>
          sameImage(name, value),
        ),
      );
    default: {
      if (event.type === key) return values.some((value) => event.id.startsWith(value) || attributes['name'] === value);
      return key === 'container' && values.some((value) => attributes['container']?.startsWith(value) === true);
    }
  }
}

function sameImage(name: string | undefined, value: string): boolean {
  if (name === undefined) return false;
  if (name === value) return true;
  const parsed = parseReference(name);
  return parsed.ok && familiarName(parsed.value) === value;
}
