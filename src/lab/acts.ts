/** The physical world's words: what `lab ARGS` means, before anything is done. Pure, so that every entrance says the same. */

/** An act on machines and cables, with names checked. */
export type Act =
  | { readonly act: 'help' }
  | { readonly act: 'ls' }
  | { readonly act: 'add'; readonly count: number }
  | { readonly act: 'kill' | 'start'; readonly hosts: readonly string[] }
  | { readonly act: 'partition'; readonly groups: readonly (readonly string[])[] }
  | { readonly act: 'heal' }
  | { readonly act: 'latency'; readonly links: readonly Cable[]; readonly delay: number }
  | { readonly act: 'loss'; readonly links: readonly Cable[]; readonly perMille: number }
  | { readonly act: 'load'; readonly container: string; readonly bytes: number }
  | { readonly act: 'until'; readonly condition: Condition };

export type Cable = readonly [string, string];

export type Condition =
  | { readonly until: 'settled' }
  | { readonly until: 'leader' }
  | { readonly until: 'node'; readonly host: string; readonly state: string }
  | { readonly until: 'service'; readonly name: string; readonly running: number; readonly desired: number };

/** What the words are checked against. */
export interface Hosts {
  readonly names: readonly string[];
  isOn(name: string): boolean;
  /** Hosts the LAN has room for. */
  readonly max: number;
}

export const LAB_HELP = `lab: the physical world of this playground

  lab ls                          hosts: address, power, LAN segment
  lab add [N]                     N more hosts (default 1)
  lab kill HOST...                power off, at once: memory is gone, the disk stays
  lab start HOST...               power on again
  lab partition A,B / C,D         cut the LAN in groups; hosts not named form one more group
  lab heal                        one LAN again: partitions, latency and loss are gone
  lab latency A,B DELAY           add DELAY (20ms, 1s; 0 for none) one way between the hosts named
  lab loss A,B PERCENT            lose PERCENT of the packets between the hosts named (0 to 100)
  lab load CONTAINER SIZE         let a container's process use SIZE more memory (64M, 1G; 0 for none)
  lab until settled               wait until nothing is on its way any more
  lab until leader                wait until the swarm has a leader
  lab until HOST STATE            wait until the swarm says HOST is STATE (ready, down, unknown)
  lab until SERVICE RUNNING/N     wait until the service runs RUNNING of N tasks
  lab help                        this text

HOST is node1, node2 and so on; "all" in latency and loss is every host. CONTAINER is an id, a name or
the name of a task: web.1.
`;

/** Parses `lab`'s arguments: an act, or the sentence that refuses them. */
export function parseAct(args: readonly string[], hosts: Hosts): Act | string {
  const [word = 'help', ...rest] = args;
  switch (word) {
    case 'help':
    case '--help':
    case '-h':
      return rest.length === 0 ? { act: 'help' } : 'help takes no argument';
    case 'ls':
      return rest.length === 0 ? { act: 'ls' } : 'ls takes no argument';
    case 'add':
      return parseAdd(rest, hosts);
    case 'kill':
    case 'start':
      return parsePower(word, rest, hosts);
    case 'partition':
      return parsePartition(rest, hosts);
    case 'heal':
      return rest.length === 0 ? { act: 'heal' } : 'heal takes no argument';
    case 'latency':
      return parseLatency(rest, hosts);
    case 'loss':
      return parseLoss(rest, hosts);
    case 'load':
      return parseLoad(rest);
    case 'until':
      return parseUntil(rest, hosts);
    default:
      return `unknown word "${word}": lab help lists what there is`;
  }
}

function parseAdd(rest: readonly string[], hosts: Hosts): Act | string {
  const count = rest.length === 0 ? 1 : Number(rest[0]);
  if (rest.length > 1 || !Number.isInteger(count) || count < 1) return 'add takes a number of hosts, 1 or more';
  const room = hosts.max - hosts.names.length;
  if (count > room) return `the LAN has no address left for ${count} more: it holds ${hosts.max} hosts`;
  return { act: 'add', count };
}

function parsePower(act: 'kill' | 'start', rest: readonly string[], hosts: Hosts): Act | string {
  if (rest.length === 0) return `${act} needs the name of a host`;
  for (const host of rest) {
    if (!hosts.names.includes(host)) return unknownHost(host, hosts);
    if (act === 'kill' && !hosts.isOn(host)) return `${host} is off already`;
    if (act === 'start' && hosts.isOn(host)) return `${host} is on already`;
  }
  if (new Set(rest).size !== rest.length) return 'a host is named twice';
  return { act, hosts: rest };
}

