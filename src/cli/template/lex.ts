/** The words of a template. Follows Go text/template/parse/lex.go in what it accepts and how it complains. */

type TokenKind =
  | 'text'
  | 'open'
  | 'close'
  | 'space'
  | 'field'
  | 'variable'
  | 'identifier'
  | 'keyword'
  | 'dot'
  | 'nil'
  | 'bool'
  | 'number'
  | 'character'
  | 'string'
  | 'pipe'
  | 'declare'
  | 'assign'
  | '('
  | ')'
  | 'char'
  | 'eof'
  | 'error';

export interface Token {
  readonly kind: TokenKind;
  readonly value: string;
  readonly at: number;
}

const KEYWORDS = new Set(['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'range', 'template', 'with']);
const SPACE = /[ \t\r\n]/;
const WORD = /[\p{L}\p{Nd}_]/u;

/** All tokens of a template. The last one is `eof` or `error`, whose value is the complaint. */
export function lex(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let trim = false;
  while (at < text.length) {
    const open = text.indexOf('{{', at);
    const until = open < 0 ? text.length : open;
    const trimRight = open >= 0 && text[open + 2] === '-' && SPACE.test(text[open + 3] ?? '');
    let start = at;
    let end = until;
    if (trim) while (start < end && SPACE.test(text[start]!)) start++;
    if (trimRight) while (end > start && SPACE.test(text[end - 1]!)) end--;
    if (end > start) tokens.push({ kind: 'text', value: text.slice(start, end), at: start });
    if (open < 0) break;
    const inside = open + (trimRight ? 4 : 2);
    const action = new ActionLexer(text, inside);
    const next = text.startsWith('/*', inside) ? action.comment(tokens) : action.run(tokens, open);
    if (next === undefined) return tokens;
    at = next.at;
    trim = next.trim;
  }
  tokens.push({ kind: 'eof', value: '', at: text.length });
  return tokens;
}

interface Next {
  readonly at: number;
  /** The action ended with `-}}`: white space after it goes. */
  readonly trim: boolean;
}

/** Reads one action, from behind `{{` to behind `}}`. */
class ActionLexer {
  private depth = 0;

  constructor(
    private readonly text: string,
    private at: number,
  ) {}

  comment(tokens: Token[]): Next | undefined {
    const end = this.text.indexOf('*/', this.at);
    if (end < 0) return this.fail(tokens, this.at, 'unclosed comment');
    const close = this.closing(end + 2);
    if (close === undefined) return this.fail(tokens, end + 2, 'comment ends before closing delimiter');
    return close;
  }

  run(tokens: Token[], open: number): Next | undefined {
    tokens.push({ kind: 'open', value: '{{', at: open });
    for (;;) {
      const close = this.closing(this.at);
      if (close !== undefined) {
        if (this.depth > 0) return this.fail(tokens, this.at, 'unclosed left paren');
        tokens.push({ kind: 'close', value: '}}', at: close.at - 2 });
        return close;
      }
      if (this.at >= this.text.length) return this.fail(tokens, this.at, 'unclosed action');
      const token = this.token();
      tokens.push(token);
      if (token.kind === 'error') return undefined;
      this.at = token.at + token.value.length;
    }
  }

  private closing(at: number): Next | undefined {
    if (this.text.startsWith('}}', at)) return { at: at + 2, trim: false };
    if (SPACE.test(this.text[at] ?? '') && this.text.startsWith('-}}', at + 1)) return { at: at + 4, trim: true };
    return undefined;
  }

  private fail(tokens: Token[], at: number, value: string): undefined {
    tokens.push({ kind: 'error', value, at });
    return undefined;
  }

  private token(): Token {
    const { text, at } = this;
    const c = text[at]!;
    const make = (kind: TokenKind, length: number): Token => ({ kind, value: text.slice(at, at + length), at });
    if (SPACE.test(c)) {
      let length = 1;
      while (SPACE.test(text[at + length] ?? '') && this.closing(at + length) === undefined) length++;
      return make('space', length);
    }
    if (c === '|') return make('pipe', 1);
    if (c === '=') return make('assign', 1);
    if (c === ':') return text[at + 1] === '=' ? make('declare', 2) : this.error('expected :=');
    if (c === '(') {
      this.depth++;
      return make('(', 1);
    }
    if (c === ')') {
      if (this.depth-- === 0) return this.error('unexpected right paren');
      return make(')', 1);
    }
    if (c === '"') return this.quoted('"', 'string', 'unterminated quoted string');
    if (c === "'") return this.quoted("'", 'character', 'unterminated character constant');
    if (c === '`') {
      const end = text.indexOf('`', at + 1);
      return end < 0 ? this.error('unterminated raw quoted string') : make('string', end - at + 1);
    }
    if (c === '$') return this.word('variable');
    if (c === '.' && at + 1 < text.length && !/[0-9]/.test(text[at + 1]!)) return this.word('field');
    if (/[+\-0-9.]/.test(c)) return this.number();
    if (WORD.test(c)) return this.identifier();
    if (c >= ' ' && c <= '~') return make('char', 1);
    return this.error(`unrecognized character in action: ${unicodeName(c)}`);
  }

  private error(value: string): Token {
    return { kind: 'error', value, at: this.at };
  }

  private quoted(mark: string, kind: TokenKind, complaint: string): Token {
    const { text, at } = this;
    for (let end = at + 1; end < text.length && text[end] !== '\n'; end++) {
      if (text[end] === '\\') end++;
      else if (text[end] === mark) return { kind, value: text.slice(at, end + 1), at };
    }
    return this.error(complaint);
  }

  private wordEnd(from: number): number {
    let end = from;
    while (end < this.text.length && WORD.test(String.fromCodePoint(this.text.codePointAt(end)!))) end++;
    return end;
  }

  private terminated(end: number): boolean {
    const c = this.text[end];
    return c === undefined || SPACE.test(c) || '.,|:)('.includes(c) || this.text.startsWith('}}', end);
  }

  private word(kind: 'field' | 'variable'): Token {
    const { text, at } = this;
    const end = this.wordEnd(at + 1);
    if (!this.terminated(end)) return this.error(`bad character ${unicodeName(text[end]!)}`);
    if (end === at + 1 && kind === 'field') return { kind: 'dot', value: '.', at };
    return { kind, value: text.slice(at, end), at };
  }

  private identifier(): Token {
    const { text, at } = this;
    const end = this.wordEnd(at);
    if (!this.terminated(end)) return this.error(`bad character ${unicodeName(text[end]!)}`);
    const value = text.slice(at, end);
    if (KEYWORDS.has(value)) return { kind: 'keyword', value, at };
    if (value === 'nil') return { kind: 'nil', value, at };
    return { kind: value === 'true' || value === 'false' ? 'bool' : 'identifier', value, at };
  }

  private number(): Token {
    const { text, at } = this;
    const value = /^[+-]?(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|[0-9_]*\.?[0-9_]*([eE][+-]?[0-9]+)?)/.exec(
      text.slice(at),
    )![0];
    const end = at + value.length;
    // A dot at the very end of the text passes for a number here, and is refused by the parser.
    if (WORD.test(text[end] ?? '') || (!/[0-9]/.test(value) && value !== '.')) {
      return this.error(`bad number syntax: ${JSON.stringify(text.slice(at, end + 1))}`);
    }
    return { kind: 'number', value, at };
  }
}

/** Go's %#U: U+0041 'A'. */
function unicodeName(c: string): string {
  const point = c.codePointAt(0)!;
  return `U+${point.toString(16).toUpperCase().padStart(4, '0')}${point >= 32 && point !== 127 ? ` '${c}'` : ''}`;
}
