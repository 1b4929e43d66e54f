/** What the machine's own network looks like: ip, ifconfig, nc -z. A first slice: shows, and changes nothing. */
import { fromUtf8 } from '../../base/bytes';
import {
  close,
  dial,
  Errno,
  type InterfaceFact,
  type Process,
  read,
  resolve,
  select,
  system,
  write,
} from '../../base/process';
import { complain, parseOptions, say, UsageError } from './io';
import type { Invocation } from './program';

function flagsOf(one: InterfaceFact): string {
  if (one.name === 'lo') return 'LOOPBACK,UP,LOWER_UP';
  return one.up ? 'BROADCAST,MULTICAST,UP,LOWER_UP' : 'BROADCAST,MULTICAST';
}

function firstLine(one: InterfaceFact): string {
  const name = one.peer === undefined ? one.name : `${one.name}@if${one.peer}`;
  const queue = one.name === 'lo' || one.peer !== undefined || one.name.startsWith('docker') ? 'noqueue' : 'pfifo_fast';
  const state = one.name === 'lo' ? 'UNKNOWN' : one.up ? 'UP' : 'DOWN';
  const master = one.master === undefined ? '' : `master ${one.master} `;
  return `${one.index}: ${name}: <${flagsOf(one)}> mtu ${one.mtu} qdisc ${queue} ${master}state ${state} group default qlen 1000\n`;
}

function linkLine(one: InterfaceFact): string {
  const kind = one.name === 'lo' ? 'loopback' : 'ether';
  const all = one.name === 'lo' ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff';
  const peer = one.peer === undefined ? '' : ' link-netnsid 0';
  return `    link/${kind} ${one.mac} brd ${all}${peer}\n`;
}

function addressLines(one: InterfaceFact): string {
  return one.addresses
    .map(({ address, prefix, broadcast }) => {
      const scope = one.name === 'lo' ? 'host' : 'global';
      const brd = broadcast === undefined ? '' : `brd ${broadcast} `;
      return `    inet ${address}/${prefix} ${brd}scope ${scope} ${one.name}\n       valid_lft forever preferred_lft forever\n`;
    })
    .join('');
}

function shortLine(one: InterfaceFact, links: boolean): string {
  const name = one.peer === undefined ? one.name : `${one.name}@if${one.peer}`;
  const state = one.name === 'lo' ? 'UNKNOWN' : one.up ? 'UP' : 'DOWN';
  const tail = links
    ? `${one.mac} <${flagsOf(one)}> `
    : one.addresses.map(({ address, prefix }) => `${address}/${prefix} `).join('');
  return `${name.padEnd(16)} ${state.padEnd(14)} ${tail}\n`;
}

