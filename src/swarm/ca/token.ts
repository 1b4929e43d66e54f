/** Join tokens: `SWMTKN-1-<digest of the root>-<secret>`. Follows moby/swarmkit ca/config.go. */
import { toHex } from '../../base/bytes';
import type { RandomStream } from '../../base/random';

/** Digits of base 36 that hold 256 and 128 bits. */
const DIGEST_DIGITS = 50;
const SECRET_DIGITS = 25;

function base36(hex: string, digits: number): string {
  return BigInt(`0x${hex}`).toString(36).padStart(digits, '0');
}

/** `digest` in hexadecimal. */
export function newJoinToken(digest: string, random: RandomStream): string {
  return `SWMTKN-1-${base36(digest, DIGEST_DIGITS)}-${base36(toHex(random.bytes(16)), SECRET_DIGITS)}`;
}

/** The root's digest in a token, in hexadecimal; undefined when it is not a join token. Follows ParseJoinToken. */
export function parseJoinToken(token: string): { readonly digest: string } | undefined {
  const parts = token.split('-');
  const [prefix, version, digest, secret] = parts;
  if (parts.length !== 4 || prefix !== 'SWMTKN' || version !== '1') return undefined;
  if (digest!.length !== DIGEST_DIGITS || secret!.length !== SECRET_DIGITS || !/^[0-9a-z]+$/.test(digest!)) {
    return undefined;
  }
  let number = 0n;
  for (const digit of digest!) number = number * 36n + BigInt(Number.parseInt(digit, 36));
  const hex = number.toString(16).padStart(64, '0');
  return hex.length === 64 ? { digest: hex } : undefined;
}
