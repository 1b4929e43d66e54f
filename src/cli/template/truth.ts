/** Whether a value counts as true in if, with, and, or. Follows Go text/template IsTrue. */
import { concrete, type GoValue } from './value';

export function isTrue(value: GoValue | undefined): boolean {
  const at = concrete(value);
  if (!at) return false;
  switch (at.type.kind) {
    case 'struct':
    case 'time':
    case 'methods':
      return true;
    case 'pointer':
      return at.data !== null;
    case 'slice':
      return at.data !== null && (at.data as { length: number }).length > 0;
    case 'map':
      return at.data !== null && Object.keys(at.data as object).length > 0;
    default:
      return Boolean(at.data);
  }
}
