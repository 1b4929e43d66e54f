/** Where a text stops being JSON, in the words of Go's encoding/json. Follows Go encoding/json, scanner.go. */

/** The message of a 400 for a body that JSON.parse refused. */
export function jsonSyntaxError(text: string): string {
  if (text.trim() === '') return 'invalid JSON: got EOF while reading request body';
  const scanner = new Scanner(text);
  try {
    scanner.value();
    scanner.blanks();
    if (scanner.at < text.length) return 'unexpected content after JSON';
  } catch (error) {
    if (error instanceof SyntaxProblem) return `invalid JSON: ${error.message}`;
    throw error;
  }
  return 'invalid JSON: unexpected EOF';
}

/** What json.Unmarshal says of a whole text that JSON.parse refused. */
export function unmarshalError(text: string): string {
  const scanner = new Scanner(text);
  try {
    scanner.value();
    scanner.blanks();
    if (scanner.at < text.length) scanner.fail(text[scanner.at]!, 'after top-level value');
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    if (error.message !== 'unexpected EOF') return error.message;
  }
  return 'unexpected end of JSON input';
}

class SyntaxProblem extends Error {}

const DEPTH_MAX = 10_000;

class Scanner {
  at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  blanks(): void {
    while (/[ \t\r\n]/.test(this.text[this.at] ?? '')) this.at++;
  }

  value(): void {
    this.blanks();
    if (++this.depth > DEPTH_MAX) throw new SyntaxProblem('exceeded max depth');
    const first = this.next('looking for beginning of value');
    if (first === '{') this.object();
    else if (first === '[') this.array();
    else if (first === '"') this.string();
    else if (/[-0-9]/.test(first)) this.number(first);
    else if (first === 't') this.literal('true');
    else if (first === 'f') this.literal('false');
    else if (first === 'n') this.literal('null');
    else this.fail(first, 'looking for beginning of value');
    this.depth--;
  }

  private object(): void {
    this.blanks();
    let character = this.next('looking for beginning of object key string');
    if (character === '}') return;
    for (;;) {
      if (character !== '"') this.fail(character, 'looking for beginning of object key string');
      this.string();
      this.blanks();
      this.expect(':', 'after object key');
      this.value();
      this.blanks();
      character = this.next('after object key:value pair');
      if (character === '}') return;
      if (character !== ',') this.fail(character, 'after object key:value pair');
      this.blanks();
      character = this.next('looking for beginning of object key string');
    }
  }

  private array(): void {
    this.blanks();
    if (this.text[this.at] === ']') {
      this.at++;
      return;
    }
    for (;;) {
      this.value();
      this.blanks();
      const character = this.next('after array element');
      if (character === ']') return;
      if (character !== ',') this.fail(character, 'after array element');
    }
  }

  private string(): void {
    for (;;) {
      const character = this.next('in string literal');
      if (character === '"') return;
      if (character < ' ') this.fail(character, 'in string literal');
      if (character !== '\\') continue;
      const escaped = this.next('in string escape code');
      if (escaped === 'u') {
        for (let digit = 0; digit < 4; digit++) {
          const hex = this.next('in \\u hexadecimal character escape');
          if (!/[0-9a-fA-F]/.test(hex)) this.fail(hex, 'in \\u hexadecimal character escape');
        }
      } else if (!/["\\/bfnrt]/.test(escaped)) this.fail(escaped, 'in string escape code');
    }
  }

  private number(first: string): void {
    let digit = first;
    if (digit === '-') {
      digit = this.next('in numeric literal');
      if (!/[0-9]/.test(digit)) this.fail(digit, 'in numeric literal');
    }
    if (digit !== '0') this.digits();
    if (this.text[this.at] === '.') {
      this.at++;
      const after = this.next('after decimal point in numeric literal');
      if (!/[0-9]/.test(after)) this.fail(after, 'after decimal point in numeric literal');
      this.digits();
    }
    if (!/[eE]/.test(this.text[this.at] ?? '')) return;
    this.at++;
    if (/[+-]/.test(this.text[this.at] ?? '')) this.at++;
    const exponent = this.next('in exponent of numeric literal');
    if (!/[0-9]/.test(exponent)) this.fail(exponent, 'in exponent of numeric literal');
    this.digits();
  }

  private digits(): void {
    while (/[0-9]/.test(this.text[this.at] ?? '')) this.at++;
  }

  private literal(word: string): void {
    for (let at = 1; at < word.length; at++) {
      const character = this.next('');
      if (character !== word[at]) this.fail(character, `in literal ${word} (expecting '${word[at]}')`);
    }
  }

  private expect(wanted: string, context: string): void {
    const character = this.next(context);
    if (character !== wanted) this.fail(character, context);
  }

  private next(_context: string): string {
    const character = this.text[this.at];
    if (character === undefined) throw new SyntaxProblem('unexpected EOF');
    this.at++;
    return character;
  }

  fail(character: string, context: string): never {
    const shown = character === "'" ? `'\\''` : character === '"' ? `'"'` : `'${escaped(character)}'`;
    throw new SyntaxProblem(`invalid character ${shown} ${context}`);
  }
}

function escaped(character: string): string {
  if (character >= ' ') return character;
  const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  return short[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
