/** Distinguished encoding, as far as a certificate needs it. Byte strings in, byte strings out. Follows X.690. */
import { type Bytes, toBase64 } from '../../base/bytes';
import type { Micros } from '../../base/process';

function length(count: number): Bytes {
  if (count < 0x80) return String.fromCharCode(count);
  let digits = '';
  for (let rest = count; rest > 0; rest = Math.floor(rest / 256)) digits = String.fromCharCode(rest % 256) + digits;
  return String.fromCharCode(0x80 | digits.length) + digits;
}

export function tagged(tag: number, content: Bytes): Bytes {
  return String.fromCharCode(tag) + length(content.length) + content;
}

export const sequence = (...items: Bytes[]): Bytes => tagged(0x30, items.join(''));
export const set = (...items: Bytes[]): Bytes => tagged(0x31, items.join(''));
export const octets = (content: Bytes): Bytes => tagged(0x04, content);
export const bits = (content: Bytes, unused = 0): Bytes => tagged(0x03, String.fromCharCode(unused) + content);
export const boolean = (value: boolean): Bytes => tagged(0x01, value ? '\xff' : '\x00');

/** An unsigned big-endian number. */
export function integer(digits: Bytes): Bytes {
  let at = 0;
  while (at < digits.length - 1 && digits.charCodeAt(at) === 0) at++;
  const trimmed = digits.slice(at);
  return tagged(0x02, trimmed.charCodeAt(0) >= 0x80 ? `\x00${trimmed}` : trimmed);
}

/** An object identifier in dotted form. */
export function oid(dotted: string): Bytes {
  const [first, second, ...rest] = dotted.split('.').map(Number);
  let content = String.fromCharCode(first! * 40 + second!);
  for (const arc of rest) {
    let group = String.fromCharCode(arc & 127);
    for (let left = arc >> 7; left > 0; left >>= 7) group = String.fromCharCode(0x80 | (left & 127)) + group;
    content += group;
  }
  return tagged(0x06, content);
}

export const printable = (text: string): Bytes => tagged(0x13, text);

/** UTCTime to the minute and second, in UTC; years 1950 to 2049. */
export function utcTime(at: Micros): Bytes {
  const iso = new Date(Math.floor(at / 1_000_000) * 1000).toISOString();
  return tagged(0x17, `${iso.slice(2, 4)}${iso.slice(5, 7)}${iso.slice(8, 10)}${iso.slice(11, 19).replace(/:/g, '')}Z`);
}

/** PEM armour in lines of 64. */
export function pem(label: string, der: Bytes): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
