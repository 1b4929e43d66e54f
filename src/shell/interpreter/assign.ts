/** Assignments: scalars, elements, whole arrays, with the attributes of the variable that they meet. */
import type { ArrayValue, Assignment, Word } from 'unbash';
import type { Bytes } from '../../base/bytes';
import type { Process } from '../../base/process';
import { evaluateText } from './arithmetic';
import { expandInto, expandText } from './expand';
import { Fatal } from './flow';
import type { Shell } from './shell';
import type { Variable } from './variables';

/** Does one assignment in the current scope, or to `into` when a declaration made the variable. */
export function* assign(shell: Shell, node: Assignment, into?: Variable): Process<void> {
  const name = node.name;
  if (node.value.type === 'ArrayValue') {
    const variable = into ?? shell.variables.make(name);
    guard(variable, name);
    yield* assignArray(shell, variable, node.value, node.append === true);
    return;
  }
  const value = yield* expandText(shell, node.value, true);
  if (shell.flags.xtrace) shell.traced.push(`${name}${node.append ? '+' : ''}=${value}`);
  yield* assignValue(shell, name, value, { index: node.index, append: node.append === true, into });
}

function guard(variable: Variable, name: string): void {
  if (variable.readonly) throw new Fatal(`${name}: readonly variable`);
}

export interface AssignOptions {
  readonly index?: Word | undefined;
  readonly append?: boolean;
  readonly into?: Variable | undefined;
}

/** Assigns a value that is expanded already. */
export function* assignValue(shell: Shell, name: string, value: Bytes, options: AssignOptions = {}): Process<void> {
  const variable = options.into ?? shell.variables.make(name);
  guard(variable, name);
  if (shell.flags.allexport) variable.exported = true;
  shell.variables.touch();
  if (name === 'RANDOM' || name === 'SECONDS') variable.text = undefined;
  if (options.index) {
    yield* assignElement(shell, variable, yield* expandText(shell, options.index), value, options.append === true);
    return;
  }
  if (variable.kind === 'indexed') {
    variable.put(0, yield* converted(shell, variable, variable.indexed.get(0), value, options.append === true));
  } else if (variable.kind === 'associative') {
    const before = variable.associative.get('0');
    variable.associative.set('0', yield* converted(shell, variable, before, value, options.append === true));
  } else {
    variable.text = yield* converted(shell, variable, variable.text, value, options.append === true);
  }
  if (name === 'PATH' || name === 'HOME' || name === 'PWD') shell.variables.touch();
}

function* converted(
  shell: Shell,
  variable: Variable,
  before: Bytes | undefined,
  value: Bytes,
  append: boolean,
): Process<Bytes> {
  if (variable.integer) {
    const sum = yield* evaluateText(shell, value);
    return String(append ? sum + (yield* evaluateText(shell, before ?? '0')) : sum);
  }
  const whole = append ? (before ?? '') + value : value;
  if (variable.letters === 'lower') return whole.replace(/[A-Z]+/g, (run) => run.toLowerCase());
  if (variable.letters === 'upper') return whole.replace(/[a-z]+/g, (run) => run.toUpperCase());
  return whole;
}

function* assignElement(shell: Shell, variable: Variable, index: Bytes, value: Bytes, append: boolean): Process<void> {
  if (variable.kind === 'associative') {
    variable.associative.set(index, yield* converted(shell, variable, variable.associative.get(index), value, append));
    return;
  }
  variable.become('indexed');
  let at = Number(yield* evaluateText(shell, index));
  if (at < 0) at += variable.end();
  if (at < 0) throw new Fatal(`[${index}]: bad array subscript`);
  variable.put(at, yield* converted(shell, variable, variable.indexed.get(at), value, append));
}

/** name=( … ): words, or [subscript]=value. */
function* assignArray(shell: Shell, variable: Variable, array: ArrayValue, append: boolean): Process<void> {
  const elements: { index: Bytes | undefined; value: Bytes }[] = [];
  for (const word of array.elements) {
    const keyed = /^\[((?:[^\]\\]|\\.)*)\](\+?)=/s.exec(word.text);
    if (keyed) {
      const [index, value] = yield* keyedElement(shell, word, keyed[0]);
      elements.push({ index, value });
      continue;
    }
    const fields: Bytes[] = [];
    yield* expandInto(shell, word, fields);
    for (const value of fields) elements.push({ index: undefined, value });
  }
  if (variable.kind !== 'associative') {
    if (!append) variable.kind = 'scalar';
    if (!append) variable.text = undefined;
    variable.become('indexed');
  } else if (!append) {
    variable.associative = new Map();
  }
  let next = append && variable.kind === 'indexed' ? variable.end() : 0;
  for (let k = 0; k < elements.length; k++) {
    const { index, value } = elements[k]!;
    if (variable.kind === 'associative') {
      // Without subscripts the words are keys and values in turn.
      if (index !== undefined) variable.associative.set(index, value);
      else variable.associative.set(value, elements[++k]?.value ?? '');
      continue;
    }
    if (index !== undefined) next = Number(yield* evaluateText(shell, index));
    variable.put(next, yield* converted(shell, variable, undefined, value, false));
    next++;
  }
}

/** [key]=value: both sides expanded, as one text each. */
function* keyedElement(shell: Shell, word: Word, head: Bytes): Process<readonly [Bytes, Bytes]> {
  const key = head.slice(1, head.lastIndexOf(']'));
  return [yield* textOf(shell, key), yield* textOf(shell, word.text.slice(head.length))];
}

function* textOf(shell: Shell, text: Bytes): Process<Bytes> {
  if (!/["'$`\\~]/.test(text)) return text;
  return yield* shell.interpreter.expandTyped(shell, text);
}
