/** Runs a parsed template over a value. Follows Go text/template/exec.go, with its errors. */
import { printValue } from './fmt';
import type { Functions, Parameter } from './functions';
import { operandText } from './parse';
import { TemplateError } from './template-error';
import type { Command, Operand, Pipe, TemplateNode, Tree } from './tree';
import { isTrue } from './truth';
import {
  BOOL,
  concrete,
  FLOAT,
  type GoMethod,
  type GoValue,
  goValue,
  INT,
  indirect,
  resolveType,
  STRING,
  sortedEntries,
  structField,
  zeroData,
} from './value';

/** A value, or Go's invalid one. */
type Value = GoValue | undefined;
/** The value that a pipeline hands to its next stage; MISSING where there is none. */
type Final = Value | typeof MISSING;
const MISSING = Symbol('missing');

/** {{break}} and {{continue}} on their way out of a list. */
type Flow = 'break' | 'continue' | undefined;

/** How deep templates may call each other. */
const MAX_DEPTH = 1000;

export interface RunOptions {
  readonly functions: Functions;
  /** A key that a map lacks is an error rather than <no value>. */
  readonly missingKeyError: boolean;
}

/** The output for one value. Throws TemplateError, which carries what had been written. */
export function runTemplate(tree: Tree, root: GoValue, options: RunOptions): string {
  const out: string[] = [];
  const run = new Run(tree, out, options);
  try {
    run.template('', root, 0);
  } catch (error) {
    if (error instanceof TemplateError) throw new TemplateError(error.message, out.join(''));
    throw error;
  }
  return out.join('');
}

class Run {
  private variables: { name: string; value: Value }[] = [];
  private name = '';
  private depth = 0;
  private context: Operand | Command | undefined;

  constructor(
    private readonly tree: Tree,
    private readonly out: string[],
    private readonly options: RunOptions,
  ) {}

  template(name: string, dot: Value, depth: number): void {
    const outer = { variables: this.variables, name: this.name, depth: this.depth };
    this.name = name;
    this.depth = depth;
    this.variables = [{ name: '$', value: dot }];
    this.list(dot, this.tree.templates.get(name)!);
    this.variables = outer.variables;
    this.name = outer.name;
    this.depth = outer.depth;
  }

  private fail(message: string): never {
    const { context } = this;
    if (!context) throw new TemplateError(`template: : ${message}`);
    const before = this.tree.text.slice(0, context.at);
    const line = before.split('\n').length;
    const column = context.at - (before.lastIndexOf('\n') + 1);
    const shown = operandText(context);
    throw new TemplateError(
      `template: :${line}:${column}: executing ${JSON.stringify(this.name)} at <${shown}>: ${message}`,
    );
  }

  private list(dot: Value, nodes: readonly TemplateNode[]): Flow {
    for (const node of nodes) {
      const flow = this.node(dot, node);
      if (flow) return flow;
    }
    return undefined;
  }

  private node(dot: Value, node: TemplateNode): Flow {
    switch (node.node) {
      case 'text':
        this.out.push(node.text);
        return undefined;
      case 'action': {
        const value = this.pipeline(dot, node.pipe);
        if (node.pipe.declared.length === 0) this.out.push(printValue(value));
        return undefined;
      }
      case 'if':
      case 'with': {
        const mark = this.variables.length;
        const value = this.pipeline(dot, node.pipe);
        const inner = node.node === 'with' ? value : dot;
        let flow: Flow;
        if (isTrue(value)) flow = this.list(inner, node.list);
        else if (node.otherwise) flow = this.list(dot, node.otherwise);
        this.variables.length = mark;
        return flow;
      }
      case 'range':
        return this.range(dot, node);
      case 'template': {
        this.context = { node: 'string', at: node.at, value: node.name, text: `{{template "${node.name}"}}` };
        if (!this.tree.templates.has(node.name)) this.fail(`template ${JSON.stringify(node.name)} not defined`);
        if (this.depth >= MAX_DEPTH) this.fail(`exceeded maximum template depth (${MAX_DEPTH})`);
        this.template(node.name, node.pipe ? this.pipeline(dot, node.pipe) : undefined, this.depth + 1);
        return undefined;
      }
      default:
        return node.node;
    }
  }

