/** SHA-256 of byte strings. */
import { sha256 as hash } from '@noble/hashes/sha2.js';
import { type Bytes, fromArray, toArray } from './bytes';

/** The 32 bytes of the digest. */
export function sha256(bytes: Bytes): Bytes {
  return fromArray(hash(toArray(bytes)));
}
