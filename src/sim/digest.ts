/** A running hash of what happened: two mixed 32-bit halves, cheap enough to be always on. */

const hashes = new Map<string, number>();

/** FNV-1a of a short string, remembered: owners, timer names and channels recur. */
export function hashOf(text: string): number {
  let hash = hashes.get(text);
  if (hash === undefined) {
    hash = hashText(text);
    if (hashes.size > 100_000) hashes.clear();
    hashes.set(text, hash);
  }
  return hash;
}

/** FNV-1a of any string, not remembered. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

export class Digest {
  private high = 0x6a09e667;
  private low = 0xbb67ae85 | 0;
  /** Events taken in. */
  count = 0;

  add(at: number, seq: number, what: number, size: number): void {
    const a = (at % 0x100000000) | 0;
    const b = Math.imul(seq | 0, 0x9e3779b1) ^ Math.imul(what, 0x85ebca6b) ^ size;
    this.low = Math.imul(this.low ^ a, 0x01000193) + b;
    this.high = Math.imul(this.high ^ this.low ^ (this.low >>> 15), 0x27d4eb2f) | 0;
    this.count++;
  }

  /** Mixes a payload's text in (tests, fuzz and --digest). */
  addText(text: string): void {
    this.low = Math.imul(this.low ^ hashText(text), 0x01000193);
    this.high = Math.imul(this.high ^ this.low, 0x27d4eb2f) | 0;
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    const hex = (half: number): string => (half >>> 0).toString(16).padStart(8, '0');
    return hex(this.high) + hex(this.low);
  }
}
