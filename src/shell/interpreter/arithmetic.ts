/** Arithmetic in 64-bit integers: $(( )), (( )), let, subscripts, -eq. */
import { type ArithmeticExpression, parse } from 'unbash';
import type { Bytes } from '../../base/bytes';
import type { Process } from '../../base/process';
import { Fatal } from './flow';
import { joinPieces, type Piece } from './pieces';
import type { Shell } from './shell';
import { substitute } from './substitution';
import { parameterValue } from './values';

const DEPTH_MAX = 64;

/** The value of $((TEXT)) or ((TEXT)); what is wrong with it is told with its text. */
export function* evaluateWhole(shell: Shell, node: ArithmeticExpression, text: Bytes): Process<bigint> {
  try {
    return yield* evaluate(shell, node);
  } catch (error) {
    if (error instanceof ArithmeticFault) throw error.told(text);
    throw error;
  }
}

/** What is wrong with an expression, before it is known which text it was. */
class ArithmeticFault {
  constructor(
    private readonly reason: string,
    private readonly text?: Bytes,
  ) {}

  told(text: Bytes): Fatal {
    const whole = this.text ?? text.trim();
    const last = /[^\w\s]+\s*$/.exec(whole)?.[0] ?? '';
    return new Fatal(`${whole}: ${this.reason.replace('token is ""', `token is "${last}"`)}`);
  }
}

/** The value of an expression's tree. */
function* evaluate(shell: Shell, node: ArithmeticExpression, depth = 0): Process<bigint> {
  switch (node.type) {
    case 'ArithmeticWord':
      return yield* leafValue(shell, node, depth);
    case 'ArithmeticGroup':
      return yield* evaluate(shell, node.expression, depth);
    case 'ArithmeticTernary':
      return yield* evaluate(
        shell,
        (yield* evaluate(shell, node.test, depth)) !== 0n ? node.consequent : node.alternate,
        depth,
      );
    case 'ArithmeticUnary':
      return yield* unary(shell, node, depth);
    case 'ArithmeticBinary':
      return yield* binary(shell, node, depth);
    case 'ArithmeticCommandExpansion':
      return node.script ? yield* evaluateInner(shell, yield* substitute(shell, node.script), depth + 1) : 0n;
  }
}

/** The value of a text: a subscript, an operand of -eq, what `let` gets. */
export function* evaluateText(shell: Shell, text: Bytes): Process<bigint> {
  try {
    return yield* evaluateInner(shell, text, 0);
  } catch (error) {
    if (error instanceof ArithmeticFault) throw error.told(text);
    throw error;
  }
}

/** What a variable holds, what $x in an expression becomes: an expression of its own. */
function* evaluateInner(shell: Shell, text: Bytes, depth: number): Process<bigint> {
  const clean = text.trim();
  if (clean === '') return 0n;
  const literal = number(clean);
  if (literal !== undefined) return literal;
  if (depth > DEPTH_MAX)
    throw new ArithmeticFault(`expression recursion level exceeded (error token is "${clean}")`, clean);
  const script = parse(`((${clean}))`);
  const command = script.commands[0]?.command;
  const expression = command?.type === 'ArithmeticCommand' ? command.expression : undefined;
  if (!expression || script.errors || script.commands.length > 1) throw syntaxFault(clean);
  return yield* evaluate(shell, expression, depth + 1);
}

function syntaxFault(text: Bytes): ArithmeticFault {
  const token = /[^\w\s].*$/s.exec(text)?.[0] ?? text;
  const word = /^\w+\s+(\S.*)$/s.exec(text.trim())?.[1];
  if (word !== undefined && /^\w/.test(word)) {
    return new ArithmeticFault(`syntax error in expression (error token is "${word}")`, text);
  }
  return new ArithmeticFault(`syntax error: operand expected (error token is "${token}")`, text);
}

