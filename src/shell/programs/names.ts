/** Names and addresses: dig, nslookup, drill, host ask the name server; getent looks into /etc/hosts first. */
import { type Bytes, fromUtf8 } from '../../base/bytes';
import { askNameServer, Errno, type NameAnswer, now, type Process, readFile, resolve, write } from '../../base/process';
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

function isAddress(name: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(name);
}

/** 10.0.1.2 → 2.1.0.10.in-addr.arpa */
export function reversed(address: string): string {
  return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
}

const TTL = 600;
const TYPES = /^(?:A|AAAA|ANY|MX|TXT|NS|CNAME|SOA|PTR|SRV)$/i;

interface Question {
  /** Without its last dot. */
  readonly name: string;
  readonly type: string;
  readonly short: boolean;
  readonly answerOnly: boolean;
  readonly server: string | undefined;
}

function question(args: readonly Bytes[]): Question {
  let name = '';
  let server: string | undefined;
  let type = 'A';
  const words = args.map(fromUtf8);
  for (const [at, word] of words.entries()) {
    if (word.startsWith('@')) server = word.slice(1);
    else if (word.startsWith('+') || word.startsWith('-') || words[at - 1] === '-t') continue;
    else if (TYPES.test(word) && !(name === '' && at === words.length - 1)) type = word.toUpperCase();
    else name = word.replace(/\.$/, '');
  }
  const asked = words[words.indexOf('-t') + 1];
  if (words.includes('-t') && asked !== undefined) type = asked.toUpperCase();
  if (words.includes('-x') && isAddress(name)) [name, type] = [reversed(name), 'PTR'];
  if (type === 'ANY') type = 'A';
  return { name, type, server, short: words.includes('+short'), answerOnly: words.includes('+noall') };
}

/** The id of a question: from its name, so that it is the same in every run. */
function questionId(name: string): number {
  let value = 17;
  for (const c of name) value = (value * 31 + c.codePointAt(0)!) % 65536;
  return value;
}

function data(type: string, answer: string): string {
  return type === 'PTR' ? `${answer}.` : answer;
}

/** Bytes of a name in a message: a length before each label, and the root's. */
function nameBytes(name: string): number {
  return name.length + 2;
}

/** The embedded server repeats the name in every answer. */
function messageBytes({ name, type }: Question, { answers }: NameAnswer): number {
  const body = (answer: string): number => (type === 'PTR' ? nameBytes(answer) : type === 'AAAA' ? 16 : 4);
  return answers.reduce((sum, answer) => sum + nameBytes(name) + 10 + body(answer), 12 + nameBytes(name) + 4);
}

const TAB = 8;

/** With tabs up to a column; one space where the text is longer. */
function tabTo(text: string, column: number): string {
  return text.length >= column ? `${text} ` : text + '\t'.repeat(Math.ceil((column - text.length) / TAB));
}

/** What EDNS adds to a message that comes from a server outside. */
const EDNS_BYTES = 11;

export function* dig(invocation: Invocation): Process<number> {
  const asked = question(invocation.args);
  const { name, type } = asked;
  const found = yield* askNameServer(name, type);
  const { status, answers } = found;
  const records = answers.map((answer) => `${tabTo(`${name}.`, 3 * TAB)}${TTL}\tIN\t${type}\t${data(type, answer)}\n`);
  if (asked.short) {
    yield* write(1, answers.map((answer) => `${data(type, answer)}\n`).join(''));
    return 0;
  }
  if (asked.answerOnly) {
    yield* write(1, records.join(''));
    return 0;
  }
  const from = asked.server ?? (yield* server());
  const edns = status === 'NXDOMAIN';
  yield* write(
    1,
    `\n; <<>> DiG 9.18.33 <<>> ${invocation.args.join(' ')}\n;; global options: +cmd\n;; Got answer:\n` +
      `;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: ${questionId(name)}\n` +
      `;; flags: qr rd ra; QUERY: 1, ANSWER: ${records.length}, AUTHORITY: 0, ADDITIONAL: ${edns ? 1 : 0}\n\n` +
      (edns ? ';; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n' : '') +
      `;; QUESTION SECTION:\n${tabTo(`;${name}.`, 4 * TAB)}IN\t${type}\n\n` +
      (records.length > 0 ? `;; ANSWER SECTION:\n${records.join('')}\n` : '') +
      `;; Query time: 0 msec\n;; SERVER: ${from}#53(${from}) (UDP)\n` +
      `;; WHEN: ${formatDate('%a %b %d %H:%M:%S UTC %Y', yield* now())}\n` +
      `;; MSG SIZE  rcvd: ${messageBytes(asked, found) + (edns ? EDNS_BYTES : 0)}\n\n`,
  );
  return 0;
}

