/** tcpdump and ngrep: packets of an interface, as each of them prints them. */
import { type Bytes, fromHex, fromUtf8 } from '../../base/bytes';
import { capture, Errno, now, type Process, Signalled, type SniffedPacket, system, write } from '../../base/process';
import { formatTime } from '../../base/time';
import { complain, LineReader, type Parsed, say, UsageError, withOptions } from './io';
import type { Invocation, Program } from './program';

type Filter = (packet: SniffedPacket) => boolean;

interface Ends {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
}

/** What is on the cable: the tunnel's ends where there is one. */
function ends(packet: SniffedPacket): Ends {
  return packet.outer ?? packet;
}

const PORTS: Readonly<Record<string, number>> = { http: 80, https: 443, domain: 53, redis: 6379, ssh: 22 };

/** `tcp and port 80`, `host 10.0.1.3 or udp port 4789`, `esp`, `not port 22`: the words people use, left to right. */
function readFilter(words: readonly string[]): Filter {
  const left = words
    .join(' ')
    .replaceAll('(', ' ')
    .replaceAll(')', ' ')
    .split(/\s+/)
    .filter((word) => word !== '');
  let result: Filter = () => true;
  let join = 'and';
  let negate = false;
  let side = '';
  const put = (test: Filter): void => {
    const before = result;
    const one: Filter = negate ? (packet) => !test(packet) : test;
    result = join === 'and' ? (packet) => before(packet) && one(packet) : (packet) => before(packet) || one(packet);
    [join, negate, side] = ['and', false, ''];
  };
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const where = side;
    if (word === 'and' || word === '&&' || word === 'or' || word === '||')
      join = word === 'or' || word === '||' ? 'or' : 'and';
    else if (word === 'not' || word === '!') negate = true;
    else if (word === 'src' || word === 'dst') side = word;
    else if (word === 'tcp') put((packet) => !packet.outer);
    else if (word === 'udp') put((packet) => packet.outer !== undefined && !packet.encrypted);
    else if (word === 'esp') put((packet) => packet.encrypted === true);
    else if (word === 'ip') put(() => true);
    else if (word === 'icmp' || word === 'arp' || word === 'ip6') put(() => false);
    else if (word === 'port') {
      const text = left.shift() ?? '';
      const port = PORTS[text] ?? Number(text);
      if (!Number.isInteger(port)) throw new UsageError(`unknown port '${text}'`);
      put((packet) => {
        const { sourcePort, destinationPort } = ends(packet);
        if (packet.encrypted) return false;
        return (where !== 'dst' && sourcePort === port) || (where !== 'src' && destinationPort === port);
      });
    } else if (word === 'host' || /^\d+\.\d+\.\d+\.\d+$/.test(word)) {
      const address = word === 'host' ? (left.shift() ?? '') : word;
      put((packet) => {
        const { source, destination } = ends(packet);
        return (where !== 'dst' && source === address) || (where !== 'src' && destination === address);
      });
    } else throw new UsageError("can't parse filter expression: syntax error");
  }
  return result;
}

/** The packets of an interface, one after the other, without end. */
function* packets(device: string, each: (packet: SniffedPacket) => Process<boolean>): Process<void> {
  const lines = new LineReader(yield* capture(device));
  for (;;) {
    const batch = yield* lines.batch();
    if (!batch) return;
    for (const line of batch) if (!(yield* each(JSON.parse(line) as SniffedPacket))) return;
  }
}

function tcpLine(packet: SniffedPacket, payload: Bytes): string {
  const { flags, seq, ack, length } = packet;
  const from = `IP ${packet.source}.${packet.sourcePort} > ${packet.destination}.${packet.destinationPort}`;
  const range = length > 0 ? `${seq}:${seq + length}` : String(seq);
  const counted = flags === '.' ? '' : ` seq ${range},`;
  const acked = flags === 'S' ? '' : ` ack ${ack},`;
  const first = /^(?:[A-Z]+ \S+ HTTP\/1\.[01]|HTTP\/1\.[01] [^\r\n]*)/.exec(payload)?.[0];
  const http = first === undefined ? '' : `: HTTP: ${first}`;
  return `${from}: Flags [${flags}],${counted}${acked} win ${flags.includes('S') ? 64240 : 502}, length ${length}${http}`;
}

