/** Natural order of names: runs of digits compare as numbers. Follows fvbommel/sortorder natural.go. */

/**
 * Negative, zero or positive, for sort. `web2` comes before `web10`, digits before other characters, `2` before `02`;
 * the rest is in byte order.
 */
export function compareNaturally(a: string, b: string): number {
  let at = 0;
  let bt = 0;
  while (at < a.length && bt < b.length) {
    const digitA = isDigit(a, at);
    const digitB = isDigit(b, bt);
    if (digitA !== digitB) return digitA ? -1 : 1;
    if (!digitA) {
      const difference = a.codePointAt(at)! - b.codePointAt(bt)!;
      if (difference !== 0) return difference;
      at++;
      bt++;
      continue;
    }
    const startA = skipZeros(a, at);
    const startB = skipZeros(b, bt);
    const zeros = startA - at - (startB - bt);
    at = skipDigits(a, startA);
    bt = skipDigits(b, startB);
    if (at - startA !== bt - startB) return at - startA - (bt - startB);
    const numberA = a.slice(startA, at);
    const numberB = b.slice(startB, bt);
    if (numberA !== numberB) return numberA < numberB ? -1 : 1;
    if (zeros !== 0) return zeros;
  }
  return a.length - at - (b.length - bt);
}

/** Byte order of UTF-8, which is the order of code points: how Go compares strings. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  for (let at = 0; at < a.length && at < b.length; at++) {
    const unitA = a.charCodeAt(at);
    const unitB = b.charCodeAt(at);
    // Surrogates stand for code points above every other unit.
    if (unitA !== unitB) return surrogateLast(unitA) - surrogateLast(unitB);
  }
  return a.length - b.length;
}

function surrogateLast(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

function isDigit(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 48 && unit <= 57;
}

function skipZeros(text: string, at: number): number {
  while (text[at] === '0') at++;
  return at;
}

function skipDigits(text: string, at: number): number {
  while (at < text.length && isDigit(text, at)) at++;
  return at;
}