export function* drill(invocation: Invocation): Process<number> {
  const asked = question(invocation.args);
  const { name, type } = asked;
  const found = yield* askNameServer(name, type);
  const from = asked.server ?? (yield* server());
  const records = found.answers.map((answer) => `${name}.\t${TTL}\tIN\t${type}\t${data(type, answer)}\n`);
  yield* write(
    1,
    `;; ->>HEADER<<- opcode: QUERY, rcode: ${found.status}, id: ${questionId(name)}\n` +
      `;; flags: qr rd ra ; QUERY: 1, ANSWER: ${records.length}, AUTHORITY: 0, ADDITIONAL: 0 \n` +
      `;; QUESTION SECTION:\n;; ${name}.\tIN\t${type}\n\n;; ANSWER SECTION:\n${records.join('')}\n` +
      ';; AUTHORITY SECTION:\n\n;; ADDITIONAL SECTION:\n\n' +
      `;; Query time: 0 msec\n;; SERVER: ${from}\n;; WHEN: ${formatDate('%a %b %e %H:%M:%S %Y', yield* now())}\n` +
      `;; MSG SIZE  rcvd: ${messageBytes(asked, found)}\n`,
  );
  return 0;
}

/** nslookup: bind's words on a host, busybox's in small images. Both ask for IPv4 and IPv6 unless a type is given. */
export function nslookupProgram(family: 'bind' | 'busybox'): Program {
  return function* (invocation) {
    const words = invocation.args.map(fromUtf8);
    const [name, other] = words.filter((word) => !word.startsWith('-'));
    if (name === undefined) {
      yield* complain(invocation, 'a name is needed: the interactive mode is not part of this shell');
      return 1;
    }
    const from = other ?? (yield* server());
    const wanted = words.map((word) => /^-(?:type|querytype|q)=(\w+)$/.exec(word)?.[1]?.toUpperCase()).find(Boolean);
    if (isAddress(name)) return yield* nameOf(family, name, from);
    yield* write(1, `Server:\t\t${from}\nAddress:\t${from}${family === 'bind' ? '#' : ':'}53\n\n`);
    return family === 'bind' ? yield* bindAnswer(name, wanted) : yield* busyboxAnswer(name, wanted);
  };
}

/** The name of an address. */
function* nameOf(family: 'bind' | 'busybox', address: string, from: string): Process<number> {
  const asked = reversed(address);
  const { status, answers } = yield* askNameServer(asked, 'PTR');
  const bind = family === 'bind';
  if (!bind) yield* write(1, `Server:\t\t${from}\nAddress:\t${from}:53\n\n`);
  if (answers.length === 0) {
    yield* write(1, `** server can't find ${asked}: ${status}\n\n`);
    return 1;
  }
  if (!bind) yield* write(1, 'Non-authoritative answer:\n');
  yield* write(1, answers.map((answer) => `${asked}\tname = ${answer}${bind ? '.' : ''}\n`).join(''));
  yield* write(1, bind ? '\nAuthoritative answers can be found from:\n\n' : '\n');
  return 0;
}

/** One block for each question: an empty one where the name has no address of that kind. */
function* busyboxAnswer(name: string, type: string | undefined): Process<number> {
  let status = 0;
  for (const kind of type === undefined ? ['A', 'AAAA'] : [type]) {
    const found = yield* askNameServer(name, kind);
    if (found.status === 'NOERROR') {
      const lines = found.answers.map((address) => `Name:\t${name}\nAddress: ${address}\n`);
      yield* write(1, `Non-authoritative answer:\n${lines.join('')}\n`);
    } else {
      yield* write(1, `** server can't find ${name}: ${found.status}\n\n`);
      status = 1;
    }
  }
  return status;
}

function* bindAnswer(name: string, type: string | undefined): Process<number> {
  const answers: string[] = [];
  for (const kind of type === undefined ? ['A', 'AAAA'] : [type]) {
    const found = yield* askNameServer(name, kind);
    if (found.status !== 'NOERROR') {
      yield* write(1, `** server can't find ${name}: ${found.status}\n\n`);
      return 1;
    }
    answers.push(...found.answers);
  }
  if (answers.length === 0) {
    yield* write(1, `*** Can't find ${name}: No answer\n\n`);
    return 1;
  }
  const lines = answers.map((address) => `Name:\t${name}\nAddress: ${address}\n`);
  yield* write(1, `Non-authoritative answer:\n${lines.join('')}\n`);
  return 0;
}

export function* host(invocation: Invocation): Process<number> {
  const name = fromUtf8(invocation.args.find((word) => !word.startsWith('-')) ?? '');
  const reverse = isAddress(name);
  const asked = reverse ? reversed(name) : name;
  const { status, answers } = yield* askNameServer(asked, reverse ? 'PTR' : 'A');
  if (status !== 'NOERROR') {
    yield* write(1, `Host ${asked} not found: ${status === 'SERVFAIL' ? '2(SERVFAIL)' : '3(NXDOMAIN)'}\n`);
    return 1;
  }
  const line = (answer: string): string =>
    reverse ? `${asked} domain name pointer ${answer}.\n` : `${name} has address ${answer}\n`;
  yield* write(1, answers.map(line).join(''));
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
    if (database === 'hosts' && isAddress(name)) {
      const [known] = (yield* askNameServer(reversed(name), 'PTR')).answers;
      if (known === undefined) status = 2;
      else yield* write(1, `${name.padEnd(15)} ${known}\n`);
      continue;
    }
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