  private range(dot: Value, node: Extract<TemplateNode, { node: 'if' | 'range' | 'with' }>): undefined {
    const mark = this.variables.length;
    const { value, nil } = indirect(this.pipeline(dot, node.pipe));
    const items = nil ? [] : this.items(value, node.pipe);
    if (items.length === 0) {
      if (node.otherwise) this.list(dot, node.otherwise);
      this.variables.length = mark;
      return undefined;
    }
    const inner = node.pipe.assign ? this.variables.length : mark;
    for (const [key, item] of items) {
      this.bindRange(node.pipe, key, item, inner);
      const flow = this.list(item, node.list);
      this.variables.length = inner;
      if (flow === 'break') break;
    }
    this.variables.length = mark;
    return undefined;
  }

  private bindRange(pipe: Pipe, key: Value, item: Value, inner: number): void {
    const names = pipe.declared.map((one) => one.names[0]!);
    const set = (name: string, value: Value) => {
      if (pipe.assign) this.assign(name, value);
      else this.variables.push({ name, value });
    };
    // The pipeline itself has declared the names; a range gives them its own values.
    this.variables.length = inner;
    if (names.length === 1) set(names[0]!, item);
    if (names.length === 2) {
      set(names[0]!, key);
      set(names[1]!, item);
    }
  }

  private items(value: Value, pipe: Pipe): readonly (readonly [Value, Value])[] {
    const at = concrete(value);
    if (!at) return [];
    if (at.type.kind === 'slice') {
      const { of } = at.type;
      return ((at.data ?? []) as readonly unknown[]).map((item, index) => [goValue(INT, index), goValue(of, item)]);
    }
    if (at.type.kind === 'map') {
      const { of } = at.type;
      return sortedEntries(at.data).map(([key, item]) => [goValue(STRING, key), goValue(of, item)]);
    }
    if (at.type.kind === 'int') {
      return Array.from({ length: Math.max(0, at.data as number) }, (_, index) => [
        goValue(INT, index),
        goValue(INT, index),
      ]);
    }
    this.context = pipe;
    return this.fail(`range can't iterate over ${printValue(value)}`);
  }

  private assign(name: string, value: Value): void {
    const found = this.variables.findLast((one) => one.name === name);
    if (!found) this.fail(`undefined variable: ${name}`);
    found.value = value;
  }

  private pipeline(dot: Value, pipe: Pipe): Value {
    this.context = pipe;
    let value: Final = MISSING;
    for (const command of pipe.commands) value = this.command(dot, command, value);
    const result = value === MISSING ? undefined : value;
    for (const one of pipe.declared) {
      if (pipe.assign) this.assign(one.names[0]!, result);
      else this.variables.push({ name: one.names[0]!, value: result });
    }
    return result;
  }

  private command(dot: Value, command: Command, final: Final): Value {
    const [first, ...rest] = command.operands as [Operand, ...Operand[]];
    switch (first.node) {
      case 'field':
        return this.fieldChain(dot, dot, first, first.names, rest, final);
      case 'variable':
        return this.variable(dot, first, rest, final);
      case 'chain':
        return this.chain(dot, first, rest, final);
      case 'identifier':
        return this.call(dot, first, command, rest, final);
    }
    if (first.node !== 'pipe') this.context = first;
    if (rest.length > 0 || final !== MISSING) {
      this.context = first;
      this.fail(`can't give argument to non-function ${operandText(first)}`);
    }
    switch (first.node) {
      case 'pipe':
        return this.pipeline(dot, first);
      case 'dot':
        return dot;
      case 'bool':
        return goValue(BOOL, first.value);
      case 'number':
        return goValue(constantType(first.text), first.value);
      case 'string':
        return goValue(STRING, first.value);
      case 'nil':
        return this.fail('nil is not a command');
    }
  }

