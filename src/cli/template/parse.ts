/** From words to a tree. Follows Go text/template/parse/parse.go: same grammar, same complaints, same positions. */
import { lex, type Token } from './lex';
import { TemplateError } from './template-error';
import type { Command, Operand, Pipe, TemplateNode, Tree, Variable } from './tree';

/** Parses `text` into its templates: '' is the main one, the others come from define and block. */
export function parseTree(text: string, isFunction: (name: string) => boolean): Tree {
  return new Parser(text, isFunction).parse();
}

type List = readonly TemplateNode[];
/** Why a list of nodes ended. */
type Stop = 'end' | 'else';

class Parser {
  private readonly tokens: Token[];
  private at = 0;
  private variables: string[] = ['$'];
  private rangeDepth = 0;
  private readonly templates = new Map<string, List>();

  constructor(
    private readonly text: string,
    private readonly isFunction: (name: string) => boolean,
  ) {
    this.tokens = lex(text);
  }

  parse(): Tree {
    const main: TemplateNode[] = [];
    while (this.peek().kind !== 'eof') {
      const mark = this.at;
      if (this.peek().kind === 'open') {
        this.next();
        const word = this.nextNonSpace();
        if (word.kind === 'keyword' && word.value === 'define') {
          this.definition();
          continue;
        }
        this.at = mark;
      }
      const node = this.textOrAction();
      if (node === 'end' || node === 'else') this.fail(`unexpected {{${node}}}`);
      if (node !== undefined) main.push(node);
    }
    this.templates.set('', main);
    return { text: this.text, templates: this.templates };
  }

  private fail(message: string, line = this.line()): never {
    throw new TemplateError(`template: :${line}: ${message}`);
  }

  /** The line of the token that was taken last. */
  private line(): number {
    const token = this.tokens[Math.max(0, this.at - 1)]!;
    return lineOf(this.text, token.at);
  }

  private peek(): Token {
    return this.tokens[Math.min(this.at, this.tokens.length - 1)]!;
  }

  private next(): Token {
    const token = this.peek();
    this.at++;
    return token;
  }

  private peekNonSpace(): Token {
    while (this.peek().kind === 'space') this.at++;
    return this.peek();
  }

  private nextNonSpace(): Token {
    this.peekNonSpace();
    return this.next();
  }

  private expect(kind: Token['kind'], context: string): Token {
    const token = this.nextNonSpace();
    if (token.kind !== kind) this.unexpected(token, context);
    return token;
  }

  private unexpected(token: Token, context: string): never {
    if (token.kind === 'error') this.fail(token.value, lineOf(this.text, token.at));
    this.fail(`unexpected ${tokenText(token)} in ${context}`, lineOf(this.text, token.at));
  }

  private textOrAction(): TemplateNode | Stop | undefined {
    const token = this.next();
    if (token.kind === 'text') return { node: 'text', text: token.value };
    if (token.kind === 'open') return this.action();
    return this.unexpected(token, 'input');
  }

  /** Nodes up to {{end}} or {{else}}. */
  private itemList(): { list: List; stop: Stop } {
    const list: TemplateNode[] = [];
    for (;;) {
      if (this.peek().kind === 'eof') {
        this.at++;
        this.fail('unexpected EOF');
      }
      const node = this.textOrAction();
      if (node === 'end' || node === 'else') return { list, stop: node };
      if (node !== undefined) list.push(node);
    }
  }

  private definition(): void {
    const name = this.nextNonSpace();
    if (name.kind !== 'string') this.unexpected(name, 'define clause');
    this.expect('close', 'define clause');
    const outer = this.variables;
    this.variables = ['$'];
    const { list, stop } = this.itemList();
    if (stop !== 'end') this.fail(`unexpected {{else}} in define clause`);
    this.variables = outer;
    this.templates.set(unquote(name.value), list);
  }

  private action(): TemplateNode | Stop | undefined {
    const token = this.nextNonSpace();
    if (token.kind === 'keyword') {
      switch (token.value) {
        case 'block':
          return this.block();
        case 'break':
        case 'continue':
          return this.jump(token.value);
        case 'else':
          return this.elseControl();
        case 'end':
          this.expect('close', 'end');
          return 'end';
        case 'if':
          return this.control('if');
        case 'range':
          return this.control('range');
        case 'with':
          return this.control('with');
        case 'template':
          return this.invocation();
      }
    }
    this.at--;
    const mark = this.variables.length;
    const pipe = this.pipeline('command', 'close');
    // A variable declared by an action lives on to the end of its list.
    this.variables.length = Math.max(mark, this.variables.length);
    return { node: 'action', pipe };
  }

