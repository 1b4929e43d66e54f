/** curl's options. Follows curl 7.88. */
import type { Bytes } from '../../base/bytes';
import { type Process, readFile } from '../../base/process';
import { pathOf, readAll } from './io';
import type { Invocation } from './program';

/** What one curl command asks for. */
export interface CurlOptions {
  silent: boolean;
  showError: boolean;
  include: boolean;
  headOnly: boolean;
  follow: boolean;
  fail: boolean;
  verbose: boolean;
  output: Bytes | undefined;
  remoteName: boolean;
  format: Bytes | undefined;
  method: Bytes | undefined;
  data: Bytes[];
  asQuery: boolean;
  headers: Bytes[];
  user: Bytes | undefined;
  agent: Bytes;
  connectMs: number | undefined;
  maxMs: number | undefined;
  retries: number;
  retryDelayMs: number | undefined;
  retryRefused: boolean;
  socket: Bytes | undefined;
  urls: Bytes[];
}

/** Ends the transfer with curl's own exit code. */
export class CurlError {
  constructor(
    readonly code: number,
    readonly message: string,
  ) {}
}

export const VERSION = '7.88.1';

const LONG: Record<string, string> = {
  silent: 's',
  'show-error': 'S',
  include: 'i',
  head: 'I',
  location: 'L',
  fail: 'f',
  verbose: 'v',
  output: 'o',
  'remote-name': 'O',
  'write-out': 'w',
  request: 'X',
  data: 'd',
  'data-raw': 'd',
  'data-binary': 'd',
  header: 'H',
  user: 'u',
  'user-agent': 'A',
  insecure: 'k',
  get: 'G',
  'max-time': 'm',
  ipv4: '4',
  'http1.1': '0',
  'no-buffer': 'N',
  'progress-bar': '#',
  compressed: '~',
  referer: 'e',
};

const TAKES_VALUE = 'oXdHuwAme';
const KNOWN = `${TAKES_VALUE}sSiILfvOkG40N#~`;

function newOptions(): CurlOptions {
  return {
    silent: false,
    showError: false,
    include: false,
    headOnly: false,
    follow: false,
    fail: false,
    verbose: false,
    output: undefined,
    remoteName: false,
    format: undefined,
    method: undefined,
    data: [],
    asQuery: false,
    headers: [],
    user: undefined,
    agent: `curl/${VERSION}`,
    connectMs: undefined,
    maxMs: undefined,
    retries: 0,
    retryDelayMs: undefined,
    retryRefused: false,
    socket: undefined,
    urls: [],
  };
}

function applyFlag(options: CurlOptions, letter: string): void {
  if (letter === 's') options.silent = true;
  else if (letter === 'S') options.showError = true;
  else if (letter === 'i') options.include = true;
  else if (letter === 'I') options.headOnly = true;
  else if (letter === 'L') options.follow = true;
  else if (letter === 'f') options.fail = true;
  else if (letter === 'v') options.verbose = true;
  else if (letter === 'O') options.remoteName = true;
  else if (letter === 'G') options.asQuery = true;
}

function* applyValue(invocation: Invocation, options: CurlOptions, letter: string, value: Bytes): Process<void> {
  if (letter === 'o') options.output = value;
  else if (letter === 'X') options.method = value;
  else if (letter === 'H') options.headers.push(value);
  else if (letter === 'u') options.user = value;
  else if (letter === 'A') options.agent = value;
  else if (letter === 'm') options.maxMs = Math.round(Number(value) * 1000);
  else if (letter === 'w') options.format = yield* fromFile(invocation, value, false);
  else if (letter === 'd') options.data.push(yield* fromFile(invocation, value, true));
}

/** `@file` and `@-` stand for what they hold. */
function* fromFile(invocation: Invocation, value: Bytes, strip: boolean): Process<Bytes> {
  if (!value.startsWith('@')) return value;
  const text = value === '@-' ? yield* readAll(0) : yield* readFile(pathOf(invocation, value.slice(1)));
  return strip ? text.replace(/[\r\n]/g, '') : text;
}

const NUMBERS = new Set(['connect-timeout', 'retry', 'retry-delay', 'retry-max-time', 'max-redirs']);
const IGNORED_FLAGS = new Set([
  'no-progress-meter',
  'tcp-nodelay',
  'no-keepalive',
  'tlsv1.2',
  'http1.0',
  'path-as-is',
  'globoff',
  'ssl',
]);

function* longOption(
  invocation: Invocation,
  options: CurlOptions,
  word: Bytes,
  next: Bytes | undefined,
): Process<number> {
  const name = word.slice(2);
  if (name === 'retry-connrefused' || name === 'retry-all-errors') options.retryRefused = true;
  else if (name === 'fail-with-body') options.fail = true;
  else if (IGNORED_FLAGS.has(name)) return 0;
  else if (
    NUMBERS.has(name) ||
    name === 'url' ||
    name === 'unix-socket' ||
    name === 'data-urlencode' ||
    name === 'resolve'
  ) {
    if (next === undefined) throw new CurlError(2, `option ${word}: requires parameter`);
    if (name === 'url') options.urls.push(next);
    else if (name === 'unix-socket') options.socket = next;
    else if (name === 'data-urlencode')
      options.data.push(
        next.replace(/[^A-Za-z0-9=._~-]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`),
      );
    else if (name === 'connect-timeout') options.connectMs = Math.round(Number(next) * 1000);
    else if (name === 'retry') options.retries = Number(next);
    else if (name === 'retry-delay') options.retryDelayMs = Number(next) * 1000;
    return 1;
  } else {
    const letter = LONG[name];
    if (letter === undefined) throw new CurlError(2, `option ${word}: is unknown`);
    if (!TAKES_VALUE.includes(letter)) applyFlag(options, letter);
    else {
      if (next === undefined) throw new CurlError(2, `option ${word}: requires parameter`);
      yield* applyValue(invocation, options, letter, next);
      return 1;
    }
  }
  return 0;
}

/** Reads the command line. Throws CurlError 2 with curl's words. */
export function* readOptions(invocation: Invocation): Process<CurlOptions> {
  const options = newOptions();
  const { args } = invocation;
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (word.startsWith('--') && word !== '--') {
      at += yield* longOption(invocation, options, word, args[at + 1]);
      continue;
    }
    if (!word.startsWith('-') || word === '-' || word === '--') {
      if (word !== '--') options.urls.push(word);
      continue;
    }
    for (let k = 1; k < word.length; k++) {
      const letter = word[k]!;
      if (!KNOWN.includes(letter)) throw new CurlError(2, `option ${word}: is unknown`);
      if (!TAKES_VALUE.includes(letter)) {
        applyFlag(options, letter);
        continue;
      }
      const value = k + 1 < word.length ? word.slice(k + 1) : args[++at];
      if (value === undefined) throw new CurlError(2, `option ${word}: requires parameter`);
      yield* applyValue(invocation, options, letter, value);
      break;
    }
  }
  return options;
}