  private variable(
    dot: Value,
    node: Extract<Operand, { node: 'variable' }>,
    args: readonly Operand[],
    final: Final,
  ): Value {
    this.context = node;
    const found = this.variables.findLast((one) => one.name === node.names[0]);
    if (!found) return this.fail(`undefined variable: ${node.names[0]}`);
    if (node.names.length > 1) return this.fieldChain(dot, found.value, node, node.names.slice(1), args, final);
    if (args.length > 0 || final !== MISSING) this.fail(`can't give argument to non-function ${operandText(node)}`);
    return found.value;
  }

  private chain(dot: Value, node: Extract<Operand, { node: 'chain' }>, args: readonly Operand[], final: Final): Value {
    this.context = node;
    if (node.of.node === 'nil') this.fail(`indirection through explicit nil in ${operandText(node)}`);
    const of = this.argument(dot, node.of, 'any');
    this.context = node;
    return this.fieldChain(dot, of, node, node.names, args, final);
  }

  private fieldChain(
    dot: Value,
    receiver: Value,
    node: Operand,
    names: readonly string[],
    args: readonly Operand[],
    final: Final,
  ): Value {
    this.context = node;
    let value = receiver;
    names.forEach((name, index) => {
      const last = index === names.length - 1;
      value = this.field(dot, value, name, node, last ? args : [], last ? final : MISSING);
    });
    return value;
  }

  private field(
    dot: Value,
    receiver: Value,
    name: string,
    node: Operand,
    args: readonly Operand[],
    final: Final,
  ): Value {
    const whole = concrete(receiver);
    if (!whole) {
      if (this.options.missingKeyError) this.fail(`nil data; no entry for key ${JSON.stringify(name)}`);
      return undefined;
    }
    const { value, nil } = indirect(whole);
    const target = concrete(value)!;
    const { type } = target;
    const hasArgs = args.length > 0 || final !== MISSING;
    if (type.kind === 'methods' || type.kind === 'map') {
      const method = type.methods?.get(name);
      if (method) return this.method(dot, target.data, name, method, node, args, final);
    }
    if (type.kind === 'struct') {
      const found = structField(type, target.data, name);
      if (found) {
        if (hasArgs) this.fail(`${name} has arguments but cannot be invoked as function`);
        return opened(found);
      }
    }
    if (type.kind === 'map') {
      if (hasArgs) this.fail(`${name} is not a method but has arguments`);
      const members = (target.data ?? {}) as { readonly [key: string]: unknown };
      if (Object.hasOwn(members, name)) return opened(goValue(type.of, members[name]));
      if (this.options.missingKeyError) this.fail(`map has no entry for key ${JSON.stringify(name)}`);
      return undefined;
    }
    if (nil && type.kind === 'pointer') {
      const to = resolveType(type.of);
      const known = to.kind !== 'struct' || structField(to, {}, name) !== undefined;
      if (known) this.fail(`nil pointer evaluating ${whole.type.name}.${name}`);
    }
    return this.fail(`can't evaluate field ${name} in type ${whole.type.name}`);
  }

  private method(
    dot: Value,
    self: unknown,
    name: string,
    method: GoMethod,
    node: Operand,
    args: readonly Operand[],
    final: Final,
  ): Value {
    const given = args.length + (final === MISSING ? 0 : 1);
    this.context = node;
    if (given !== method.args) this.fail(`wrong number of args for ${name}: want ${method.args} got ${given}`);
    const values = args.map((arg) => this.argument(dot, arg, 'string'));
    if (final !== MISSING) values.push(this.validate(final, 'string'));
    return goValue(
      method.type,
      method.call(
        self,
        values.map((value) => concrete(value)!.data as string),
      ),
    );
  }

  private call(
    dot: Value,
    node: Extract<Operand, { node: 'identifier' }>,
    command: Command | Operand,
    args: readonly Operand[],
    final: Final,
  ): Value {
    this.context = node;
    const { name } = node;
    const fn = this.options.functions.get(name)!;
    if (name === 'and' || name === 'or') return this.shortCircuit(dot, name, command, args, final);
    const given = args.length + (final === MISSING ? 0 : 1);
    const { parameters, rest } = fn;
    if (rest ? given < parameters.length : given !== parameters.length) {
      const want = rest ? `at least ${parameters.length}` : String(parameters.length);
      this.fail(`wrong number of args for ${name}: want ${want} got ${given}`);
    }
    const values = args.map((arg, index) => this.argument(dot, arg, parameters[index] ?? rest!));
    if (final !== MISSING) values.push(this.validate(final, parameters[args.length] ?? rest!));
    const result = name === 'call' ? { error: notCallable(values[0], args[0]) } : fn.call(values);
    if ('error' in result) {
      this.context = command;
      this.fail(`error calling ${name}: ${result.error}`);
    }
    return result.value;
  }

