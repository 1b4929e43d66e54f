/** A number as Go's %v and 'g' write a float: the shortest form, with an exponent below -4 and from 6 on. */
export function goFloat(value: number): string {
  const exponential = value.toExponential();
  const exponent = Number(exponential.slice(exponential.indexOf('e') + 1));
  if (exponent >= -4 && exponent < 6) return String(value);
  return exponential.replace(/e([+-])(\d)$/, 'e$10$2');
}
