/** The short commands that people put on the command line: sleep, ping, sh alone, echo, true, false, hostname. */
import { utf8 } from '../../base/bytes';
import type { Micros } from '../../base/process';
import type { Program, ProgramContext } from '../../host/index';
import { mib } from './server';

const SECOND: Micros = 1_000_000;

/** Runs for the time it was told; as process 1 it hears no TERM. */
export const sleep: Program = {
  name: 'sleep',
  memory: mib(1),
  start: (context) => {
    const words = context.argv.slice(1);
    const times = words.map(sleepTime);
    const bad = words[times.indexOf(undefined)];
    if (words.length === 0 || bad !== undefined) {
      context.log('stderr', words.length === 0 ? 'sleep: missing operand\n' : utf8(`sleep: invalid number '${bad}'\n`));
      context.exit(1);
      return;
    }
    const total = times.reduce<number>((sum, time) => sum + time!, 0);
    if (Number.isFinite(total)) context.timer('end', total);
  },
  timer: (context) => context.exit(0),
};

/** `10`, `1.5s`, `2m`, `1h`, `1d`, `infinity` → microseconds. */
function sleepTime(word: string): Micros | undefined {
  if (/^inf(?:inity)?$/i.test(word)) return Number.POSITIVE_INFINITY;
  const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(word);
  if (!match) return undefined;
  const unit = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }[match[2] as ''];
  return Math.round(Number(match[1]) * unit * SECOND);
}

/** A command that has done its work at once. */
function once(
  name: string,
  run: (context: ProgramContext) => { readonly text?: string; readonly status: number },
): Program {
  return {
    name,
    memory: mib(1),
    start: (context) => {
      const { text = '', status } = run(context);
      context.log('stdout', utf8(text));
      context.exit(status);
    },
  };
}

export const trueProgram = once('true', () => ({ status: 0 }));
export const falseProgram = once('false', () => ({ status: 1 }));
/** sh without a terminal and without input ends at once. */
export const idleShell = once('sh', () => ({ status: 0 }));
export const hostname = once('hostname', (context) => ({ text: `${context.hostname}\n`, status: 0 }));
export const echo = once('echo', ({ argv }) => {
  const words = argv.slice(1);
  const bare = words[0] === '-n';
  return { text: `${(bare ? words.slice(1) : words).join(' ')}${bare ? '' : '\n'}`, status: 0 };
});

/** Stays until it is killed (tail -f /dev/null). */
export const forever: Program = { name: 'tail', memory: mib(1), start: () => {} };

interface PingOptions {
  readonly host: string;
  readonly count: number;
  readonly size: number;
  readonly interval: Micros;
}

function pingOptions(argv: readonly string[]): PingOptions | string {
  let host = '';
  let count = Number.POSITIVE_INFINITY;
  let size = 56;
  let interval = SECOND;
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at]!;
    const flag = /^-([cswWi])(.*)$/.exec(word);
    if (flag) {
      const value = Number(flag[2] || argv[++at]);
      if (!(value > 0)) return `ping: invalid number '${flag[2] || argv[at] || ''}'\n`;
      if (flag[1] === 'c') count = value;
      else if (flag[1] === 's') size = value;
      else if (flag[1] === 'i') interval = Math.round(value * SECOND);
    } else if (word.startsWith('-')) {
      if (!/^-[4qnv]+$/.test(word)) return `ping: unrecognized option: ${word.slice(1)}\n`;
    } else host = word;
  }
  return host === ''
    ? 'BusyBox v1.37.0 multi-call binary.\n\nUsage: ping [OPTIONS] HOST\n'
    : { host, count, size, interval };
}

/**
 * busybox ping. Towards the outside world, which always answers, its lines are written when somebody reads them; towards
 * anything on the LAN each echo is a moment of its own.
 */
export const ping: Program = {
  name: 'ping',
  memory: mib(1),
  start: (context) => {
    const options = pingOptions(context.argv);
    if (typeof options === 'string') {
      context.log('stderr', options);
      context.exit(1);
      return;
    }
    const [address] = context.resolve(options.host);
    if (address === undefined) {
      context.log('stderr', utf8(`ping: bad address '${options.host}'\n`));
      context.exit(1);
      return;
    }
    Object.assign(context.state, { address, sent: 0, received: 0, low: 0, high: 0, sum: 0 });
    context.log('stdout', `PING ${options.host} (${address}): ${options.size} data bytes\n`);
    const outside = /^(?!10\.|127\.|172\.(?:1[6-9]|2\d|3[01])\.|192\.168\.)/.test(address);
    context.state['late'] =
      outside && options.count === Number.POSITIVE_INFINITY && context.reach(address) !== undefined;
    if (context.state['late'] !== true) echoNow(context, options);
  },
  timer: (context) => {
    const options = pingOptions(context.argv);
    if (typeof options !== 'string') echoNow(context, options);
  },
  signal: (context, signal) => {
    if (signal !== 'INT') return;
    const options = pingOptions(context.argv);
    if (typeof options !== 'string') finish(context, options);
  },
  catchUp: (context) => {
    const options = pingOptions(context.argv);
    if (context.state['late'] !== true || typeof options === 'string') return;
    const due = Math.floor((context.now - context.startedAt) / options.interval) + 1;
    const sent = Number(context.state['sent']);
    for (let seq = Math.max(sent, due - LATE_LINES_MAX); seq < due; seq++) {
      context.state['sent'] = seq;
      sendEcho(context, options, context.startedAt + seq * options.interval);
    }
  },
};

/** As many as a log keeps. */
const LATE_LINES_MAX = 4_000;

function echoNow(context: ProgramContext, options: PingOptions): void {
  if (Number(context.state['sent']) >= options.count) {
    finish(context, options);
    return;
  }
  sendEcho(context, options, context.now);
  context.timer('echo', options.interval);
}

function sendEcho(context: ProgramContext, options: PingOptions, at: Micros): void {
  const { state } = context;
  const address = String(state['address']);
  const seq = Number(state['sent']);
  state['sent'] = seq + 1;
  const reply = context.reach(address);
  if (!reply) return;
  const { rtt, ttl } = reply;
  state['low'] = Number(state['received']) === 0 ? rtt : Math.min(Number(state['low']), rtt);
  state['high'] = Math.max(Number(state['high']), rtt);
  state['sum'] = Number(state['sum']) + rtt;
  state['received'] = Number(state['received']) + 1;
  const line = `${options.size + 8} bytes from ${address}: seq=${seq} ttl=${ttl} time=${(rtt / 1000).toFixed(3)} ms\n`;
  context.log('stdout', line, at);
}

function finish(context: ProgramContext, options: PingOptions): void {
  const { state } = context;
  const sent = Number(state['sent']);
  const received = Number(state['received']);
  const lost = sent === 0 ? 0 : Math.floor(((sent - received) * 100) / sent);
  let text = `\n--- ${options.host} ping statistics ---\n${sent} packets transmitted, ${received} packets received, ${lost}% packet loss\n`;
  const ms = (micros: number): string => (micros / 1000).toFixed(3);
  if (received > 0)
    text += `round-trip min/avg/max = ${ms(Number(state['low']))}/${ms(Math.floor(Number(state['sum']) / received))}/${ms(Number(state['high']))} ms\n`;
  context.log('stdout', text);
  context.exit(received > 0 ? 0 : 1);
}
