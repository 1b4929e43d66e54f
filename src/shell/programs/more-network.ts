/** What network packages bring: telnet, traceroute; and mount, which shows and changes nothing. */
import { fromUtf8 } from '../../base/bytes';
import {
  askNameServer,
  close,
  dial,
  Errno,
  type Process,
  ping,
  read,
  readFile,
  resolve,
  select,
  write,
} from '../../base/process';
import { complain, parseOptions, say, UsageError } from './io';
import { reversed } from './names';
import type { Invocation } from './program';

/** How long telnet still listens when there is nothing more to send: the answers of a piped conversation. */
const LAST_WORDS = 1_000_000;

/** telnet HOST [PORT]: what is typed goes there, what comes back is printed. */
export function* telnet(invocation: Invocation): Process<number> {
  const [name, port = '23'] = invocation.args.map(fromUtf8).filter((word) => !word.startsWith('-'));
  if (name === undefined) {
    yield* complain(invocation, 'a host is needed: telnet HOST [PORT]');
    return 1;
  }
  let fd: number;
  try {
    const [address = name] = yield* resolve(name);
    yield* say(`Trying ${address}...\n`);
    fd = yield* dial('tcp', address, Number(port));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* complain(
      invocation,
      error.code === 'ENOTFOUND'
        ? `could not resolve ${name}/${port}: Name or service not known`
        : `Unable to connect to remote host: ${error.message}`,
    );
    return 1;
  }
  yield* say(`Connected to ${name}.\nEscape character is '^]'.\n`);
  let input = true;
  for (;;) {
    const found = input ? yield* select([fd, 0]) : yield* select([fd], { timeout: LAST_WORDS });
    if (!('fd' in found)) break;
    const data = yield* read(found.fd);
    if (found.fd === fd) {
      if (data === '') break;
      yield* write(1, data);
    } else if (data === '') input = false;
    else yield* write(fd, data.replace(/\r?\n/g, '\r\n'));
  }
  yield* close(fd);
  yield* write(2, 'Connection closed by foreign host.\n');
  return 1;
}

const HOPS_MAX = 30;

/** traceroute HOST: everything here is one hop away, or does not answer. */
export function* traceroute(invocation: Invocation): Process<number> {
  let name: string;
  let hops = HOPS_MAX;
  let numbers: boolean;
  let wait = 5_000_000;
  try {
    const parsed = parseOptions(invocation.args, { letters: 'nm:w:q:f:46IFvr' });
    name = fromUtf8(parsed.rest[0] ?? '');
    numbers = parsed.flags.has('n');
    hops = Number(parsed.values.get('m')?.at(-1) ?? HOPS_MAX) || HOPS_MAX;
    wait = Number(parsed.values.get('w')?.at(-1) ?? 5) * 1_000_000 || wait;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    yield* complain(invocation, error.message);
    return 1;
  }
  let address: string;
  try {
    address = (yield* resolve(name))[0] ?? name;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* complain(invocation, `bad address '${name}'`);
    return 1;
  }
  const known = numbers ? undefined : (yield* askNameServer(reversed(address), 'PTR')).answers[0];
  const shown = numbers ? address : `${known ?? address} (${address})`;
  yield* say(`traceroute to ${name} (${address}), ${hops} hops max, 46 byte packets\n`);
  for (let hop = 1; hop <= hops; hop++) {
    const times: string[] = [];
    for (let probe = 0; probe < 3; probe++) {
      const answer = yield* ping(address, wait, 46);
      times.push(answer ? `  ${(answer.rtt / 1000).toFixed(3)} ms` : '  *');
    }
    const answered = times.some((time) => time.endsWith('ms'));
    yield* say(`${String(hop).padStart(2)}  ${answered ? shown : ''}${times.join('')}\n`);
    if (answered) return 0;
  }
  return 0;
}

/** mount without arguments: what is mounted where, out of /proc/mounts. */
export function* mount(invocation: Invocation): Process<number> {
  if (invocation.args.some((word) => !word.startsWith('-'))) {
    yield* complain(invocation, 'permission denied (are you root?)');
    return 1;
  }
  for (const line of (yield* readFile('/proc/mounts')).split('\n')) {
    const [source, target, type, options] = line.split(' ');
    if (options !== undefined) yield* write(1, `${source} on ${target} type ${type} (${options})\n`);
  }
  return 0;
}
