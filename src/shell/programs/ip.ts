/** ip, bridge, brctl and nsenter: what the network of a machine, a container or a namespace looks like. Nothing is changed. */
import { fromUtf8, utf8 } from '../../base/bytes';
import {
  Errno,
  type InterfaceFact,
  listDirectory,
  type Process,
  type RouteFact,
  spawn,
  stat,
  system,
  wait,
  write,
} from '../../base/process';
import { complain, say } from './io';
import type { Invocation, Program } from './program';

type Family = 'iproute2' | 'busybox';

const NETNS = ['/var/run/docker/netns/', '/run/docker/netns/'];

function flagsOf(one: InterfaceFact, family: Family): string {
  if (one.name === 'lo') return 'LOOPBACK,UP,LOWER_UP';
  if (!one.up) return 'NO-CARRIER,BROADCAST,MULTICAST,UP';
  return `BROADCAST,MULTICAST,UP,LOWER_UP${family === 'busybox' && one.peer !== undefined ? ',M-DOWN' : ''}`;
}

function nameOf(one: InterfaceFact): string {
  return one.peer === undefined ? one.name : `${one.name}@if${one.peer}`;
}

function stateOf(one: InterfaceFact): string {
  return one.name === 'lo' || one.vxlan !== undefined ? 'UNKNOWN' : one.up ? 'UP' : 'DOWN';
}

/** Only what is a machine's own has a queue. */
function isPhysical(one: InterfaceFact): boolean {
  return one.name.startsWith('eth') && one.peer === undefined;
}

function firstLine(one: InterfaceFact, family: Family): string {
  const queue = isPhysical(one) ? 'pfifo_fast' : 'noqueue';
  const master = one.master === undefined ? '' : `master ${one.master} `;
  const head = `${one.index}: ${nameOf(one)}: <${flagsOf(one, family)}> mtu ${one.mtu} qdisc ${queue} ${master}`;
  const own = one.name === 'lo' || isPhysical(one);
  if (family === 'busybox') return own ? `${head}qlen 1000\n` : `${head}\n`;
  return `${head}state ${stateOf(one)} group default qlen ${own ? 1000 : 0}\n`;
}

function linkLine(one: InterfaceFact, family: Family, detailed: boolean): string {
  const kind = one.name === 'lo' ? 'loopback' : 'ether';
  const all = one.name === 'lo' ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff';
  const peer = one.peer === undefined || family === 'busybox' ? '' : ' link-netnsid 0';
  const line = `    link/${kind} ${one.mac} brd ${all}${peer}${detailed ? ' promiscuity 0 minmtu 68 maxmtu 65535' : ''}\n`;
  return detailed ? line + kindLine(one) : line;
}

function kindLine(one: InterfaceFact): string {
  if (one.vxlan !== undefined)
    return `    vxlan id ${one.vxlan} srcport 0 0 dstport 4789 ttl auto ageing 300 proxy l2miss l3miss \n`;
  if (one.peer !== undefined) return '    veth \n';
  return /^(?:br|docker)/.test(one.name) ? '    bridge forward_delay 1500 hello_time 200 max_age 2000 \n' : '';
}

const FOR_EVER = '       valid_lft forever preferred_lft forever\n';

function addressLines(one: InterfaceFact, family: Family, version: string): string {
  const lines: string[] = [];
  for (const { address, prefix, broadcast } of version === '6' ? [] : one.addresses) {
    const scope = one.name === 'lo' ? 'host' : 'global';
    const brd = broadcast === undefined ? '' : `brd ${broadcast} `;
    lines.push(`    inet ${address}/${prefix} ${brd}scope ${scope} ${one.name}\n${FOR_EVER}`);
  }
  for (const { address, prefix, scope } of version === '4' ? [] : (one.addresses6 ?? [])) {
    const nodad = family === 'busybox' ? 'flags 02 ' : 'nodad ';
    lines.push(`    inet6 ${address}/${prefix} scope ${scope} ${scope === 'global' ? nodad : ''}\n${FOR_EVER}`);
  }
  return lines.join('');
}

