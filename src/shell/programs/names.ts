/** Names and addresses: dig, nslookup, drill, host, getent. A first slice: A records, over the resolver's answers. */
import { type Bytes, fromUtf8 } from '../../base/bytes';
import { Errno, now, type Process, readFile, resolve, write } from '../../base/process';
import { formatDate } from '../text/date';
import { complain } from './io';
import type { Invocation, Program } from './program';

/** The resolver that is asked: the first one of /etc/resolv.conf. */
function* server(): Process<string> {
  try {
    return /^nameserver\s+(\S+)/m.exec(yield* readFile('/etc/resolv.conf'))?.[1] ?? '127.0.0.53';
  } catch (error) {
    if (error instanceof Errno) return '127.0.0.53';
    throw error;
  }
}

/** Addresses, or none when the name does not exist. */
function* addresses(name: string): Process<readonly string[] | undefined> {
  try {
    return yield* resolve(name);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code === 'ENOTFOUND') return undefined;
    throw error;
  }
}

interface Question {
  readonly name: string;
  readonly short: boolean;
  readonly answerOnly: boolean;
  readonly server: string | undefined;
  readonly type: string;
}

function question(args: readonly Bytes[]): Question {
  let name = '';
  let server: string | undefined;
  let type = 'A';
  let short = false;
  let answerOnly = false;
  for (const word of args.map(fromUtf8)) {
    if (word.startsWith('@')) server = word.slice(1);
    else if (word === '+short') short = true;
    else if (word === '+noall') answerOnly = true;
    else if (word.startsWith('+') || word.startsWith('-')) continue;
    else if (/^(?:A|AAAA|ANY|MX|TXT|NS|CNAME|SOA|PTR|SRV)$/i.test(word)) type = word.toUpperCase();
    else name = word;
  }
  return { name, short, answerOnly, server, type };
}

/** The id of a question: from its name, so that it is the same in every run. */
function questionId(name: string): number {
  let value = 17;
  for (const c of name) value = (value * 31 + c.codePointAt(0)!) % 65536;
  return value;
}

export function* dig(invocation: Invocation): Process<number> {
  const asked = question(invocation.args);
  const name = asked.name.replace(/\.$/, '');
  const found = asked.type === 'A' || asked.type === 'ANY' ? yield* addresses(name) : [];
  const records = (found ?? []).map((address) => `${`${name}.`.padEnd(23)} 600\tIN\tA\t${address}\n`);
  if (asked.short) {
    yield* write(1, (found ?? []).map((address) => `${address}\n`).join(''));
    return 0;
  }
  if (asked.answerOnly) {
    yield* write(1, records.join(''));
    return 0;
  }
  const status = found === undefined ? 'NXDOMAIN' : 'NOERROR';
  const from = asked.server ?? (yield* server());
  yield* write(
    1,
    `\n; <<>> DiG 9.18.33 <<>> ${invocation.args.join(' ')}\n;; global options: +cmd\n;; Got answer:\n` +
      `;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: ${questionId(name)}\n` +
      `;; flags: qr rd ra; QUERY: 1, ANSWER: ${records.length}, AUTHORITY: 0, ADDITIONAL: 0\n\n` +
      `;; QUESTION SECTION:\n;${`${name}.`.padEnd(22)} \tIN\t${asked.type}\n\n` +
      (records.length > 0 ? `;; ANSWER SECTION:\n${records.join('')}\n` : '') +
      `;; Query time: 0 msec\n;; SERVER: ${from}#53(${from}) (UDP)\n` +
      `;; WHEN: ${formatDate('%a %b %d %H:%M:%S UTC %Y', yield* now())}\n` +
      `;; MSG SIZE  rcvd: ${name.length + 18 + 16 * records.length}\n\n`,
  );
  return 0;
}

