/** echo: the words, and what -n, -e and -E make of them. */
import type { Bytes } from '../../base/bytes';
import { decodeEscapes } from '../interpreter/escapes';

/** `escapes`: backslash sequences count without -e (busybox and Debian's sh). */
export function echoText(args: readonly Bytes[], escapes = false): Bytes {
  let at = 0;
  let newline = true;
  for (; at < args.length && /^-[neE]+$/.test(args[at]!); at++) {
    for (const letter of args[at]!.slice(1)) {
      if (letter === 'n') newline = false;
      else escapes = letter === 'e';
    }
  }
  const plain = args.slice(at).join(' ');
  if (!escapes) return newline ? `${plain}\n` : plain;
  const { text, stop } = decodeEscapes(plain, 'echo');
  return newline && !stop ? `${text}\n` : text;
}