/** Frame, address and transport headers of what is inside a tunnel. */
const INNER_HEADERS = 66;

function headLine(packet: SniffedPacket, payload: Bytes): string {
  const { outer } = packet;
  if (!outer) return tcpLine(packet, payload);
  if (packet.encrypted) {
    const spi = ((packet.vni ?? 0) * 2_654_435_761) % 0xffffffff;
    const size = Math.ceil((packet.length + INNER_HEADERS + 16) / 16) * 16 + 36;
    return `IP ${outer.source} > ${outer.destination}: ESP(spi=0x${spi.toString(16).padStart(8, '0')},seq=0x${packet.seq.toString(16)}), length ${size}`;
  }
  return `IP ${outer.source}.${outer.sourcePort} > ${outer.destination}.${outer.destinationPort}: VXLAN, flags [I] (0x08), vni ${packet.vni}\n${tcpLine(packet, payload)}`;
}

function printable(payload: Bytes, newline: boolean): string {
  return payload.replace(newline ? /[^\x20-\x7e\n\t]/g : /[^\x20-\x7e]/g, '.');
}

/** Refuses what would print another picture of a packet than there is here. */
function refuse({ flags, values }: Parsed, letters: string): void {
  for (const letter of letters)
    if (flags.has(letter) || values.has(letter)) throw new UsageError(`-${letter} is not modelled here`);
}

/** Those that change nothing here are taken: no address has a name, nothing is buffered or cut. */
export const tcpdump: Program = withOptions({ letters: 'i:nNvqeAXxltc:w:r:s:UpD' }, function* (invocation, parsed) {
  refuse(parsed, 'vqeXxwr');
  const device = fromUtf8(parsed.values.get('i')?.at(-1) ?? 'eth0');
  if (parsed.flags.has('D')) {
    const names = (yield* system('interfaces')).map(({ name }) => name);
    yield* say([...names, 'any'].map((name, at) => `${at + 1}.${name} [Up, Running]\n`).join(''));
    return 0;
  }
  const filter = readFilter(parsed.rest.map(fromUtf8));
  const count = Number(parsed.values.get('c')?.at(-1) ?? Number.POSITIVE_INFINITY);
  const link = device === 'any' ? 'LINUX_SLL2 (Linux cooked v2)' : 'EN10MB (Ethernet)';
  return yield* dump(invocation, {
    device,
    filter,
    count,
    link,
    text: parsed.flags.has('A'),
    plain: parsed.flags.has('t'),
  });
});

interface DumpOptions {
  readonly device: string;
  readonly filter: Filter;
  readonly count: number;
  readonly link: string;
  /** Payload as text (-A). */
  readonly text: boolean;
  /** Without times (-t). */
  readonly plain: boolean;
}

function* dump(invocation: Invocation, options: DumpOptions): Process<number> {
  const { device, filter, count, link } = options;
  let seen = 0;
  const totals = (): string =>
    `\n${seen} packet${seen === 1 ? '' : 's'} captured\n${seen} packet${seen === 1 ? '' : 's'} received by filter\n0 packets dropped by kernel\n`;
  try {
    yield* say('');
    yield* write(
      2,
      `tcpdump: verbose output suppressed, use -v[v]... for full protocol decode\nlistening on ${device}, link-type ${link}, snapshot length 262144 bytes\n`,
    );
    yield* packets(device, function* (packet) {
      if (!filter(packet)) return true;
      seen++;
      const payload = fromHex(packet.hex);
      const stamp = options.plain ? '' : `${formatTime(packet.at, '15:04:05.000000')} `;
      const label = device === 'any' ? `${packet.device.padEnd(5)} In  ` : '';
      const body = options.text && payload !== '' ? `E..@@.......P....P..${printable(payload, true)}\n` : '';
      yield* say(`${stamp}${label}${headLine(packet, payload)}\n${body}`);
      return seen < count;
    });
  } catch (error) {
    if (error instanceof Errno) {
      yield* complain(invocation, `${device}: No such device exists\n(No such device exists)`);
      return 1;
    }
    if (!(error instanceof Signalled) || error.signal === 'KILL') throw error;
  }
  yield* write(2, totals());
  return 0;
}

