/** Builtins on variables and aliases: declare, export, local, readonly, unset, alias. */
import type { Assignment } from 'unbash';
import type { Bytes } from '../../base/bytes';
import type { Process } from '../../base/process';
import { evaluateText } from '../interpreter/arithmetic';
import { assign, assignValue } from '../interpreter/assign';
import { quoteDouble, quoteSingle } from '../interpreter/escapes';
import type { Shell } from '../interpreter/shell';
import { NAME, type Variable } from '../interpreter/variables';

type Argument = Bytes | Assignment;

interface Attributes {
  readonly on: ReadonlySet<string>;
  readonly off: ReadonlySet<string>;
  readonly rest: readonly Argument[];
  readonly bad: Bytes | undefined;
}

function readAttributes(args: readonly Argument[], known: string): Attributes {
  const on = new Set<string>();
  const off = new Set<string>();
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at]!;
    if (typeof word !== 'string' || !/^[-+]./.test(word)) break;
    if (word === '--') {
      at++;
      break;
    }
    for (const letter of word.slice(1)) {
      if (!known.includes(letter)) return { on, off, rest: [], bad: `${word[0]}${letter}` };
      (word[0] === '-' ? on : off).add(letter);
    }
  }
  return { on, off, rest: args.slice(at), bad: undefined };
}

function* refuseOption(shell: Shell, name: Bytes, option: Bytes, usage: string): Process<number> {
  yield* shell.complain(`${name}: ${option}: invalid option`);
  yield* shell.err(`${name}: usage: ${name} ${usage}\n`);
  return 2;
}

function setAttributes(variable: Variable, attributes: Attributes): void {
  const { on, off } = attributes;
  if (on.has('A')) variable.become('associative');
  else if (on.has('a')) variable.become('indexed');
  if (on.has('i')) variable.integer = true;
  if (on.has('l')) variable.letters = 'lower';
  if (on.has('u')) variable.letters = 'upper';
  if (on.has('x')) variable.exported = true;
  if (on.has('n')) variable.nameref = true;
  if (off.has('i')) variable.integer = false;
  if (off.has('x')) variable.exported = false;
  if (off.has('n')) variable.nameref = false;
  if (off.has('l') || off.has('u')) variable.letters = undefined;
}

/** `local`, and `declare` in a function: a variable of the innermost function. */
function target(shell: Shell, name: string, isLocal: boolean, attributes: Attributes): Variable {
  if (isLocal) return shell.variables.declareLocal(name);
  if (attributes.on.has('n') || attributes.off.has('n'))
    return shell.variables.lookup(name) ?? shell.variables.make(name);
  return shell.variables.make(name);
}

/** Declares each argument and gives it its value. */
function* declareAll(
  shell: Shell,
  args: readonly Argument[],
  attributes: Attributes,
  command: Bytes,
  isLocal: boolean,
): Process<number> {
  let status = 0;
  for (const argument of args) {
    const typed = typeof argument === 'string' ? /^([^=+[]+)(?:\[([^\]]*)\])?(\+?)=(.*)$/s.exec(argument) : null;
    const name = typeof argument === 'string' ? (typed?.[1] ?? argument) : argument.name;
    if (!NAME.test(name)) {
      yield* shell.complain(
        `${command}: \`${typeof argument === 'string' ? argument : argument.text}': not a valid identifier`,
      );
      status = 1;
      continue;
    }
    const known = isLocal ? undefined : shell.variables.find(name);
    if (known?.readonly && (typeof argument !== 'string' || typed)) {
      yield* shell.complain(`${command === 'declare' ? 'declare: ' : ''}${name}: readonly variable`);
      status = 1;
      continue;
    }
    const variable = target(shell, name, isLocal, attributes);
    shell.variables.touch();
    setAttributes(variable, attributes);
    if (typeof argument !== 'string') yield* assign(shell, argument, variable);
    else if (typed) yield* assignValue(shell, name, typed[4]!, { append: typed[3] === '+', into: variable });
    else if (isLocal && command === 'local' && variable.kind === 'scalar') variable.text ??= undefined;
    if (attributes.on.has('r')) variable.readonly = true;
  }
  return status;
}

