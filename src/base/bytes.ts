/**
 * Byte strings. A {@link Bytes} is a JavaScript string whose every char code is one byte, 0 to 255: streams, pipes
 * and files carry them, so that text costs nothing and binary data survives. ASCII is the same in both worlds.
 * Text with other characters is encoded where it enters a stream ({@link utf8}) and decoded where it is shown or
 * becomes a name in the API ({@link fromUtf8}).
 */

/** A string of char codes 0 to 255, each one byte. */
export type Bytes = string;

const ASCII = /^[\x00-\x7f]*$/;

/** Text → its UTF-8 bytes. */
export function utf8(text: string): Bytes {
  if (ASCII.test(text)) return text;
  let out = '';
  for (const character of text) {
    const point = character.codePointAt(0)!;
    if (point < 0x80) out += character;
    else if (point < 0x800) out += String.fromCharCode(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000)
      out += String.fromCharCode(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else {
      out += String.fromCharCode(
        0xf0 | (point >> 18),
        0x80 | ((point >> 12) & 63),
        0x80 | ((point >> 6) & 63),
        0x80 | (point & 63),
      );
    }
  }
  return out;
}

/** UTF-8 bytes → text. Malformed sequences become U+FFFD, one a byte. */
export function fromUtf8(bytes: Bytes): string {
  if (ASCII.test(bytes)) return bytes;
  let out = '';
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes.charCodeAt(at);
    const length =
      lead < 0x80 ? 1 : lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 && lead < 0xe0 ? 2 : 0;
    let point = length === 1 ? lead : length === 2 ? lead & 31 : length === 3 ? lead & 15 : lead & 7;
    let valid = length > 0 && lead < 0xf5 && at + length <= bytes.length;
    for (let k = 1; valid && k < length; k++) {
      const next = bytes.charCodeAt(at + k);
      valid = (next & 0xc0) === 0x80;
      point = (point << 6) | (next & 63);
    }
    if (valid && point <= 0x10ffff && !(point >= 0xd800 && point < 0xe000)) {
      out += String.fromCodePoint(point);
      at += length;
    } else {
      out += '\ufffd';
      at += 1;
    }
  }
  return out;
}

/** A typed array → byte string. */
export function fromArray(array: Uint8Array): Bytes {
  let out = '';
  for (let at = 0; at < array.length; at += 8192) out += String.fromCharCode(...array.subarray(at, at + 8192));
  return out;
}

/** A byte string → typed array. */
export function toArray(bytes: Bytes): Uint8Array {
  const array = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at++) array[at] = bytes.charCodeAt(at);
  return array;
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hexadecimal, two digits a byte. Joined, not added up: V8 keeps a sum of 32 texts as a tree of them, 1 kB. */
export function toHex(bytes: Bytes): string {
  const out: string[] = [];
  for (let at = 0; at < bytes.length; at++) out.push(HEX[bytes.charCodeAt(at)]!);
  return out.join('');
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Standard base64 with padding. */
export function toBase64(bytes: Bytes): string {
  let out = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const bits =
      (bytes.charCodeAt(at) << 16) |
      ((left > 1 ? bytes.charCodeAt(at + 1) : 0) << 8) |
      (left > 2 ? bytes.charCodeAt(at + 2) : 0);
    out +=
      BASE64[bits >> 18]! +
      BASE64[(bits >> 12) & 63]! +
      (left > 1 ? BASE64[(bits >> 6) & 63]! : '=') +
      (left > 2 ? BASE64[bits & 63]! : '=');
  }
  return out;
}

/** Standard or URL-safe base64, padded or not; undefined when it is malformed. */
export function fromBase64(text: string): Bytes | undefined {
  const clean = text.replace(/=+$/, '').replace(/-/g, '+').replace(/_/g, '/');
  if (clean.length % 4 === 1) return undefined;
  let out = '';
  let bits = 0;
  let held = 0;
  for (const digit of clean) {
    const value = BASE64.indexOf(digit);
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xffffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += String.fromCharCode((bits >> held) & 255);
    }
  }
  return out;
}

/** Bytes of hexadecimal digits. */
export function fromHex(digits: string): Bytes {
  return digits.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)));
}