  private jump(word: 'break' | 'continue'): TemplateNode {
    const token = this.nextNonSpace();
    if (token.kind !== 'close') this.unexpected(token, `{{${word}}}`);
    if (this.rangeDepth === 0) this.fail(`{{${word}}} outside {{range}}`);
    return { node: word };
  }

  private elseControl(): Stop {
    const token = this.peekNonSpace();
    // {{else if}}: the caller reads a nested control in its place.
    if (token.kind === 'keyword' && (token.value === 'if' || token.value === 'with')) return 'else';
    this.expect('close', 'else');
    return 'else';
  }

  private control(kind: 'if' | 'range' | 'with'): TemplateNode {
    const mark = this.variables.length;
    const pipe = this.pipeline(kind, 'close');
    if (kind === 'range') this.rangeDepth++;
    const { list, stop } = this.itemList();
    if (kind === 'range') this.rangeDepth--;
    let otherwise: List | undefined;
    if (stop === 'else') {
      const token = this.peek();
      if (token.kind === 'keyword' && token.value === kind && kind !== 'range') {
        this.next();
        otherwise = [this.control(kind)];
      } else if (token.kind === 'keyword') {
        this.unexpected(token, 'else');
      } else {
        const rest = this.itemList();
        if (rest.stop !== 'end') this.fail('expected end; found {{else}}');
        otherwise = rest.list;
      }
    }
    this.variables.length = mark;
    return { node: kind, pipe, list, otherwise };
  }

  private block(): TemplateNode {
    const at = this.peekNonSpace().at;
    const name = this.nextNonSpace();
    if (name.kind !== 'string') this.unexpected(name, 'block clause');
    const pipe = this.pipeline('block clause', 'close');
    const outer = this.variables;
    this.variables = ['$'];
    const { list, stop } = this.itemList();
    if (stop !== 'end') this.fail('unexpected {{else}} in block clause');
    this.variables = outer;
    this.templates.set(unquote(name.value), list);
    return { node: 'template', at, name: unquote(name.value), pipe };
  }

  private invocation(): TemplateNode {
    const at = this.peekNonSpace().at;
    const name = this.nextNonSpace();
    if (name.kind !== 'string') this.unexpected(name, 'template clause');
    let pipe: Pipe | undefined;
    if (this.nextNonSpace().kind !== 'close') {
      this.at--;
      pipe = this.pipeline('template clause', 'close');
    }
    return { node: 'template', at, name: unquote(name.value), pipe };
  }

  private pipeline(context: string, end: 'close' | ')'): Pipe {
    const at = this.peekNonSpace().at;
    const { declared, assign } = this.declarations(context);
    const commands: Command[] = [];
    for (;;) {
      const token = this.nextNonSpace();
      switch (token.kind) {
        case end:
          if (commands.length === 0) this.fail(`missing value for ${context}`);
          this.checkStages(commands);
          return { node: 'pipe', at, declared, assign, commands };
        case 'bool':
        case 'character':
        case 'dot':
        case 'field':
        case 'identifier':
        case 'number':
        case 'nil':
        case 'string':
        case 'variable':
        case '(':
          this.at--;
          commands.push(this.command());
          break;
        default:
          this.unexpected(token, context);
      }
    }
  }

  /** `$x :=`, `$x =`, and for range `$i, $x :=`. */
  private declarations(context: string): { declared: Variable[]; assign: boolean } {
    const declared: Variable[] = [];
    const mark = this.at;
    for (;;) {
      const token = this.peekNonSpace();
      if (token.kind !== 'variable') break;
      this.next();
      const after = this.peekNonSpace();
      if (after.kind === 'assign' || after.kind === 'declare') {
        this.next();
        declared.push(variable(token));
        for (const one of declared) {
          if (after.kind === 'declare') this.variables.push(one.names[0]!);
          else this.checkVariable(one.names[0]!);
        }
        return { declared, assign: after.kind === 'assign' };
      }
      if (after.kind !== 'char' || after.value !== ',') break;
      if (context !== 'range' || declared.length > 0) this.fail(`too many declarations in ${context}`);
      this.next();
      declared.push(variable(token));
    }
    this.at = mark;
    return { declared: [], assign: false };
  }

  private checkStages(commands: readonly Command[]): void {
    commands.forEach((command, index) => {
      const kind = command.operands[0]!.node;
      if (index > 0 && ['bool', 'dot', 'nil', 'number', 'string'].includes(kind)) {
        this.fail(`non executable command in pipeline stage ${index + 1}`);
      }
    });
  }