export function* declare(shell: Shell, args: readonly Argument[], name: Bytes): Process<number> {
  const attributes = readAttributes(args, 'aAfFgiIlnprtux');
  if (attributes.bad)
    return yield* refuseOption(
      shell,
      name,
      attributes.bad,
      '[-aAfFgiIlnrtux] [name[=value] ...] or declare -p [-aAfFilnrtux] [name ...]',
    );
  if (attributes.on.has('f') || attributes.on.has('F')) return yield* declareFunctions(shell, attributes);
  if (attributes.on.has('p') || attributes.rest.length === 0) return yield* printAll(shell, attributes, name);
  const isLocal = shell.functionDepth > 0 && !attributes.on.has('g');
  return yield* declareAll(shell, attributes.rest, attributes, name, isLocal);
}

function* declareFunctions(shell: Shell, attributes: Attributes): Process<number> {
  const wanted = attributes.rest.filter((item): item is Bytes => typeof item === 'string');
  const names = wanted.length > 0 ? wanted : [...shell.functions.keys()].sort((a, b) => (a < b ? -1 : 1));
  let status = 0;
  for (const name of names) {
    const known = shell.functions.get(name);
    if (!known) status = 1;
    else if (attributes.on.has('F')) yield* shell.out(wanted.length > 0 ? `${name}\n` : `declare -f ${name}\n`);
    else yield* shell.out(`${known.source.text.slice(known.node.pos, known.node.end)}\n`);
  }
  return status;
}

/** A declaration that makes the variable again. */
function declaration(name: string, variable: Variable): Bytes {
  const letters = [
    variable.kind === 'indexed' ? 'a' : variable.kind === 'associative' ? 'A' : '',
    variable.integer ? 'i' : '',
    variable.letters === 'lower' ? 'l' : variable.letters === 'upper' ? 'u' : '',
    variable.nameref ? 'n' : '',
    variable.readonly ? 'r' : '',
    variable.exported ? 'x' : '',
  ].join('');
  const head = `declare -${letters || '-'} ${name}`;
  if (variable.kind === 'scalar') return variable.text === undefined ? head : `${head}=${quoteDouble(variable.text)}`;
  const keys = variable.keys();
  const values = variable.values();
  const body = keys.map(
    (key, k) => `[${variable.kind === 'associative' ? quoteKey(key) : key}]=${quoteDouble(values[k]!)}`,
  );
  return `${head}=(${body.join(' ')}${variable.kind === 'associative' && body.length > 0 ? ' ' : ''})`;
}

function quoteKey(key: Bytes): Bytes {
  return /^[A-Za-z0-9_./-]+$/.test(key) ? key : quoteDouble(key);
}

function* printAll(shell: Shell, attributes: Attributes, command: Bytes): Process<number> {
  const wanted = attributes.rest.map((item) => (typeof item === 'string' ? item : item.name));
  let status = 0;
  for (const name of wanted.length > 0 ? wanted : shell.variables.names()) {
    const variable = shell.variables.lookup(name);
    if (!variable) {
      yield* shell.complain(`${command}: ${name}: not found`);
      status = 1;
      continue;
    }
    if (attributes.on.has('x') && !variable.exported) continue;
    if (attributes.on.has('r') && !variable.readonly) continue;
    if (attributes.on.has('a') && variable.kind !== 'indexed') continue;
    if (attributes.on.has('A') && variable.kind !== 'associative') continue;
    yield* shell.out(`${declaration(name, variable)}\n`);
  }
  return status;
}

const EXPORT_USAGE = '[-fn] [name[=value] ...] or export -p';

