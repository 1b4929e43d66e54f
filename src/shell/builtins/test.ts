/** test and [: conditions from words. */
import type { Bytes } from '../../base/bytes';
import type { Process } from '../../base/process';
import { BINARY_TESTS, binaryTest, compareNumbers, UNARY_TESTS, unaryTest } from '../interpreter/conditional';
import type { Shell } from '../interpreter/shell';

/** What is wrong with the expression; printed after `test: `. */
class TestFault {
  constructor(readonly message: Bytes) {}
}

export function* test(shell: Shell, args: readonly Bytes[], name: Bytes): Process<number> {
  let words = args;
  if (name === '[') {
    if (words.at(-1) !== ']') {
      yield* shell.complain("[: missing `]'");
      return 2;
    }
    words = words.slice(0, -1);
  }
  try {
    return (yield* evaluate(shell, words)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestFault)) throw error;
    yield* shell.complain(`${name}: ${error.message}`);
    return 2;
  }
}

/** By the number of words first, as POSIX wants it, so that operands may look like operators. */
function* evaluate(shell: Shell, words: readonly Bytes[]): Process<boolean> {
  switch (words.length) {
    case 0:
      return false;
    case 1:
      return words[0] !== '';
    case 2:
      if (words[0] === '!') return words[1] === '';
      if (UNARY_TESTS.test(words[0]!)) return yield* unary(shell, words[0]!, words[1]!);
      throw new TestFault(`${words[0]}: unary operator expected`);
    case 3:
      if (BINARY_TESTS.test(words[1]!)) return yield* binary(shell, words[0]!, words[1]!, words[2]!);
      if (words[1] === '-a') return words[0] !== '' && words[2] !== '';
      if (words[1] === '-o') return words[0] !== '' || words[2] !== '';
      if (words[0] === '!') return !(yield* evaluate(shell, words.slice(1)));
      if (words[0] === '(' && words[2] === ')') return words[1] !== '';
      throw new TestFault(`${words[1]}: binary operator expected`);
    case 4:
      if (words[0] === '!') return !(yield* evaluate(shell, words.slice(1)));
  }
  const parser = { words, at: 0 };
  const value = yield* or(shell, parser);
  if (parser.at < words.length) throw new TestFault('too many arguments');
  return value;
}

interface Parser {
  readonly words: readonly Bytes[];
  at: number;
}

function* or(shell: Shell, parser: Parser): Process<boolean> {
  let value = yield* and(shell, parser);
  while (parser.words[parser.at] === '-o') {
    parser.at++;
    const right = yield* and(shell, parser);
    value = value || right;
  }
  return value;
}

function* and(shell: Shell, parser: Parser): Process<boolean> {
  let value = yield* term(shell, parser);
  while (parser.words[parser.at] === '-a') {
    parser.at++;
    const right = yield* term(shell, parser);
    value = value && right;
  }
  return value;
}

function* term(shell: Shell, parser: Parser): Process<boolean> {
  const [first, second, third] = parser.words.slice(parser.at);
  if (first === undefined) throw new TestFault('argument expected');
  if (first === '!') {
    parser.at++;
    return !(yield* term(shell, parser));
  }
  if (first === '(') {
    parser.at++;
    const value = yield* or(shell, parser);
    if (parser.words[parser.at] !== ')') throw new TestFault("`)' expected");
    parser.at++;
    return value;
  }
  if (second !== undefined && third !== undefined && BINARY_TESTS.test(second)) {
    parser.at += 3;
    return yield* binary(shell, first, second, third);
  }
  if (UNARY_TESTS.test(first) && second !== undefined) {
    parser.at += 2;
    return yield* unary(shell, first, second);
  }
  parser.at++;
  return first !== '';
}

function* unary(shell: Shell, operator: string, operand: Bytes): Process<boolean> {
  return yield* unaryTest(shell, operator, operand);
}

function* binary(shell: Shell, left: Bytes, operator: string, right: Bytes): Process<boolean> {
  if (!/^-(?:eq|ne|lt|le|gt|ge)$/.test(operator)) return yield* binaryTest(shell, left, operator, right);
  const [a, b] = [left, right].map((word) => {
    const clean = word.trim();
    if (!/^[-+]?\d+$/.test(clean)) throw new TestFault(`${word}: integer expression expected`);
    return BigInt(clean.replace(/^\+/, ''));
  }) as [bigint, bigint];
  return compareNumbers(operator, a, b);
}