/** ip [-4] [-br] addr|link|route [show] [DEVICE] */
export function* ip(invocation: Invocation): Process<number> {
  const words = invocation.args.map(fromUtf8);
  const options = words.filter((word) => word.startsWith('-'));
  const [object, ...rest] = words.filter((word) => !word.startsWith('-'));
  const what =
    object === undefined
      ? ''
      : (['address', 'link', 'route', 'neighbour'].find((name) => name.startsWith(object)) ?? '');
  if (what === '') {
    const usage =
      'Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n       ip addr | ip link | ip route are shown here\n';
    yield* write(2, object === undefined ? usage : `Object "${object}" is unknown, try "ip help".\n`);
    return object === undefined ? 255 : 1;
  }
  const verb = rest[0] !== undefined && ['show', 'list', 'ls', 's', 'get'].includes(rest[0]) ? rest.shift()! : 'show';
  if (rest[0] !== undefined && ['add', 'del', 'set', 'flush', 'replace', 'change'].includes(rest[0])) {
    yield* complain(invocation, `${what} ${rest[0]}: the network of a machine is only shown here, not changed`);
    return 2;
  }
  if (what === 'neighbour') return 0;
  if (what === 'route') return yield* routes(rest, verb);
  const device = rest.filter((word) => word !== 'dev' && word !== 'up')[0];
  const all = yield* system('interfaces');
  const shown = device === undefined ? all : all.filter((one) => one.name === device);
  if (shown.length === 0) {
    yield* write(2, `Device "${device}" does not exist.\n`);
    return 1;
  }
  const brief = options.some((word) => word.startsWith('-br'));
  for (const one of shown) {
    if (brief) yield* say(shortLine(one, what === 'link'));
    else if (options.includes('-o')) {
      for (const { address, prefix } of one.addresses) {
        yield* say(
          `${one.index}: ${one.name}    inet ${address}/${prefix} scope ${one.name === 'lo' ? 'host' : 'global'} ${one.name}\\       valid_lft forever preferred_lft forever\n`,
        );
      }
    } else if (options.includes('-4')) {
      if (one.addresses.length > 0) yield* say(firstLine(one) + addressLines(one));
    } else yield* say(firstLine(one) + linkLine(one) + (what === 'address' ? addressLines(one) : ''));
  }
  return 0;
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function* routes(words: readonly string[], verb: string): Process<number> {
  const all = yield* system('routes');
  if (verb !== 'get') {
    for (const route of all) {
      const via = route.gateway === undefined ? '' : ` via ${route.gateway}`;
      const source = route.source === undefined ? '' : ` proto kernel scope link src ${route.source}`;
      yield* say(`${route.destination}${via} dev ${route.device}${source} \n`);
    }
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

function maskOf(prefix: number): string {
  const bits = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}

/** ifconfig, as busybox prints it. */
export function* ifconfig(invocation: Invocation): Process<number> {
  const device = invocation.args.find((word) => !word.startsWith('-'));
  const all = yield* system('interfaces');
  const shown = device === undefined ? all : all.filter((one) => one.name === device);
  if (shown.length === 0) {
    yield* complain(invocation, `${device}: error fetching interface information: Device not found`);
    return 1;
  }
  for (const one of shown) {
    const loopback = one.name === 'lo';
    const [first] = one.addresses;
    const head = loopback ? 'Link encap:Local Loopback  ' : `Link encap:Ethernet  HWaddr ${one.mac.toUpperCase()}  `;
    const address = first
      ? `          inet addr:${first.address}  ${loopback ? '' : `Bcast:${first.broadcast ?? '0.0.0.0'}  `}Mask:${maskOf(first.prefix)}\n`
      : '';
    const state = loopback ? 'UP LOOPBACK RUNNING' : one.up ? 'UP BROADCAST RUNNING MULTICAST' : 'BROADCAST MULTICAST';
    yield* say(`${one.name.padEnd(9)} ${head}\n${address}          ${state}  MTU:${one.mtu}  Metric:1\n\n`);
  }
  return 0;
}

/** nc [-z] [-v] [-w SECONDS] HOST PORT: is a port open, or what does it say. */
export function* nc(invocation: Invocation): Process<number> {
  try {
    const parsed = parseOptions(invocation.args, { letters: 'zvnw:ulp:q:k4' });
    const [name, port] = parsed.rest.map(fromUtf8);
    if (parsed.flags.has('l')) throw new UsageError('listening is not part of this shell');
    if (name === undefined || port === undefined || !/^\d+$/.test(port)) throw new UsageError('missing port number');
    const seconds = parsed.values.get('w')?.at(-1);
    const [address] = yield* resolve(name);
    const protocol = parsed.flags.has('u') ? 'udp' : 'tcp';
    const fd = yield* dial(
      protocol,
      address ?? name,
      Number(port),
      seconds === undefined ? undefined : Number(seconds) * 1_000_000,
    );
    if (parsed.flags.has('v'))
      yield* write(2, `Connection to ${name} (${address}) ${port} port [${protocol}/*] succeeded!\n`);
    if (!parsed.flags.has('z')) yield* converse(fd);
    yield* close(fd);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) yield* complain(invocation, error.message);
    else if (error instanceof Errno) {
      const [name, port] = invocation.args.filter((word) => !word.startsWith('-'));
      if (error.code === 'ENOTFOUND')
        yield* complain(invocation, `getaddrinfo for host "${name}" port ${port}: ${error.message}`);
      else if (invocation.args.some((word) => /^-[a-z]*v/.test(word))) {
        yield* complain(invocation, `connect to ${name} port ${port} (tcp) failed: ${error.message}`);
      }
    } else throw error;
    return 1;
  }
}

/** stdin to the connection, the connection to stdout, until the other side ends. */
function* converse(fd: number): Process<void> {
  let input = true;
  for (;;) {
    const found = yield* select(input ? [fd, 0] : [fd]);
    if (!('fd' in found)) return;
    const data = yield* read(found.fd);
    if (found.fd === fd) {
      if (data === '') return;
      yield* write(1, data);
    } else if (data === '') input = false;
    else yield* write(fd, data);
  }
}
