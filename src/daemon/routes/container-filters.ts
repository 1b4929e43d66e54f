/** Which containers a list shows. Follows moby/moby daemon/list.go. */
import type { Filters } from '../../api/index';
import { parseReference, tagNameOnly } from '../../base/reference';
import { type Container, type HostEngine, shownState } from '../../host/index';
import { refuse } from '../refusal';

export const CONTAINER_FILTERS: readonly string[] = [
  'ancestor',
  'before',
  'exited',
  'expose',
  'health',
  'id',
  'is-task',
  'isolation',
  'label',
  'name',
  'network',
  'publish',
  'since',
  'status',
  'volume',
];

const STATES = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];
const HEALTH = ['none', 'starting', 'healthy', 'unhealthy'];

/** Newest first, after filters and limit. `all` is implied by a filter on the state. */
export function filterContainers(
  engine: HostEngine,
  filters: Filters,
  options: { readonly all: boolean; readonly limit: number },
): readonly Container[] {
  const get = (key: string): readonly string[] => filters.get(key) ?? [];
  checkValues(get);
  const all = options.all || options.limit > 0 || filters.has('status') || filters.has('exited');
  const before = pivot(engine, get('before'));
  const since = pivot(engine, get('since'));
  const tests = makeTests(engine, get);
  const list = engine.containers.list();
  const found: Container[] = [];
  let open = before === undefined;
  for (const container of list) {
    if (container === since) break;
    const show = open && (all || isRunning(container)) && tests.every((test) => test(container));
    if (container === before) open = true;
    else if (show) found.push(container);
    if (options.limit > 0 && found.length === options.limit) break;
  }
  return found;
}

function isRunning({ state }: Container): boolean {
  return state.status === 'running' || state.status === 'restarting';
}

type Get = (key: string) => readonly string[];

function checkValues(get: Get): void {
  for (const value of get('exited')) {
    if (!/^[+-]?\d+$/.test(value))
      refuse(400, `invalid filter 'exited=${value}': strconv.Atoi: parsing "${value}": invalid syntax`);
  }
  for (const value of get('status')) {
    if (!STATES.includes(value))
      refuse(
        400,
        `invalid filter 'status=${value}': invalid value for state (${value}): must be one of ${STATES.join(', ')}`,
      );
  }
  for (const value of get('health')) {
    if (!HEALTH.includes(value))
      refuse(
        400,
        `invalid filter 'health=${value}': invalid value for health status (${value}): must be one of ${HEALTH.join(', ')}`,
      );
  }
}

function pivot(engine: HostEngine, values: readonly string[]): Container | undefined {
  const [value] = values;
  if (value === undefined) return undefined;
  const found = engine.containers.find(value);
  return found.ok ? found.value : refuse(found.error.status, found.error.message);
}

type Test = (container: Container) => boolean;

function makeTests(engine: HostEngine, get: Get): readonly Test[] {
  const tests: Test[] = [];
  const any = (key: string, matches: (container: Container, value: string) => boolean): void => {
    const values = get(key);
    if (values.length > 0) tests.push((container) => values.some((value) => matches(container, value)));
  };
  any('id', ({ id }, value) => id.startsWith(value));
  any('name', ({ name }, value) => matchesName(name, value));
  any('status', (container, value) => shownState(container) === value);
  any('exited', ({ state }, value) => state.status === 'exited' && state.exitCode === Number(value));
  any('health', ({ state }, value) => (state.health?.status ?? 'none') === value);
  any('network', ({ endpoints }, value) =>
    endpoints.some(({ networkId, networkName }) => networkName === value || networkId.startsWith(value)),
  );
  any('volume', ({ mounts }, value) => mounts.some(({ name, destination }) => name === value || destination === value));
  any('is-task', ({ service }, value) => (service !== undefined) === /^(?:1|t|true)$/i.test(value));
  any('publish', ({ ports }, value) =>
    ports.some(({ hostPort, containerPort }) => inRange(value, `${hostPort}/${containerPort.split('/')[1]}`)),
  );
  any('expose', ({ config }, value) => Object.keys(config.ExposedPorts ?? {}).some((port) => inRange(value, port)));
  any('ancestor', (container, value) => isAncestor(engine, container, value));
  const labels = get('label');
  if (labels.length > 0) tests.push(({ config }) => labels.every((label) => hasLabel(config.Labels ?? {}, label)));
  return tests;
}

/** A part of the name, as a regular expression where it is one; a leading slash stands for the beginning. */
function matchesName(name: string, value: string): boolean {
  if (value === name || value === `/${name}`) return true;
  try {
    const pattern = new RegExp(value);
    return pattern.test(`/${name}`) || pattern.test(name);
  } catch {
    return name.includes(value);
  }
}

function hasLabel(labels: { readonly [key: string]: string }, wanted: string): boolean {
  const at = wanted.indexOf('=');
  if (at < 0) return Object.hasOwn(labels, wanted);
  const key = wanted.slice(0, at);
  return Object.hasOwn(labels, key) && labels[key] === wanted.slice(at + 1);
}

/** `80`, `80/udp`, `8000-8010/tcp`. */
function inRange(wanted: string, port: string): boolean {
  const [range = '', protocol = 'tcp'] = wanted.split('/');
  const [number, own = 'tcp'] = port.split('/');
  const [low = '', high = low] = range.split('-');
  return own === protocol && Number(number) >= Number(low) && Number(number) <= Number(high);
}

function isAncestor(engine: HostEngine, container: Container, value: string): boolean {
  if (engine.images.find(value)?.image.id === container.imageId) return true;
  const wanted = parseReference(value);
  const own = parseReference(container.image);
  if (!wanted.ok || !own.ok) return false;
  const [a, b] = [tagNameOnly(wanted.value), tagNameOnly(own.value)];
  return a.domain === b.domain && a.path === b.path && a.tag === b.tag;
}