  private command(): Command {
    const at = this.peekNonSpace().at;
    const operands: Operand[] = [];
    for (;;) {
      this.peekNonSpace();
      const operand = this.operand();
      if (operand !== undefined) operands.push(operand);
      const token = this.next();
      if (token.kind === 'space') continue;
      if (token.kind === 'close' || token.kind === ')') this.at--;
      else if (token.kind !== 'pipe') this.unexpected(token, 'operand');
      break;
    }
    if (operands.length === 0) this.fail('empty command');
    return { node: 'command', at, operands };
  }

  private operand(): Operand | undefined {
    const term = this.term();
    if (term === undefined || this.peek().kind !== 'field') return term;
    // The position is that of the first further field, as upstream has it.
    const at = this.peek().at;
    const fields: string[] = [];
    while (this.peek().kind === 'field') fields.push(this.next().value.slice(1));
    switch (term.node) {
      case 'field':
      case 'variable':
        return { ...term, at, names: [...term.names, ...fields] };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.fail(`unexpected . after term ${JSON.stringify(operandText(term))}`);
      default:
        return { node: 'chain', at, of: term, names: fields };
    }
  }

  private term(): Operand | undefined {
    const token = this.nextNonSpace();
    switch (token.kind) {
      case 'identifier':
        if (!this.isFunction(token.value)) this.fail(`function ${JSON.stringify(token.value)} not defined`);
        return { node: 'identifier', at: token.at, name: token.value };
      case 'dot':
        return { node: 'dot', at: token.at };
      case 'nil':
        return { node: 'nil', at: token.at };
      case 'variable':
        this.checkVariable(token.value);
        return variable(token);
      case 'field':
        return { node: 'field', at: token.at, names: [token.value.slice(1)] };
      case 'bool':
        return { node: 'bool', at: token.at, value: token.value === 'true' };
      case 'character':
        return { node: 'number', at: token.at, value: unquote(token.value).codePointAt(0) ?? 0, text: token.value };
      case 'number':
        if (token.value === '.') this.fail(`illegal number syntax: "."`);
        return { node: 'number', at: token.at, value: numberOf(token.value), text: token.value };
      case 'string':
        return { node: 'string', at: token.at, value: unquote(token.value), text: token.value };
      case '(':
        return this.pipeline('parenthesized pipeline', ')');
    }
    this.at--;
    return undefined;
  }

  private checkVariable(name: string): void {
    if (!this.variables.includes(name)) this.fail(`undefined variable ${JSON.stringify(name)}`);
  }
}

function variable(token: Token): Variable {
  return { node: 'variable', at: token.at, names: [token.value] };
}

function lineOf(text: string, at: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

function tokenText(token: Token): string {
  if (token.kind === 'eof') return 'EOF';
  if (token.kind === 'keyword' || token.kind === 'dot' || token.kind === 'nil') return `<${token.value}>`;
  return token.value.length > 10 ? `${JSON.stringify(token.value.slice(0, 10))}...` : JSON.stringify(token.value);
}

function numberOf(text: string): number {
  const clean = text.replaceAll('_', '');
  const sign = clean.startsWith('-') ? -1 : 1;
  return sign * Number(clean.replace(/^[+-]/, ''));
}

const ESCAPES: { readonly [c: string]: string } = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** The value of a Go string or character literal. */
function unquote(literal: string): string {
  const body = literal.slice(1, -1);
  if (literal[0] === '`') return body;
  return body.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)/g, (_, code: string) => {
    if (/^[xuU]./.test(code)) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]{3}$/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
    return ESCAPES[code] ?? code;
  });
}

/** A node as Go prints it in error messages. */
export function operandText(node: Operand | Command): string {
  switch (node.node) {
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'bool':
      return String(node.value);
    case 'number':
    case 'string':
      return node.text;
    case 'identifier':
      return node.name;
    case 'field':
      return node.names.map((name) => `.${name}`).join('');
    case 'variable':
      return node.names.join('.');
    case 'chain': {
      const of = operandText(node.of);
      return (node.of.node === 'pipe' ? `(${of})` : of) + node.names.map((name) => `.${name}`).join('');
    }
    case 'command':
      return node.operands.map((one) => (one.node === 'pipe' ? `(${operandText(one)})` : operandText(one))).join(' ');
    case 'pipe': {
      const names = node.declared.map((one) => one.names[0]).join(', ');
      const head = names === '' ? '' : `${names} ${node.assign ? '=' : ':='} `;
      return head + node.commands.map(operandText).join(' | ');
    }
  }
}
