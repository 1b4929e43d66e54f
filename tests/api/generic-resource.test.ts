import { describe, expect, it } from 'vitest';
import { parseGenericResources } from '../../src/api/index';

/** `gpu:UUID1` for a named one, `gpu:2#` for a count, or the error. */
function read(...terms: string[]): string {
  const parsed = parseGenericResources(terms);
  if (!parsed.ok) return parsed.error;
  return parsed.value
    .map(({ NamedResourceSpec: named, DiscreteResourceSpec: discrete }) =>
      named ? `${named.Kind}:${named.Value}` : `${discrete?.Kind}:${discrete?.Value}#`,
    )
    .join(' ');
}

const WRONG = 'could not parse GenericResource: ';

describe('user-defined resources', () => {
  it.each([
    [['gpu=2'], 'gpu:2#'],
    [['gpu=+2'], 'gpu:2#'],
    [['gpu=0', 'ssd = 3 '], 'gpu:0# ssd:3#'],
    [['gpu=UUID1', 'ssd=3', 'gpu=UUID2'], 'gpu:UUID1 gpu:UUID2 ssd:3#'],
    [['gpu='], 'gpu:'],
    [['=2'], ':2#'],
    [['gpu=9223372036854775808'], 'gpu:9223372036854775808'],
    [['gpu=-1'], `${WRONG}cannot ask for negative resource gpu`],
    [['gpu=1,ssd=2'], `${WRONG}incorrect term gpu=1,ssd=2, missing '=' or malformed expression`],
    [['gpu'], `${WRONG}incorrect term gpu, missing '=' or malformed expression`],
    [['gpu=1', 'gpu=2'], `${WRONG}mixed discrete and named resources in expression 'gpu=[1 2]'`],
    [['gpu=a', 'gpu=2'], `${WRONG}mixed discrete and named resources in expression 'gpu=[a 2]'`],
  ])('%j is %s', (terms, expected) => expect(read(...terms)).toBe(expected));
});
