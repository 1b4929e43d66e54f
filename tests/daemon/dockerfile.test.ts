import { expect, test } from 'vitest';
import { expandWord, pairs, parseDockerfile } from '../../src/daemon/build/dockerfile';

const parse = (text: string) => parseDockerfile(text, 'Dockerfile');

test.each([
  ['', 'the Dockerfile (Dockerfile) cannot be empty'],
  ['# only words\n\n', 'the Dockerfile (Dockerfile) cannot be empty'],
  ['FROM a\nFOO x', 'dockerfile parse error on line 2: unknown instruction: FOO (did you mean FROM?)'],
  ['FROM a\nWHATEVER x', 'dockerfile parse error on line 2: unknown instruction: WHATEVER'],
  ['FROM a b', 'dockerfile parse error on line 1: FROM requires either one or three arguments'],
  [
    'FROM a\nCOPY x',
    'dockerfile parse error on line 2: COPY requires at least two arguments, but only one was provided. Destination could not be determined',
  ],
  ['FROM a\nENV A', 'dockerfile parse error on line 2: ENV must have two arguments'],
])('%j is refused: %s', (text, error) => {
  expect(parse(text)).toEqual({ ok: false, error });
});

test('joins continued lines, leaves out comments among them, and parts flags from words', () => {
  const parsed = parse('from a AS b\nRUN one && \\\n# why\n  two\nCOPY --from=b --chown=1:1 ["x y", "/z"]\n');
  expect(parsed.ok && parsed.value.map(({ name, shown, line }) => [name, shown, line])).toEqual([
    ['FROM', 'FROM a AS b', 1],
    ['RUN', 'RUN one &&   two', 2],
    ['COPY', 'COPY --from=b --chown=1:1 ["x y", "/z"]', 5],
  ]);
  expect(parsed.ok && parsed.value[2]).toMatchObject({ list: ['x y', '/z'] });
});

const VALUES = new Map([
  ['A', 'one'],
  ['EMPTY', ''],
]);

test.each([
  ['$A', 'one'],
  ['${A}x', 'onex'],
  ['"a $A"', 'a one'],
  ["'$A'", '$A'],
  ['\\$A', '$A'],
  ['${EMPTY:-else}', 'else'],
  ['${A:+then}', 'then'],
  ['${NONE:+then}', ''],
  ['$', '$'],
])('%s becomes %s', (text, value) => {
  expect(expandWord(text, VALUES)).toBe(value);
});

test('reads names with values in both forms', () => {
  expect(pairs('X="a b" Y=$A Z', VALUES)).toEqual([
    ['X', 'a b'],
    ['Y', 'one'],
    ['Z', ''],
  ]);
  expect(pairs('X the $A rest', VALUES)).toEqual([['X', 'the one rest']]);
});