/** Decimal, 0x…, 0…, BASE#…; undefined when it is no number. */
function number(text: Bytes): bigint | undefined {
  if (/^(?:0|[1-9]\d*)$/.test(text)) return BigInt.asIntN(64, BigInt(text));
  if (/^-[1-9]\d*$/.test(text)) return BigInt.asIntN(64, BigInt(text));
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return BigInt.asIntN(64, BigInt(text));
  if (/^0[0-9]+$/.test(text)) {
    if (/[89]/.test(text)) throw new ArithmeticFault(`value too great for base (error token is "${text}")`, text);
    return BigInt.asIntN(64, BigInt(`0o${text.slice(1)}`));
  }
  const based = /^(\d+)#([0-9a-zA-Z@_]+)$/.exec(text);
  if (!based) return undefined;
  const base = BigInt(based[1]!);
  let value = 0n;
  for (const digit of based[2]!) {
    const at = BigInt(digitValue(digit, Number(base)));
    if (at >= base) throw new ArithmeticFault(`value too great for base (error token is "${text}")`, text);
    value = value * base + at;
  }
  return BigInt.asIntN(64, value);
}

function digitValue(digit: string, base: number): number {
  if (digit >= '0' && digit <= '9') return Number(digit);
  if (digit >= 'a' && digit <= 'z') return digit.charCodeAt(0) - 87;
  if (digit >= 'A' && digit <= 'Z') return digit.charCodeAt(0) - (base <= 36 ? 55 : 29);
  return digit === '@' ? 62 : 63;
}

type ArithmeticLeaf = Extract<ArithmeticExpression, { type: 'ArithmeticWord' }>;

function* leafValue(shell: Shell, node: ArithmeticLeaf, depth: number): Process<bigint> {
  const literal = number(node.value);
  if (literal !== undefined) return literal;
  if (node.parts?.some((part) => part.type !== 'Literal' && part.type !== 'Glob')) {
    const pieces: Piece[] = [];
    yield* shell.interpreter.pieces(shell, node.parts, pieces, true, false);
    const text = joinPieces(pieces);
    if (text === node.value) throw syntaxFault(text);
    return yield* evaluateInner(shell, text, depth + 1);
  }
  if (node.value.startsWith('$')) {
    const value = yield* parameterValue(shell, node.value.slice(1));
    return yield* evaluateInner(shell, value ?? '', depth + 1);
  }
  const target = reference(node.value);
  if (!target) {
    if (node.value.trim() === '') throw new ArithmeticFault('syntax error: operand expected (error token is "")');
    throw syntaxFault(node.value);
  }
  const value = yield* read(shell, target);
  if (value === undefined && shell.flags.nounset)
    throw new Fatal(`${target.name}: unbound variable`, shell.unsetStatus, true);
  return yield* evaluateInner(shell, value ?? '', depth + 1);
}

interface Reference {
  readonly name: string;
  readonly index: Bytes | undefined;
}

function reference(text: Bytes): Reference | undefined {
  const match = /^([A-Za-z_]\w*)(?:\[(.*)\])?$/s.exec(text.trim());
  return match ? { name: match[1]!, index: match[2] } : undefined;
}

function* read(shell: Shell, target: Reference): Process<Bytes | undefined> {
  if (target.index === undefined) return yield* parameterValue(shell, target.name);
  return yield* element(shell, target.name, yield* expandIndex(shell, target.index));
}

/** One element of an array: the key, or a number that `index` comes to; negative ones count from the end. */
export function* element(shell: Shell, name: string, index: Bytes): Process<Bytes | undefined> {
  const variable = shell.variables.find(name);
  if (variable?.kind === 'associative') return variable.associative.get(index);
  const at = Number(yield* evaluateText(shell, index));
  if (name === 'PIPESTATUS') return shell.pipeStatus[at]?.toString();
  if (variable?.kind === 'indexed') {
    if (at >= 0) return variable.indexed.get(at);
    const top = variable.subscripts().at(-1) ?? -1;
    return variable.indexed.get(top + 1 + at);
  }
  return at === 0 || at === -1 ? yield* parameterValue(shell, name) : undefined;
}