/** Prints `#` for each packet, and those that match with their text. */
export const ngrep: Program = withOptions(
  { letters: 'iqpltd:n:W:NXVwevxDTRMA:I:O:c:P:S:s:F:K:CuZ' },
  function* (invocation, parsed) {
    refuse(parsed, 'NXVwevxDTRMAIOcPSFKCuZ');
    const device = fromUtf8(parsed.values.get('d')?.at(-1) ?? 'eth0');
    const [pattern = '', ...rest] = parsed.rest.map(fromUtf8);
    const filter = readFilter(rest);
    try {
      const matcher = new RegExp(pattern, parsed.flags.has('i') ? 'i' : '');
      const byLine = fromUtf8(parsed.values.get('W')?.at(-1) ?? '') === 'byline';
      const quiet = parsed.flags.has('q');
      const limit = Number(parsed.values.get('n')?.at(-1) ?? Number.POSITIVE_INFINITY);
      yield* header(device, pattern);
      yield* look(device, filter, { matcher, byLine, quiet, limit, stamped: parsed.flags.has('t') });
      return 0;
    } catch (error) {
      if (error instanceof Signalled && error.signal === 'INT') return 0;
      if (error instanceof Errno) yield* complain(invocation, 'No such device exists');
      else if (error instanceof SyntaxError) yield* complain(invocation, 'regex compile: the pattern is none');
      else throw error;
      return 1;
    }
  },
);

interface LookOptions {
  readonly matcher: RegExp;
  readonly byLine: boolean;
  readonly quiet: boolean;
  readonly limit: number;
  readonly stamped: boolean;
}

function* header(device: string, pattern: string): Process<void> {
  const found = (yield* system('interfaces')).find(({ name }) => name === device)?.addresses[0];
  if (found) {
    const mask = [24, 16, 8, 0].map(
      (shift) => (((2 ** found.prefix - 1) * 2 ** (32 - found.prefix)) / 2 ** shift) & 255,
    );
    const network = found.address.split('.').map((part, at) => Number(part) & mask[at]!);
    yield* say(`interface: ${device} (${network.join('.')}/${mask.join('.')})\n`);
  } else yield* say(`interface: ${device}\n`);
  yield* say(`filter: ((ip || ip6) || (vlan && (ip || ip6)))\n${pattern === '' ? '' : `match: ${pattern}\n`}`);
}

function* look(device: string, filter: Filter, options: LookOptions): Process<void> {
  let count = 0;
  let matched = 0;
  yield* packets(device, function* (packet) {
    if (!filter(packet)) return true;
    count++;
    const payload = fromHex(packet.hex);
    if (payload === '' || !options.matcher.test(payload)) {
      if (!options.quiet) yield* say('#');
      return true;
    }
    const { source, sourcePort, destination, destinationPort } = ends(packet);
    const stamp = options.stamped ? `${formatTime(yield* now(), '2006/01/02 15:04:05.000000')} ` : '';
    const kind = packet.outer ? `U ${stamp}` : `T ${stamp}`;
    const flags = packet.outer ? '' : ' [AP]';
    const wrapped = packet.outer ? '.'.repeat(INNER_HEADERS + 8) : '';
    const text = options.byLine ? printable(payload, true) : printable(payload, false);
    const shown = options.byLine ? text.replace(/\.?\n/g, '.\n') : `  ${wrapped}${text}`;
    const number = options.quiet ? '' : '#';
    yield* say(
      `${number}\n${kind}${source}:${sourcePort} -> ${destination}:${destinationPort}${flags} #${count}\n${shown}\n`,
    );
    return ++matched < options.limit;
  });
}
