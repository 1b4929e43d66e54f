/** A stream of seeded chance. Integers only: floats in state or order may differ between JavaScript engines. */
export interface RandomStream {
  /** A uniform integer in low..high, both included. */
  integer(low: number, high: number): number;
  /** `count` random bytes, as a byte string. */
  bytes(count: number): string;
  /** True in `numerator` of `denominator` cases. */
  chance(numerator: number, denominator: number): boolean;
}

/** A copy in random order (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: RandomStream): T[] {
  const out = [...items];
  for (let last = out.length - 1; last > 0; last--) {
    const pick = random.integer(0, last);
    [out[last], out[pick]] = [out[pick]!, out[last]!];
  }
  return out;
}
