/** Signals by the words that docker takes for them. Follows moby/sys signal/signal_linux.go. */
import type { Signal } from '../base/process';

const NAMES = (
  '1 HUP 2 INT 3 QUIT 4 ILL 5 TRAP 6 ABRT 7 BUS 8 FPE 9 KILL 10 USR1 11 SEGV 12 USR2 13 PIPE 14 ALRM 15 TERM 16 STKFLT ' +
  '17 CHLD 18 CONT 19 STOP 20 TSTP 21 TTIN 22 TTOU 23 URG 24 XCPU 25 XFSZ 26 VTALRM 27 PROF 28 WINCH 29 IO 30 PWR 31 SYS'
).split(' ');
const BY_NAME = new Map<string, number>();
const BY_NUMBER = new Map<number, string>();
for (let at = 0; at < NAMES.length; at += 2) {
  BY_NAME.set(NAMES[at + 1]!, Number(NAMES[at]));
  BY_NUMBER.set(Number(NAMES[at]), NAMES[at + 1]!);
}

const DELIVERED: readonly string[] = [
  'HUP',
  'INT',
  'QUIT',
  'KILL',
  'USR1',
  'USR2',
  'TERM',
  'PIPE',
  'WINCH',
] satisfies Signal[];

export interface ParsedSignal {
  readonly number: number;
  /** undefined: a signal that no program here reacts to. */
  readonly signal: Signal | undefined;
}

/** `9`, `KILL`, `SIGKILL`, `sigterm`; undefined when there is no such signal. */
export function parseSignal(text: string): ParsedSignal | undefined {
  const number = /^\d+$/.test(text) ? Number(text) : BY_NAME.get(text.toUpperCase().replace(/^SIG/, ''));
  if (number === undefined || number === 0 || number > 64) return undefined;
  const name = BY_NUMBER.get(number);
  return { number, signal: name !== undefined && DELIVERED.includes(name) ? (name as Signal) : undefined };
}