export function* exportCommand(shell: Shell, args: readonly Argument[], name: Bytes): Process<number> {
  const attributes = readAttributes(args, 'fnp');
  if (attributes.bad) return yield* refuseOption(shell, name, attributes.bad, EXPORT_USAGE);
  if (attributes.on.has('f')) return 0;
  if (attributes.rest.length === 0) {
    return yield* printAll(shell, { ...attributes, on: new Set(['x']) }, name);
  }
  const on = attributes.on.has('n') ? new Set<string>() : new Set(['x']);
  const off = attributes.on.has('n') ? new Set(['x']) : new Set<string>();
  return yield* declareAll(shell, attributes.rest, { ...attributes, on, off }, name, false);
}

export function* readonlyCommand(shell: Shell, args: readonly Argument[], name: Bytes): Process<number> {
  const attributes = readAttributes(args, 'aAfp');
  if (attributes.bad)
    return yield* refuseOption(shell, name, attributes.bad, '[-aAf] [name[=value] ...] or readonly -p');
  const on = new Set([...attributes.on, 'r']);
  if (attributes.rest.length === 0) return yield* printAll(shell, { ...attributes, on }, name);
  return yield* declareAll(shell, attributes.rest, { ...attributes, on }, name, false);
}

export function* local(shell: Shell, args: readonly Argument[], name: Bytes): Process<number> {
  if (shell.functionDepth === 0) {
    yield* shell.complain('local: can only be used in a function');
    return 1;
  }
  const attributes = readAttributes(args, 'aAilnrtux');
  if (attributes.bad) return yield* refuseOption(shell, name, attributes.bad, '[option] name[=value] ...');
  return yield* declareAll(shell, attributes.rest, attributes, name, true);
}

export function* unset(shell: Shell, args: readonly Bytes[]): Process<number> {
  let functions = false;
  let status = 0;
  for (const word of args) {
    if (word === '-f' || word === '-v' || word === '-n') {
      functions = word === '-f';
      continue;
    }
    const part = /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(word);
    const name = part?.[1] ?? word;
    const variable = shell.variables.find(name);
    if (functions) {
      shell.functions.delete(word);
    } else if (variable?.readonly) {
      yield* shell.complain(`unset: ${name}: cannot unset: readonly variable`);
      status = 1;
    } else if (part && variable) {
      if (variable.kind === 'associative') variable.associative.delete(part[2]!);
      else variable.indexed.delete(Number(yield* evaluateText(shell, part[2]!)));
    } else if (variable) {
      shell.variables.unset(name);
    } else {
      shell.functions.delete(word);
    }
  }
  return status;
}

export function* aliasCommand(shell: Shell, args: readonly Argument[]): Process<number> {
  const show = (name: Bytes): Bytes => `alias ${name}=${quoteSingle(shell.aliases.get(name)!)}\n`;
  const words = args[0] === '-p' ? args.slice(1) : args;
  if (words.length === 0) {
    for (const name of [...shell.aliases.keys()].sort((a, b) => (a < b ? -1 : 1))) yield* shell.out(show(name));
    return 0;
  }
  let status = 0;
  for (const argument of words) {
    if (typeof argument !== 'string') {
      const value =
        argument.value.type === 'Word' ? yield* shell.interpreter.word(shell, argument.value) : argument.text;
      shell.aliases.set(argument.name, value);
      continue;
    }
    const typed = /^([^=]+)=(.*)$/s.exec(argument);
    if (typed) shell.aliases.set(typed[1]!, typed[2]!);
    else if (shell.aliases.has(argument)) yield* shell.out(show(argument));
    else {
      yield* shell.complain(`alias: ${argument}: not found`);
      status = 1;
    }
  }
  return status;
}

export function* unalias(shell: Shell, args: readonly Bytes[]): Process<number> {
  if (args[0] === '-a') {
    shell.aliases.clear();
    return 0;
  }
  let status = 0;
  for (const name of args) {
    if (shell.aliases.delete(name)) continue;
    yield* shell.complain(`unalias: ${name}: not found`);
    status = 1;
  }
  return status;
}
