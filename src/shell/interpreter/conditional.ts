/** Conditions: [[ … ]] from its tree, and the operators that it shares with test. */
import type { TestExpression } from 'unbash';
import { type Bytes, fromUtf8 } from '../../base/bytes';
import { Errno, type FileStat, type Process, stat, terminal } from '../../base/process';
import { join } from '../paths';
import { element, evaluateText } from './arithmetic';
import { expandPattern, expandRegex, expandText } from './expand';
import { matches } from './pattern';
import { posixRegExp } from './regex';
import type { Shell } from './shell';
import { trace } from './trace';
import { allOf, parameterValue } from './values';

/** [[ … ]]: 0 true, 1 false, 2 an expression that cannot be evaluated. */
export function* condition(shell: Shell, node: TestExpression): Process<number> {
  switch (node.type) {
    case 'TestGroup':
      return yield* condition(shell, node.expression);
    case 'TestNot': {
      const status = yield* condition(shell, node.operand);
      return status > 1 || node.negations.length % 2 === 0 ? status : 1 - status;
    }
    case 'TestLogical':
      for (const operand of node.operands) {
        const status = yield* condition(shell, operand);
        if (node.operator === '&&' ? status !== 0 : status === 0) return status;
      }
      return node.operator === '&&' ? 0 : 1;
    case 'TestUnary': {
      const operand = yield* expandText(shell, node.operand);
      if (shell.flags.xtrace) yield* trace(shell, `[[ ${node.operator} ${operand} ]]`);
      return (yield* unaryTest(shell, node.operator, operand)) ? 0 : 1;
    }
    case 'TestBinary':
      return yield* binaryCondition(shell, node);
  }
}

function* binaryCondition(shell: Shell, node: Extract<TestExpression, { type: 'TestBinary' }>): Process<number> {
  const left = yield* expandText(shell, node.left);
  const ignoreCase = shell.shopts.has('nocasematch');
  const show = function* (right: Bytes): Process<Bytes> {
    if (shell.flags.xtrace) yield* trace(shell, `[[ ${left === '' ? "''" : left} ${node.operator} ${right} ]]`);
    return right;
  };
  switch (node.operator) {
    case '==':
    case '=':
      return matches(yield* show(yield* expandPattern(shell, node.right)), left, ignoreCase) ? 0 : 1;
    case '!=':
      return matches(yield* show(yield* expandPattern(shell, node.right)), left, ignoreCase) ? 1 : 0;
    case '=~':
      return regexMatch(shell, left, yield* show(yield* expandRegex(shell, node.right)), ignoreCase);
    default: {
      const right = yield* show(yield* expandText(shell, node.right));
      if (/^-(?:eq|ne|lt|le|gt|ge)$/.test(node.operator)) {
        const a = yield* evaluateText(shell, left);
        const b = yield* evaluateText(shell, right);
        return compareNumbers(node.operator, a, b) ? 0 : 1;
      }
      return (yield* binaryTest(shell, left, node.operator, right)) ? 0 : 1;
    }
  }
}

function regexMatch(shell: Shell, text: Bytes, expression: Bytes, ignoreCase: boolean): number {
  let found: RegExpExecArray | null;
  try {
    found = posixRegExp(expression, true, ignoreCase ? 'i' : '').exec(text);
  } catch (error) {
    if (error instanceof SyntaxError) return 2;
    throw error;
  }
  const variable = shell.variables.make('BASH_REMATCH');
  variable.become('indexed');
  variable.indexed = new Map((found ?? []).map((group, k) => [k, group ?? '']));
  return found ? 0 : 1;
}

export function compareNumbers(operator: string, a: bigint, b: bigint): boolean {
  switch (operator) {
    case '-eq':
      return a === b;
    case '-ne':
      return a !== b;
    case '-lt':
      return a < b;
    case '-le':
      return a <= b;
    case '-gt':
      return a > b;
    default:
      return a >= b;
  }
}

export const UNARY_TESTS = /^-[abcdefghknoprstuvwxzGLNORS]$/;
export const BINARY_TESTS = /^(?:=|==|!=|<|>|=~|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))$/;

function* statOf(shell: Shell, path: Bytes): Process<FileStat | undefined> {
  if (path === '') return undefined;
  try {
    return yield* stat(join(shell.cwd, fromUtf8(path)));
  } catch (error) {
    if (error instanceof Errno) return undefined;
    throw error;
  }
}

/** -f FILE and the like. */
export function* unaryTest(shell: Shell, operator: string, operand: Bytes): Process<boolean> {
  switch (operator) {
    case '-n':
      return operand !== '';
    case '-z':
      return operand === '';
    case '-v':
      return yield* isSet(shell, operand);
    case '-o':
      return shell.flags[operand as keyof Shell['flags']] === true;
    case '-R':
      return shell.variables.lookup(operand)?.nameref === true;
    case '-t': {
      const fd = shell.streams.get(Number(operand));
      return fd !== undefined && (yield* terminal(fd)) !== undefined;
    }
  }
  const found = yield* statOf(shell, operand);
  if (!found) return false;
  switch (operator) {
    case '-f':
      return found.kind === 'file';
    case '-d':
      return found.kind === 'directory';
    case '-S':
      return found.kind === 'socket';
    case '-L':
    case '-h':
      return found.kind === 'link';
    case '-s':
      return found.size > 0;
    case '-x':
      return found.kind === 'directory' || (found.mode & 0o111) !== 0;
    case '-b':
    case '-c':
    case '-p':
    case '-g':
    case '-u':
    case '-k':
      return false;
    default:
      return true;
  }
}

function* isSet(shell: Shell, name: Bytes): Process<boolean> {
  const match = /^(\w+)\[(.*)\]$/s.exec(name);
  if (!match) return (yield* parameterValue(shell, name)) !== undefined;
  if (match[2] === '@' || match[2] === '*') return (yield* allOf(shell, match[1]!)).length > 0;
  return (yield* element(shell, match[1]!, match[2]!)) !== undefined;
}

/** Comparisons of strings and files. */
export function* binaryTest(shell: Shell, left: Bytes, operator: string, right: Bytes): Process<boolean> {
  switch (operator) {
    case '=':
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '>':
      return left > right;
    default: {
      const a = yield* statOf(shell, left);
      const b = yield* statOf(shell, right);
      if (operator === '-nt') return a !== undefined && (b === undefined || a.modified > b.modified);
      if (operator === '-ot') return b !== undefined && (a === undefined || a.modified < b.modified);
      return a !== undefined && join(shell.cwd, fromUtf8(left)) === join(shell.cwd, fromUtf8(right));
    }
  }
}
