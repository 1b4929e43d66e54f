/** History expansion in a session: !!, !$, !3, !-2, !docker. */
import type { Bytes } from '../../base/bytes';
import type { Process } from '../../base/process';
import type { Shell } from './shell';

const EVENT = /!(?:!|(\$)|(\^)|(\*)|(-?\d+)|\?([^?\n]+)\??|([^\s=!("'$^*?;&|<>-][^\s;&|<>()"']*))/y;

/** The line with its events in place, shown when it changed; undefined when an event is not known. */
export function* expandHistory(shell: Shell, line: Bytes): Process<Bytes | undefined> {
  if (!shell.flags.histexpand || !line.includes('!')) return line;
  let out = '';
  let single = false;
  for (let at = 0; at < line.length; ) {
    const c = line[at]!;
    if (c === '\\') {
      out += line.slice(at, at + 2);
      at += 2;
      continue;
    }
    if (c === "'") single = !single;
    EVENT.lastIndex = at;
    const event = c === '!' && !single ? EVENT.exec(line) : null;
    if (!event) {
      out += c;
      at++;
      continue;
    }
    const text = find(shell.history, event);
    if (text === undefined) {
      yield* shell.err(`${shell.name}: ${event[0]}: event not found\n`);
      return undefined;
    }
    out += text;
    at += event[0].length;
  }
  if (out !== line) yield* shell.err(`${out}\n`);
  return out;
}

function find(history: readonly Bytes[], event: RegExpExecArray): Bytes | undefined {
  const last = history.at(-1);
  const [, final, first, all, number, inside, prefix] = event;
  if (final || first || all) {
    const words = last?.match(/(?:[^\s"'\\]|\\.|"[^"]*"|'[^']*')+/g);
    if (!words) return undefined;
    return final ? words.at(-1) : first ? (words[1] ?? '') : words.slice(1).join(' ');
  }
  if (number !== undefined) return Number(number) < 0 ? history.at(Number(number)) : history[Number(number) - 1];
  if (inside !== undefined) return history.findLast((line) => line.includes(inside));
  if (prefix !== undefined) return history.findLast((line) => line.startsWith(prefix));
  return last;
}
