/** ifconfig shows the machine's own network, nc talks to a port. */
import { fromUtf8 } from '../../base/bytes';
import { close, dial, Errno, type Process, read, resolve, select, system, write } from '../../base/process';
import { complain, parseOptions, say, UsageError } from './io';
import type { Invocation } from './program';

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
