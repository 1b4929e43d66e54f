/** Parameters: $x, $@, ${x:-y}, ${a[@]}, ${x%p} and the rest of bash's parameter expansion. */
import type { ParameterExpansionPart, ParameterOperation, Word } from 'unbash';
import { type Bytes, fromUtf8, utf8 } from '../../base/bytes';
import type { Process } from '../../base/process';
import { element, evaluateText } from './arithmetic';
import { decodeEscapes, quoteDouble, quoteSingle } from './escapes';
import { Fatal } from './flow';
import { compiled, patternSource, removeMatch, replaceMatch } from './pattern';
import type { Piece } from './pieces';
import type { Shell } from './shell';
import { allOf, parameterValue } from './values';
import type { Variable } from './variables';

/** What a parameter stands for: one value, or several. */
type Values =
  | { readonly one: Bytes | undefined }
  /** `star`: joined in quotes ($*); else each a field of its own ($@). */
  | { readonly many: readonly Bytes[]; readonly star: boolean };

/** $x, without braces. */
export function* parameterNamed(shell: Shell, name: string, out: Piece[], quoted: boolean): Process<void> {
  if (name === '@' || name === '*') {
    emit(shell, { many: shell.positional, star: name === '*' }, out, quoted);
    return;
  }
  const value = yield* parameterValue(shell, name);
  if (value === undefined) requireSet(shell, /^\d/.test(name) ? `$${name}` : name);
  out.push({ text: value ?? '', mode: quoted ? 'quoted' : 'split' });
}

function requireSet(shell: Shell, name: string): void {
  if (shell.flags.nounset) throw new Fatal(`${name}: unbound variable`, shell.unsetStatus, true);
}

/** One element, by an index as typed. */
function* elementOf(shell: Shell, name: string, index: Word): Process<Bytes | undefined> {
  return yield* element(shell, name, yield* shell.interpreter.word(shell, index));
}

/** ${…} in all its forms. */
export function* expandParameter(
  shell: Shell,
  part: ParameterExpansionPart,
  out: Piece[],
  quoted: boolean,
): Process<void> {
  const { operation } = part;
  if (part.parameter === '' && part.prefix === undefined) throw new Fatal(`${part.text}: bad substitution`);
  if (operation?.type === 'Unknown') throw new Fatal(`${part.text}: bad substitution`);
  if (operation?.type === 'Names') {
    const names = shell.variables.names().filter((name) => name.startsWith(part.parameter));
    emit(shell, { many: names, star: operation.operator === '*' }, out, quoted);
    return;
  }
  if (part.prefix === '!' && part.index && (part.index.value === '@' || part.index.value === '*')) {
    const variable = shell.variables.find(part.parameter);
    emit(shell, { many: variable?.keys() ?? [], star: part.index.value === '*' }, out, quoted);
    return;
  }
  let name = part.parameter;
  let values: Values;
  if (part.prefix === '!') {
    const target = part.index ? yield* elementOf(shell, name, part.index) : yield* indirection(shell, name);
    if (target === undefined || target === '') throw new Fatal(`${name}: invalid indirect expansion`);
    name = target;
    values = yield* valuesOfText(shell, target);
  } else {
    values = yield* valuesOf(shell, name, part.index);
  }
  if (part.prefix === '#') {
    out.push({ text: lengthOf(shell, name, values), mode: quoted ? 'quoted' : 'split' });
    return;
  }
  if (operation?.type === 'Default') {
    yield* defaults(shell, part, operation, values, out, quoted);
    return;
  }
  if ('one' in values && values.one === undefined) requireSet(shell, part.index ? part.text.slice(2, -1) : name);
  if (!operation) {
    emit(shell, values, out, quoted);
    return;
  }
  emit(shell, yield* transform(shell, name, values, operation), out, quoted);
}

function* indirection(shell: Shell, name: string): Process<Bytes | undefined> {
  const reference = shell.variables.lookup(name);
  if (reference?.nameref) return reference.text;
  return yield* parameterValue(shell, name);
}

/** `x`, `a[1]`, `a[@]` as the target of an indirection. */
function* valuesOfText(shell: Shell, target: Bytes): Process<Values> {
  const match = /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(target);
  if (!match) return yield* valuesOf(shell, target, undefined);
  if (match[2] === '@' || match[2] === '*') return { many: yield* allOf(shell, match[1]!), star: match[2] === '*' };
  return { one: yield* element(shell, match[1]!, match[2]!) };
}

