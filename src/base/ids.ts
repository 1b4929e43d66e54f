/** Identifiers in Docker's alphabets and lengths, from a given stream of chance. */
import { toHex } from './bytes';
import type { RandomStream } from './random';

const BASE36 = '0123456789abcdefghijklmnopqrstuvwxyz';

/**
 * A SwarmKit id: 25 characters of base 36. Follows moby/swarmkit identity/randomid.go, NewID: 17 random bytes with the
 * top bit set, as a base-36 number, its first digit dropped.
 */
export function newSwarmId(random: RandomStream): string {
  const bytes = random.bytes(17);
  let number = BigInt(`0x${toHex(bytes)}`) | (1n << 135n);
  let digits = '';
  while (number > 0n) {
    digits = BASE36[Number(number % 36n)]! + digits;
    number /= 36n;
  }
  return digits.slice(1, 26);
}

/** A container, image layer or local network id: 64 hexadecimal digits. */
export function newHexId(random: RandomStream): string {
  return toHex(random.bytes(32));
}