function shortLine(one: InterfaceFact, links: boolean): string {
  const all = [...one.addresses, ...(one.addresses6 ?? [])];
  const tail = links
    ? `${one.mac} <${flagsOf(one, 'iproute2')}> `
    : all.map(({ address, prefix }) => `${address}/${prefix} `).join('');
  return `${nameOf(one).padEnd(16)} ${stateOf(one).padEnd(14)} ${tail}\n`;
}

function oneLine(one: InterfaceFact, family: Family, version: string): string {
  const head = `${one.index}: ${one.name.padEnd(4)}`;
  return addressLines(one, family, version)
    .split(FOR_EVER)
    .filter((line) => line !== '')
    .map((line) => `${head} ${line.trimEnd()}${line.includes('inet6') ? ' ' : ''}\\${FOR_EVER}`)
    .join('');
}

const OBJECTS = ['address', 'link', 'route', 'neighbour', 'netns', 'rule'];
const SHOW = ['show', 'list', 'ls', 's', 'get', 'lst'];
const CHANGES = ['add', 'del', 'delete', 'set', 'flush', 'replace', 'change', 'append'];
/** Words before a device's name, and those that choose among devices. */
const FILLERS = ['dev', 'up', 'scope', 'global', 'type', 'master'];

/** ip [-4|-6] [-br] [-o] [-d] addr|link|route|neigh|netns [show] [DEVICE] */
export function ipProgram(family: Family): Program {
  return function* (invocation) {
    const words = invocation.args.map(fromUtf8);
    const first = words.findIndex((word) => !word.startsWith('-'));
    const options = words.slice(0, first < 0 ? words.length : first);
    const [object, ...rest] = first < 0 ? [] : words.slice(first);
    const what = object === undefined ? '' : (OBJECTS.find((name) => name.startsWith(object)) ?? '');
    if (what === '') {
      const usage =
        'Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n       ip addr | ip link | ip route | ip neigh are shown here\n';
      yield* write(2, object === undefined ? usage : `Object "${object}" is unknown, try "ip help".\n`);
      return object === undefined ? 255 : 1;
    }
    if (what === 'netns') return yield* netns(invocation, rest);
    const verb = rest[0] !== undefined && SHOW.includes(rest[0]) ? rest.shift()! : 'show';
    if (rest[0] !== undefined && CHANGES.includes(rest[0])) {
      if (invocation.env.get('HOSTNAME') !== undefined && family === 'busybox') {
        yield* write(2, 'ip: RTNETLINK answers: Operation not permitted\n');
        return 2;
      }
      yield* complain(invocation, `${what} ${rest[0]}: the network of a machine is only shown here, not changed`);
      return 2;
    }
    const version = options.includes('-6') ? '6' : options.includes('-4') ? '4' : '';
    if (what === 'neighbour') return yield* neighbours(family);
    if (what === 'rule') return yield* rules();
    if (what === 'route') return yield* routes(rest, verb, family, version);
    return yield* links(options, rest, what, family, version);
  };
}

function* links(
  options: readonly string[],
  rest: readonly string[],
  what: string,
  family: Family,
  version: string,
): Process<number> {
  const type = rest.includes('type') ? rest[rest.indexOf('type') + 1] : undefined;
  const device = rest.filter((word, at) => !FILLERS.includes(word) && rest[at - 1] !== 'type')[0];
  const all = yield* system('interfaces');
  const isOf = (one: InterfaceFact): boolean =>
    type === undefined || (type === 'vxlan' ? one.vxlan !== undefined : kindLine(one).trimStart().startsWith(type));
  const shown = all.filter((one) => (device === undefined || one.name === device) && isOf(one));
  if (device !== undefined && shown.length === 0) {
    const words = family === 'busybox' ? `ip: can't find device '${device}'` : `Device "${device}" does not exist.`;
    yield* write(2, `${words}\n`);
    return 1;
  }
  const detailed = options.some((word) => /^-d/.test(word));
  for (const one of shown) {
    const addresses = what === 'address' ? addressLines(one, family, version) : '';
    if (options.some((word) => word.startsWith('-br'))) yield* say(shortLine(one, what === 'link'));
    else if (options.some((word) => /^-o/.test(word))) yield* say(oneLine(one, family, version));
    else if (version === '') yield* say(firstLine(one, family) + linkLine(one, family, detailed) + addresses);
    else if (addresses !== '') yield* say(firstLine(one, family) + addresses);
  }
  return 0;
}