/** A subscript with its own expansions done. */
function* expandIndex(shell: Shell, index: Bytes): Process<Bytes> {
  if (!/[$`"']/.test(index)) return index;
  const command = parse(`: ${index}`).commands[0]?.command;
  const word = command?.type === 'Command' ? command.suffix[0] : undefined;
  if (word?.type !== 'Word' || !word.parts) return word?.type === 'Word' ? word.value : index;
  const pieces: Piece[] = [];
  yield* shell.interpreter.pieces(shell, word.parts, pieces, true, false);
  return joinPieces(pieces);
}

function* store(shell: Shell, node: ArithmeticExpression, value: bigint): Process<bigint> {
  const target = node.type === 'ArithmeticWord' ? reference(node.value) : undefined;
  if (!target) throw new ArithmeticFault('attempted assignment to non-variable (error token is "= ")');
  const variable = shell.variables.make(target.name);
  if (variable.readonly) throw new Fatal(`${target.name}: readonly variable`);
  const text = String(value);
  if (target.index === undefined) {
    shell.set(target.name, text);
  } else if (variable.kind === 'associative') {
    variable.associative.set(yield* expandIndex(shell, target.index), text);
  } else {
    variable.become('indexed');
    variable.put(Number(yield* evaluateText(shell, yield* expandIndex(shell, target.index))), text);
  }
  return value;
}

function* unary(
  shell: Shell,
  node: Extract<ArithmeticExpression, { type: 'ArithmeticUnary' }>,
  depth: number,
): Process<bigint> {
  const value = yield* evaluate(shell, node.operand, depth);
  switch (node.operator) {
    case '++':
    case '--': {
      const next = BigInt.asIntN(64, node.operator === '++' ? value + 1n : value - 1n);
      yield* store(shell, node.operand, next);
      return node.prefix ? next : value;
    }
    case '-':
      return BigInt.asIntN(64, -value);
    case '!':
      return value === 0n ? 1n : 0n;
    case '~':
      return BigInt.asIntN(64, ~value);
    default:
      return value;
  }
}

function* binary(
  shell: Shell,
  node: Extract<ArithmeticExpression, { type: 'ArithmeticBinary' }>,
  depth: number,
): Process<bigint> {
  const { operator } = node;
  if (operator === '=') return yield* store(shell, node.left, yield* evaluate(shell, node.right, depth));
  const left = yield* evaluate(shell, node.left, depth);
  if (operator === '&&') return left !== 0n && (yield* evaluate(shell, node.right, depth)) !== 0n ? 1n : 0n;
  if (operator === '||') return left !== 0n || (yield* evaluate(shell, node.right, depth)) !== 0n ? 1n : 0n;
  const right = yield* evaluate(shell, node.right, depth);
  const assigns = /^(?:[-+*/%&^|]|<<|>>)=$/.test(operator);
  const value = compute(assigns ? operator.slice(0, -1) : operator, left, right);
  return assigns ? yield* store(shell, node.left, value) : value;
}

function compute(operator: string, left: bigint, right: bigint): bigint {
  const truth = (yes: boolean): bigint => (yes ? 1n : 0n);
  switch (operator) {
    case '+':
      return BigInt.asIntN(64, left + right);
    case '-':
      return BigInt.asIntN(64, left - right);
    case '*':
      return BigInt.asIntN(64, left * right);
    case '/':
    case '%':
      if (right === 0n) throw new ArithmeticFault('division by 0 (error token is "0")');
      return BigInt.asIntN(64, operator === '/' ? left / right : left % right);
    case '**':
      if (right < 0n) throw new ArithmeticFault('exponent less than 0 (error token is "")');
      return power(left, right);
    case '<<':
      return BigInt.asIntN(64, left << (right & 63n));
    case '>>':
      return BigInt.asIntN(64, left >> (right & 63n));
    case '&':
      return left & right;
    case '|':
      return left | right;
    case '^':
      return left ^ right;
    case '<':
      return truth(left < right);
    case '>':
      return truth(left > right);
    case '<=':
      return truth(left <= right);
    case '>=':
      return truth(left >= right);
    case '==':
      return truth(left === right);
    case '!=':
      return truth(left !== right);
    case ',':
      return right;
    default:
      throw new ArithmeticFault(`syntax error: invalid arithmetic operator (error token is "${operator}")`);
  }
}

/** By squaring, in 64 bits: 2**100000000 ends. */
function power(base: bigint, exponent: bigint): bigint {
  let out = 1n;
  for (let square = base, left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) out = BigInt.asIntN(64, out * square);
    square = BigInt.asIntN(64, square * square);
  }
  return out;
}
