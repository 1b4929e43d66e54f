/** base64 [-d] [-i] [-w COLS] [FILE]: by pieces, since its input may be /dev/urandom, which has no end. */
import { type Bytes, fromBase64, toBase64 } from '../../base/bytes';
import { type Fd, type Process, read, write } from '../../base/process';
import { complain, eachInput, readAll, UsageError, withOptions } from './io';
import type { Program } from './program';

const COLUMNS = 76;

export const base64: Program = withOptions(
  { letters: 'diw:', long: { decode: 'd', 'ignore-garbage': 'i', wrap: 'w' } },
  function* (invocation, { flags, values, rest }) {
    if (rest.length > 1) throw new UsageError(`extra operand '${rest[1]}'\nTry 'base64 --help' for more information.`);
    const wrap = values.get('w')?.at(-1) ?? String(COLUMNS);
    if (!/^\d{1,9}$/.test(wrap)) throw new UsageError(`invalid wrap size: '${wrap}'`);
    let valid = true;
    const status = yield* eachInput(invocation, rest, function* (fd) {
      if (flags.has('d')) valid = yield* decode(fd, flags.has('i'));
      else yield* encode(fd, Number(wrap));
    });
    if (valid) return status;
    yield* complain(invocation, 'invalid input');
    return 1;
  },
);

/** Whole lines as soon as they are full; `columns` 0 is one line without an end. */
function* encode(fd: Fd, columns: number): Process<void> {
  let held = '';
  let column = 0;
  for (;;) {
    const chunk = yield* read(fd);
    held += chunk;
    const whole = chunk === '' ? held.length : held.length - (held.length % 3);
    const text = toBase64(held.slice(0, whole));
    held = held.slice(whole);
    let out = '';
    for (let at = 0; at < text.length; ) {
      const part = columns === 0 ? text : text.slice(at, at + columns - column);
      out += part;
      at += part.length;
      column += part.length;
      if (columns > 0 && column === columns) {
        out += '\n';
        column = 0;
      }
    }
    if (out !== '') yield* write(1, out);
    if (chunk !== '') continue;
    if (column > 0 && columns > 0) yield* write(1, '\n');
    return;
  }
}

/** What can be read is written, also before the place where it breaks. */
function* decode(fd: Fd, garbage: boolean): Process<boolean> {
  const text = (yield* readAll(fd)).replace(garbage ? /[^A-Za-z0-9+/=]/g : /\n/g, '');
  const digits = /^[A-Za-z0-9+/]*/.exec(text)![0];
  const bytes: Bytes = fromBase64(digits) ?? fromBase64(digits.slice(0, -1))!;
  yield* write(1, bytes);
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
}