function* valuesOf(shell: Shell, name: string, index: Word | undefined): Process<Values> {
  if (name === '@' || name === '*') return { many: shell.positional, star: name === '*' };
  if (!index) return { one: yield* parameterValue(shell, name) };
  if (index.value === '@' || index.value === '*') {
    return { many: yield* allOf(shell, name), star: index.value === '*' };
  }
  return { one: yield* elementOf(shell, name, index) };
}

function lengthOf(shell: Shell, name: string, values: Values): Bytes {
  if ('many' in values) return String(values.many.length);
  if (values.one === undefined) requireSet(shell, name);
  return String(characters(values.one ?? '').length);
}

/** Characters of a value, each as a string. */
function characters(value: Bytes): string | readonly string[] {
  return /^[\x00-\x7f]*$/.test(value) ? value : [...fromUtf8(value)];
}

/** Adds values as pieces. */
function emit(shell: Shell, values: Values, out: Piece[], quoted: boolean): void {
  if ('one' in values) {
    out.push({ text: values.one ?? '', mode: quoted ? 'quoted' : 'split' });
    return;
  }
  if (quoted && values.star) {
    const ifs = shell.get('IFS');
    out.push({ text: values.many.join(ifs === undefined ? ' ' : ifs.slice(0, 1)), mode: 'quoted' });
    return;
  }
  values.many.forEach((value, k) => {
    if (k > 0) out.push({ text: '', mode: 'break' });
    out.push({ text: value, mode: quoted ? 'quoted' : 'split' });
  });
}

/** ${x-y} ${x:=y} ${x:+y} ${x?y} */
function* defaults(
  shell: Shell,
  part: ParameterExpansionPart,
  operation: Extract<ParameterOperation, { type: 'Default' }>,
  values: Values,
  out: Piece[],
  quoted: boolean,
): Process<void> {
  const { operator, operand } = operation;
  const text = 'one' in values ? values.one : values.many.length === 0 ? undefined : values.many.join(' ');
  const missing = text === undefined || (operator.startsWith(':') && text === '');
  const kind = operator.at(-1);
  if (kind === '+') {
    if (!missing) yield* operandPieces(shell, operand, out, quoted);
    else if (quoted) out.push({ text: '', mode: 'quoted' });
    return;
  }
  if (!missing) {
    emit(shell, values, out, quoted);
    return;
  }
  if (kind === '-') {
    yield* operandPieces(shell, operand, out, quoted);
    return;
  }
  if (kind === '?') {
    const words = yield* shell.interpreter.word(shell, operand);
    const why = words || (operator === ':?' ? 'parameter null or not set' : 'parameter not set');
    throw new Fatal(`${part.parameter}: ${why}`, shell.unsetStatus, true);
  }
  const value = yield* shell.interpreter.word(shell, operand);
  if (!/^[A-Za-z_]/.test(part.parameter)) throw new Fatal(`$${part.parameter}: cannot assign in this way`);
  yield* assignElement(shell, part.parameter, part.index, value);
  out.push({ text: value, mode: quoted ? 'quoted' : 'split' });
}

