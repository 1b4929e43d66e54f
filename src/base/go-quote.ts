/** Go's quoted texts. Follows Go strconv.Quote. */

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['\\', '\\\\'],
  ['"', '\\"'],
]);

/** `%q` of a string: double quotes, with control characters and what does not print escaped. */
export function goQuote(text: string): string {
  return `"${text.replace(/["\\]|[^\P{C}]|[\u2028\u2029]|(?! )\p{Zs}/gu, escaped)}"`;
}

function escaped(character: string): string {
  const known = ESCAPES.get(character);
  if (known !== undefined) return known;
  const point = character.codePointAt(0)!;
  const digits = point.toString(16);
  if (point < 0x20 || point === 0x7f) return `\\x${digits.padStart(2, '0')}`;
  return point < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`;
}