function* neighbours(family: Family): Process<number> {
  for (const { address, device, mac, state } of yield* system('neighbours')) {
    const used = family === 'busybox' ? 'ref 1 used 0/0/0 probes 4 ' : '';
    yield* say(`${address} dev ${device} lladdr ${mac} ${used}${state} \n`);
  }
  return 0;
}

function* rules(): Process<number> {
  yield* say('0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n');
  return 0;
}

/** ip netns [list], ip netns exec NAME COMMAND: docker's namespaces once /var/run/netns leads to them. */
function* netns(invocation: Invocation, words: readonly string[]): Process<number> {
  const [verb = 'list', name = '', ...command] = words;
  let names: readonly string[] = [];
  try {
    names = yield* listDirectory('/var/run/netns');
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
  }
  if (verb !== 'exec') {
    yield* say(names.map((each) => `${each}\n`).join(''));
    return 0;
  }
  if (!names.includes(name)) {
    yield* write(2, `Cannot open network namespace "${name}": No such file or directory\n`);
    return 1;
  }
  return yield* runIn(invocation, name, command);
}

/** nsenter --net=FILE COMMAND, nsenter -t PID -n COMMAND: with another network, and all else as it is. */
export function* nsenter(invocation: Invocation): Process<number> {
  const words = invocation.args.map(fromUtf8);
  let file: string | undefined;
  let pid: string | undefined;
  let at = 0;
  for (; words[at]?.startsWith('-'); at++) {
    const word = words[at]!;
    const value = word.includes('=') ? word.slice(word.indexOf('=') + 1) : undefined;
    if (word === '--') {
      at++;
      break;
    }
    if (/^(?:-t|--target)/.test(word))
      pid = value ?? (word.length > 2 && word.startsWith('-t') ? word.slice(2) : words[++at]);
    else if (/^(?:-n|--net)/.test(word)) file = value ?? (word.startsWith('-n/') ? word.slice(2) : '');
    else if (!/^-(?:-mount|-uts|-ipc|-pid|-all|[muipaF]+)$/.test(word)) {
      yield* complain(invocation, `unrecognized option '${word}'`);
      return 1;
    }
  }
  if (file === undefined || (file === '' && pid === undefined)) {
    yield* complain(invocation, 'only networks are entered here: nsenter --net=FILE COMMAND, or -t PID -n COMMAND');
    return 1;
  }
  const command = words.slice(at);
  if (file === '') return yield* runIn(invocation, `pid:${pid}`, command);
  const folder = NETNS.find((prefix) => file.startsWith(prefix));
  try {
    yield* stat(file);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* complain(invocation, `cannot open ${file}: ${error.message}`);
    return 1;
  }
  if (folder === undefined) {
    yield* complain(invocation, `reassociate to namespace 'ns/net' failed: Invalid argument`);
    return 1;
  }
  return yield* runIn(invocation, file.slice(folder.length), command);
}