/** The operand of a default: its own quotes hold; without any, it is split like the value it stands for. */
function* operandPieces(shell: Shell, operand: Word, out: Piece[], quoted: boolean): Process<void> {
  if (!operand.parts) {
    const tilde = !quoted && operand.text[0] === '~';
    const value = tilde
      ? yield* shell.interpreter.word(shell, operand)
      : quoted
        ? operand.text.replace(/\\(["$`\\}])/g, '$1')
        : operand.value;
    const escaped = !quoted && operand.text !== operand.value && !tilde;
    out.push({ text: value, mode: quoted ? 'quoted' : escaped ? 'plain' : 'split' });
    return;
  }
  const pieces: Piece[] = [];
  yield* shell.interpreter.pieces(shell, operand.parts, pieces, false, !quoted);
  for (const piece of pieces) {
    if (quoted) out.push(piece.mode === 'break' ? piece : { text: piece.text, mode: 'quoted' });
    else out.push(piece.mode === 'plain' ? { text: piece.text, mode: 'split' } : piece);
  }
}

function* assignElement(shell: Shell, name: string, index: Word | undefined, value: Bytes): Process<void> {
  const variable = shell.variables.make(name);
  if (variable.readonly) throw new Fatal(`${name}: readonly variable`);
  if (!index) {
    shell.set(name, value);
    return;
  }
  if (variable.kind === 'associative') {
    variable.associative.set(yield* shell.interpreter.word(shell, index), value);
    return;
  }
  variable.become('indexed');
  variable.put(Number(yield* evaluateText(shell, yield* shell.interpreter.word(shell, index))), value);
}

/** Operations that make new values out of values. */
function* transform(shell: Shell, name: string, values: Values, operation: ParameterOperation): Process<Values> {
  if (operation.type === 'Slice') return yield* slice(shell, name, values, operation);
  let change: (value: Bytes) => Bytes = (value) => value;
  if (operation.type === 'Remove') {
    const pattern = yield* shell.interpreter.pattern(shell, operation.operand);
    change = (value) => removeMatch(value, pattern, operation.operator);
  } else if (operation.type === 'Replace') {
    const pattern = yield* shell.interpreter.pattern(shell, operation.pattern);
    const replacement = yield* shell.interpreter.word(shell, operation.replacement);
    change = (value) => replaceMatch(value, pattern, replacement, operation.operator);
  } else if (operation.type === 'CaseModification') {
    const pattern = operation.operand ? yield* shell.interpreter.pattern(shell, operation.operand) : '?';
    change = (value) => changeCase(value, pattern, operation.operator);
  } else if (operation.type === 'Transform') {
    const kind = operation.operand.value;
    const variable = shell.variables.find(name);
    change = (value) => transformed(value, kind, name, variable);
    if ('one' in values && values.one === undefined) return values;
  }
  if ('one' in values) return { one: change(values.one ?? '') };
  return { many: values.many.map(change), star: values.star };
}

function changeCase(value: Bytes, pattern: Bytes, operator: '^' | '^^' | ',' | ',,'): Bytes {
  const upper = operator.startsWith('^');
  const one = compiled(`^(?:${patternSource(pattern)})$`, '');
  const convert = (c: string): string => {
    if (!one.test(c)) return c;
    return upper ? c.replace(/[a-z]/, (l) => l.toUpperCase()) : c.replace(/[A-Z]/, (l) => l.toLowerCase());
  };
  if (operator.length === 1) return value === '' ? value : convert(value[0]!) + value.slice(1);
  return [...value].map(convert).join('');
}

function transformed(value: Bytes, kind: string, name: string, variable: Variable | undefined): Bytes {
  switch (kind) {
    case 'Q':
      return quoteSingle(value);
    case 'E':
      return decodeEscapes(value, 'ansi').text;
    case 'U':
      return changeCase(value, '?', '^^');
    case 'u':
      return changeCase(value, '?', '^');
    case 'L':
      return changeCase(value, '?', ',,');
    case 'A':
      return `${name}=${quoteSingle(value)}`;
    case 'K':
      return quoteDouble(value);
    case 'a':
      return [
        variable?.kind === 'indexed' ? 'a' : variable?.kind === 'associative' ? 'A' : '',
        variable?.integer ? 'i' : '',
        variable?.readonly ? 'r' : '',
        variable?.exported ? 'x' : '',
      ].join('');
    default:
      return value;
  }
}

/** ${x:2:3}, ${@:2}, ${a[@]:1:2} */
function* slice(
  shell: Shell,
  name: string,
  values: Values,
  operation: Extract<ParameterOperation, { type: 'Slice' }>,
): Process<Values> {
  const offset = Number(yield* evaluateText(shell, yield* shell.interpreter.word(shell, operation.offset)));
  const length = operation.length
    ? Number(yield* evaluateText(shell, yield* shell.interpreter.word(shell, operation.length)))
    : undefined;
  if ('many' in values) {
    const items = name === '@' || name === '*' ? [shell.name, ...values.many] : values.many;
    const from = offset < 0 ? items.length + offset : offset;
    if (length !== undefined && length < 0) throw new Fatal(`${length}: substring expression < 0`);
    if (from < 0) return { many: [], star: values.star };
    const start = (name === '@' || name === '*') && offset === 0 ? 0 : from;
    return { many: items.slice(start, length === undefined ? undefined : start + length), star: values.star };
  }
  const all = characters(values.one ?? '');
  const from = offset < 0 ? all.length + offset : offset;
  if (from < 0 || from > all.length) return { one: '' };
  const to = length === undefined ? all.length : length < 0 ? all.length + length : from + length;
  if (to < from) throw new Fatal(`${length}: substring expression < 0`);
  const piece = all.slice(from, to);
  return { one: typeof piece === 'string' ? piece : utf8(piece.join('')) };
}