  private shortCircuit(
    dot: Value,
    name: 'and' | 'or',
    command: Command | Operand,
    args: readonly Operand[],
    final: Final,
  ): Value {
    const given = args.length + (final === MISSING ? 0 : 1);
    this.context = command;
    if (given === 0) this.fail(`wrong number of args for ${name}: want at least 1 got 0`);
    let value: Value;
    for (const arg of args) {
      value = this.argument(dot, arg, 'any');
      if (isTrue(value) === (name === 'or')) return value;
    }
    return final === MISSING ? value : final;
  }

  private argument(dot: Value, node: Operand, wanted: Parameter): Value {
    this.context = node;
    switch (node.node) {
      case 'dot':
        return this.validate(dot, wanted);
      case 'nil':
        if (wanted === 'any' || wanted === '[]string') return undefined;
        return this.fail(`cannot assign nil to ${wanted}`);
      case 'field':
        return this.validate(this.fieldChain(dot, dot, node, node.names, [], MISSING), wanted);
      case 'variable':
        return this.validate(this.variable(dot, node, [], MISSING), wanted);
      case 'pipe':
        return this.validate(this.pipeline(dot, node), wanted);
      case 'identifier':
        return this.validate(this.call(dot, node, node, [], MISSING), wanted);
      case 'chain':
        return this.validate(this.chain(dot, node, [], MISSING), wanted);
    }
    switch (wanted) {
      case 'string':
        if (node.node === 'string') return goValue(STRING, node.value);
        return this.fail(`expected string; found ${operandText(node)}`);
      case 'int':
        if (node.node === 'number' && Number.isInteger(node.value)) return goValue(INT, node.value);
        return this.fail(`expected integer; found ${operandText(node)}`);
      case '[]string':
        return this.fail(`can't handle ${operandText(node)} for arg of type []string`);
      case 'any':
        if (node.node === 'bool') return goValue(BOOL, node.value);
        if (node.node === 'number') return goValue(constantType(node.text), node.value);
        return goValue(STRING, node.value);
    }
  }

  /** A value for a parameter: named Go types do not pass for the plain ones. */
  private validate(value: Value, wanted: Parameter): Value {
    if (wanted === 'any') return value;
    let at = concrete(value);
    if (!at) {
      if (wanted === '[]string') return undefined;
      return this.fail(`invalid value; expected ${wanted}`);
    }
    if (at.type.kind === 'pointer') {
      const of = resolveType(at.type.of);
      if (of.name === wanted) {
        if (at.data === null) this.fail(`dereference of nil pointer of type ${at.type.name}`);
        at = { type: of, data: at.data };
      }
    }
    const slice = wanted === '[]string' && at.type.kind === 'slice' && resolveType(at.type.of).name === 'string';
    if (at.type.name !== wanted && !slice) {
      this.fail(`wrong type for value; expected ${wanted}; got ${at.type.name}`);
    }
    return at;
  }
}

/** Opens an interface: a nil one becomes the invalid value. */
function opened(value: GoValue): Value {
  return resolveType(value.type).kind === 'any'
    ? concrete(value)
    : { type: value.type, data: value.data ?? zeroData(value.type) };
}

/** No value here is a function. */
function notCallable(value: Value, node: Operand | undefined): string {
  const at = concrete(value);
  return at ? `non-function ${node ? operandText(node) : ''} of type ${at.type.name}` : 'call of nil';
}

function constantType(text: string) {
  return /^[+-]?0[xX]/.test(text) || !/[.eE]/.test(text) ? INT : FLOAT;
}