function* runIn(invocation: Invocation, name: string, words: readonly string[]): Process<number> {
  const [command = 'sh', ...args] = words;
  const program = invocation.programs.get(command.slice(command.lastIndexOf('/') + 1));
  if (!program) {
    yield* complain(invocation, `failed to execute ${command}: No such file or directory`);
    return 127;
  }
  const process = program({ ...invocation, name: command, args: args.map(utf8) });
  const fds = new Map([0, 1, 2].map((fd) => [fd, fd]));
  return yield* wait(yield* spawn({ name: words.join(' '), process, fds, netns: name }));
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function routeLine(route: RouteFact, family: Family): string {
  const via = route.gateway === undefined ? '' : ` via ${route.gateway}`;
  const proto = family === 'busybox' ? ' scope link ' : ' proto kernel scope link';
  const source = route.source === undefined ? '' : `${proto} src ${route.source}`;
  return `${route.destination}${via} dev ${route.device}${source} ${route.down ? 'linkdown ' : ''}\n`;
}

function* routes(words: readonly string[], verb: string, family: Family, version: string): Process<number> {
  const all = yield* system('routes');
  if (verb !== 'get') {
    const device = words[words.indexOf('dev') + 1];
    const shown = version === '6' ? [] : all.filter((route) => !words.includes('dev') || route.device === device);
    for (const route of shown) yield* say(routeLine(route, family));
    return 0;
  }
  const address = words[0] ?? '';
  const matching = all.filter((route) => {
    if (route.destination === 'default') return true;
    const [base, prefix] = route.destination.split('/') as [string, string | undefined];
    const size = 2 ** (32 - Number(prefix ?? 32));
    return Math.floor(toNumber(base) / size) === Math.floor(toNumber(address) / size);
  });
  const best = matching.sort(
    (a, b) => Number(b.destination.split('/')[1] ?? 0) - Number(a.destination.split('/')[1] ?? 0),
  )[0];
  if (!best) {
    yield* write(2, 'RTNETLINK answers: Network is unreachable\n');
    return 2;
  }
  const via = best.gateway === undefined ? '' : ` via ${best.gateway}`;
  const source =
    best.source ?? (yield* system('interfaces')).find((one) => one.name === best.device)?.addresses[0]?.address;
  yield* say(`${address}${via} dev ${best.device}${source === undefined ? '' : ` src ${source}`} uid 0 \n    cache \n`);
  return 0;
}

/** bridge fdb [show] [dev DEVICE], bridge link: where frames go. */
export function* bridge(invocation: Invocation): Process<number> {
  const words = invocation.args.map(fromUtf8).filter((word) => !word.startsWith('-'));
  const [object = '', ...rest] = words;
  const device = rest.includes('dev') || rest.includes('br') ? rest.at(-1) : undefined;
  if ('fdb'.startsWith(object) && object !== '') {
    for (const one of yield* system('forwards')) {
      if (device !== undefined && device !== one.device && !rest.includes('br')) continue;
      const way = one.via === '' ? 'master br0' : `dst ${one.via} link-netnsid 0 self permanent`;
      yield* say(`${one.mac} dev ${one.device} ${way}\n`);
    }
    return 0;
  }
  if ('link'.startsWith(object) && object !== '') {
    for (const one of yield* system('interfaces')) {
      if (one.master === undefined) continue;
      const flags = flagsOf(one, 'iproute2');
      yield* say(`${one.index}: ${nameOf(one)}: <${flags}> mtu ${one.mtu} master ${one.master} state forwarding \n`);
    }
    return 0;
  }
  yield* complain(invocation, 'bridge fdb show and bridge link are shown here');
  return 1;
}

/** brctl show [BRIDGE ...]: bridges of the machine and what hangs on them. */
export function* brctl(invocation: Invocation): Process<number> {
  const [verb, ...wanted] = invocation.args.map(fromUtf8);
  if (verb !== 'show') {
    yield* complain(invocation, 'bridges are only shown here: brctl show [BRIDGE]');
    return 1;
  }
  const all = yield* system('interfaces');
  const bridges = all.filter(
    ({ name }) => name.startsWith('br') || name.startsWith('docker') || all.some((one) => one.master === name),
  );
  bridges.sort((a, b) => (a.name < b.name ? -1 : 1));
  yield* write(1, 'bridge name\tbridge id\t\tSTP enabled\tinterfaces\n');
  for (const one of bridges) {
    if (wanted.length > 0 && !wanted.includes(one.name)) continue;
    const ports = all.filter(({ master }) => master === one.name).map(({ name }) => name);
    const [first = '', ...others] = ports.sort((a, b) => (a < b ? -1 : 1));
    const rest = others.map((name) => `\t\t\t\t\t\t\t${name}\n`).join('');
    yield* say(`${one.name}\t\t8000.${one.mac.replaceAll(':', '')}\tno\t\t${first}\n${rest}`);
  }
  return 0;
}
