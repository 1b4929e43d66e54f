/** P-256 of the library, and none of its other curves: a chunk of its own. */
export { p256 } from '@noble/curves/nist.js';