export function* drill(invocation: Invocation): Process<number> {
  const asked = question(invocation.args);
  const found = yield* addresses(asked.name);
  const from = asked.server ?? (yield* server());
  const records = (found ?? []).map((address) => `${asked.name}.\t600\tIN\tA\t${address}\n`);
  yield* write(
    1,
    `;; ->>HEADER<<- opcode: QUERY, rcode: ${found === undefined ? 'NXDOMAIN' : 'NOERROR'}, id: ${questionId(asked.name)}\n` +
      `;; flags: qr rd ra ; QUERY: 1, ANSWER: ${records.length}, AUTHORITY: 0, ADDITIONAL: 0 \n` +
      `;; QUESTION SECTION:\n;; ${asked.name}.\tIN\tA\n\n;; ANSWER SECTION:\n${records.join('')}\n` +
      ';; AUTHORITY SECTION:\n\n;; ADDITIONAL SECTION:\n\n' +
      `;; Query time: 0 msec\n;; SERVER: ${from}\n;; WHEN: ${formatDate('%a %b %e %H:%M:%S %Y', yield* now())}\n` +
      `;; MSG SIZE  rcvd: ${asked.name.length + 18 + 16 * records.length}\n`,
  );
  return 0;
}

/** nslookup: bind's words on a host, busybox's in small images. */
export function nslookupProgram(family: 'bind' | 'busybox'): Program {
  return function* (invocation) {
    const [nameBytes, serverBytes] = invocation.args.filter((word) => !word.startsWith('-'));
    if (nameBytes === undefined) {
      yield* complain(invocation, 'a name is needed: the interactive mode is not part of this shell');
      return 1;
    }
    const name = fromUtf8(nameBytes);
    const from = serverBytes === undefined ? yield* server() : fromUtf8(serverBytes);
    const found = yield* addresses(name);
    const gap = family === 'bind' ? '\t\t' : '\t\t';
    yield* write(
      1,
      `Server:${gap}${from}\nAddress:${family === 'bind' ? '\t' : '\t'}${from}${family === 'bind' ? '#' : ':'}53\n\n`,
    );
    if (found === undefined) {
      yield* write(1, `** server can't find ${name}: NXDOMAIN\n\n`);
      return 1;
    }
    yield* write(1, 'Non-authoritative answer:\n');
    yield* write(1, found.map((address) => `Name:\t${name}\nAddress: ${address}\n`).join(''));
    yield* write(1, '\n');
    return 0;
  };
}

export function* host(invocation: Invocation): Process<number> {
  const name = fromUtf8(invocation.args.find((word) => !word.startsWith('-')) ?? '');
  const found = yield* addresses(name);
  if (found === undefined) {
    yield* write(1, `Host ${name} not found: 3(NXDOMAIN)\n`);
    return 1;
  }
  yield* write(1, found.map((address) => `${name} has address ${address}\n`).join(''));
  return 0;
}

/** getent hosts NAME, getent ahosts NAME */
export function* getent(invocation: Invocation): Process<number> {
  const [database, ...names] = invocation.args.map(fromUtf8);
  if (database !== 'hosts' && database !== 'ahosts' && database !== 'ahostsv4') {
    yield* complain(
      invocation,
      `Unknown database: ${database ?? ''}\nTry \`getent --help' or \`getent --usage' for more information.`,
    );
    return 1;
  }
  let status = 0;
  for (const name of names) {
    const found = yield* addresses(name);
    if (!found) {
      status = 2;
      continue;
    }
    if (database === 'hosts') yield* write(1, found.map((address) => `${address.padEnd(15)} ${name}\n`).join(''));
    else {
      const kinds = ['STREAM', 'DGRAM ', 'RAW   '];
      const lines = found.flatMap((address, k) =>
        kinds.map((kind, j) => `${address.padEnd(15)} ${kind}${k + j === 0 ? ` ${name}` : ''}\n`),
      );
      yield* write(1, lines.join(''));
    }
  }
  return status;
}