function parsePartition(rest: readonly string[], hosts: Hosts): Act | string {
  const text = rest.join(' ');
  const groups = text.split('/').map((group) => group.split(/[\s,]+/).filter((name) => name !== ''));
  if (text === '' || groups.some((group) => group.length === 0))
    return 'partition needs groups of hosts: lab partition node1,node2 / node3';
  const named = groups.flat();
  for (const host of named) if (!hosts.names.includes(host)) return unknownHost(host, hosts);
  if (new Set(named).size !== named.length) return 'a host can be in one group only';
  const others = hosts.names.filter((name) => !named.includes(name));
  const all = others.length > 0 ? [...groups, others] : groups;
  if (all.length < 2) return 'that is one group with every host in it: nothing would be cut';
  return { act: 'partition', groups: all };
}

function parseCables(text: string | undefined, hosts: Hosts): readonly Cable[] | string {
  const names = text === undefined ? [] : text === 'all' ? hosts.names : text.split(',');
  for (const host of names) if (!hosts.names.includes(host)) return unknownHost(host, hosts);
  const cables: Cable[] = [];
  for (const [index, a] of names.entries()) for (const b of names.slice(index + 1)) if (a !== b) cables.push([a, b]);
  return cables.length > 0 ? cables : 'name at least two hosts: node1,node2 (or all)';
}

const DELAY = /^(\d{1,6})(us|ms|s)$/;
const UNIT: Record<string, number> = { us: 1, ms: 1_000, s: 1_000_000 };
const DELAY_MAX = 600_000_000;

function parseLatency(rest: readonly string[], hosts: Hosts): Act | string {
  if (rest.length !== 2) return 'latency needs hosts and a delay: lab latency node1,node2 20ms';
  const links = parseCables(rest[0], hosts);
  if (typeof links === 'string') return links;
  const match = DELAY.exec(rest[1]!);
  const delay = rest[1] === '0' ? 0 : match ? Number(match[1]) * UNIT[match[2]!]! : -1;
  if (delay < 0 || delay > DELAY_MAX) return `"${rest[1]}" is no delay: 500us, 20ms, 1s, up to 600s, or 0 for none`;
  return { act: 'latency', links, delay };
}

function parseLoss(rest: readonly string[], hosts: Hosts): Act | string {
  if (rest.length !== 2) return 'loss needs hosts and a percentage: lab loss node1,node2 5%';
  const links = parseCables(rest[0], hosts);
  if (typeof links === 'string') return links;
  const match = /^(\d{1,3})(?:\.(\d))?%?$/.exec(rest[1]!);
  const perMille = match ? Number(match[1]) * 10 + Number(match[2] ?? 0) : -1;
  if (perMille < 0 || perMille > 1000) return `"${rest[1]}" is no percentage from 0 to 100`;
  return { act: 'loss', links, perMille };
}

const SIZE = /^(\d{1,15})([kmg]?)(i?b)?$/i;
const LOAD_MAX = 2 ** 40;

function parseLoad(rest: readonly string[]): Act | string {
  const [container = '', size = ''] = rest;
  if (rest.length !== 2) return 'load needs a container and a size: lab load web.1 600M';
  const match = SIZE.exec(size);
  const unit = 'kmg'.indexOf(match?.[2]?.toLowerCase() || '-') + 1;
  const bytes = match ? Number(match[1]) * 1024 ** unit : -1;
  if (bytes < 0 || bytes > LOAD_MAX) return `"${size}" is no size: 512K, 64M, 1G, up to 1024G, or 0 for none`;
  return { act: 'load', container, bytes };
}

const NODE_STATES = ['ready', 'down', 'unknown', 'disconnected'];

function parseUntil(rest: readonly string[], hosts: Hosts): Act | string {
  const [subject, state] = rest;
  if (subject === undefined || rest.length > 2)
    return 'until needs a condition: settled, leader, HOST STATE or SERVICE RUNNING/N';
  if (state === undefined) {
    if (subject === 'settled' || subject === 'leader') return { act: 'until', condition: { until: subject } };
    return `until does not know "${subject}": settled, leader, HOST STATE or SERVICE RUNNING/N`;
  }
  const counts = /^(\d{1,6})\/(\d{1,6})$/.exec(state);
  if (counts) {
    return {
      act: 'until',
      condition: { until: 'service', name: subject, running: Number(counts[1]), desired: Number(counts[2]) },
    };
  }
  if (!hosts.names.includes(subject)) return unknownHost(subject, hosts);
  if (!NODE_STATES.includes(state.toLowerCase())) return `"${state}" is no state of a node: ${NODE_STATES.join(', ')}`;
  return { act: 'until', condition: { until: 'node', host: subject, state: state.toLowerCase() } };
}

function unknownHost(host: string, hosts: Hosts): string {
  const last = hosts.names.length;
  return `there is no host "${host}": they are node1 to node${last}`;
}
