/** A shell's variables: scalars, indexed and associative arrays, attributes, and the scopes of functions. */
import type { Bytes } from '../../base/bytes';

export type VariableKind = 'scalar' | 'indexed' | 'associative';

const ELEMENTS_MAX = 1_000_000;
const NO_INDEXED: Map<number, Bytes> = new Map();
const NO_ASSOCIATIVE: Map<Bytes, Bytes> = new Map();

export class Variable {
  kind: VariableKind = 'scalar';
  /** A scalar's value; undefined is declared but unset. */
  text: Bytes | undefined;
  /** Subscript → element, in order of insertion. */
  indexed: Map<number, Bytes> = NO_INDEXED;
  associative: Map<Bytes, Bytes> = NO_ASSOCIATIVE;
  /** The highest subscript of `measured`; looked for anew when it is gone, or the whole map is another. */
  private highest = -1;
  private measured = NO_INDEXED;
  exported = false;
  readonly = false;
  integer = false;
  letters: 'lower' | 'upper' | undefined;
  nameref = false;

  copy(): Variable {
    const out = new Variable();
    out.kind = this.kind;
    out.text = this.text;
    if (this.kind === 'indexed') out.indexed = new Map(this.indexed);
    if (this.kind === 'associative') out.associative = new Map(this.associative);
    out.exported = this.exported;
    out.readonly = this.readonly;
    out.integer = this.integer;
    out.letters = this.letters;
    out.nameref = this.nameref;
    return out;
  }

  /** Subscripts of an indexed array, ascending. */
  subscripts(): number[] {
    return [...this.indexed.keys()].sort((a, b) => a - b);
  }

  /** Where the next element of an indexed array goes. */
  end(): number {
    if (this.measured === this.indexed && this.indexed.has(this.highest)) return this.highest + 1;
    this.measured = this.indexed;
    this.highest = -1;
    for (const at of this.indexed.keys()) if (at > this.highest) this.highest = at;
    return this.highest + 1;
  }

  /** Sets an element of an indexed array. Beyond what memory holds its shell ends, as any process that wants too much. */
  put(at: number, value: Bytes): void {
    if (this.indexed.size >= ELEMENTS_MAX) throw new RangeError('too many elements');
    this.indexed.set(at, value);
    if (at > this.highest && this.measured === this.indexed) this.highest = at;
  }

  /** Every value: elements in the order of their subscripts, or the scalar's one. */
  values(): Bytes[] {
    if (this.kind === 'indexed') return this.subscripts().map((at) => this.indexed.get(at)!);
    if (this.kind === 'associative') return [...this.associative.values()];
    return this.text === undefined ? [] : [this.text];
  }

  keys(): Bytes[] {
    if (this.kind === 'indexed') return this.subscripts().map(String);
    if (this.kind === 'associative') return [...this.associative.keys()];
    return this.text === undefined ? [] : ['0'];
  }

  /** The value of the name without a subscript. */
  value(): Bytes | undefined {
    if (this.kind === 'indexed') return this.indexed.get(0);
    if (this.kind === 'associative') return this.associative.get('0');
    return this.text;
  }

  become(kind: VariableKind): void {
    if (this.kind === kind) return;
    if (kind === 'indexed') {
      this.indexed = new Map(this.text === undefined ? [] : [[0, this.text]]);
    } else if (kind === 'associative') {
      this.associative = new Map();
    }
    this.text = undefined;
    this.kind = kind;
  }
}

/** Scopes from the global one to the innermost function's. Names are looked up from the inside out, as in bash. */
export class Variables {
  private scopes: Map<string, Variable>[] = [new Map()];
  private exports: Map<string, Bytes> | undefined;

  /** Copies everything, for a subshell. */
  copy(): Variables {
    const out = new Variables();
    out.scopes = this.scopes.map((scope) => new Map([...scope].map(([name, variable]) => [name, variable.copy()])));
    return out;
  }

  /** The variable that a name means here, following references. */
  find(name: string): Variable | undefined {
    for (let hops = 0; hops < 8; hops++) {
      const variable = this.lookup(name);
      if (!variable?.nameref || variable.text === undefined) return variable;
      name = variable.text;
    }
    return undefined;
  }

  /** The variable itself, a reference too. */
  lookup(name: string): Variable | undefined {
    for (let depth = this.scopes.length - 1; depth >= 0; depth--) {
      const variable = this.scopes[depth]!.get(name);
      if (variable) return variable;
    }
    return undefined;
  }

  /** The variable to assign to, made in the global scope when there is none. */
  make(name: string): Variable {
    const reference = this.lookup(name);
    if (reference?.nameref && reference.text !== undefined && reference.text !== name) return this.make(reference.text);
    this.exports = undefined;
    if (reference) return reference;
    const variable = new Variable();
    this.scopes[0]!.set(name, variable);
    return variable;
  }

  /** A new variable in the innermost scope (local, declare in a function, a temporary assignment). */
  declareLocal(name: string): Variable {
    this.exports = undefined;
    const scope = this.scopes.at(-1)!;
    const known = scope.get(name);
    if (known) return known;
    const variable = new Variable();
    variable.exported = this.lookup(name)?.exported ?? false;
    scope.set(name, variable);
    return variable;
  }

  unset(name: string): void {
    this.exports = undefined;
    for (let depth = this.scopes.length - 1; depth >= 0; depth--) {
      const scope = this.scopes[depth]!;
      if (!scope.has(name)) continue;
      // A local of the running function stays local, without a value.
      if (depth > 0 && depth === this.scopes.length - 1) scope.set(name, new Variable());
      else scope.delete(name);
      return;
    }
  }

  push(): void {
    this.scopes.push(new Map());
  }

  pop(): void {
    this.scopes.pop();
    this.exports = undefined;
  }

  get depth(): number {
    return this.scopes.length - 1;
  }

  /** Something was changed in a variable: the environment is made anew. */
  touch(): void {
    this.exports = undefined;
  }

  /** All names that are visible here, sorted. */
  names(): string[] {
    const all = new Set<string>();
    for (const scope of this.scopes) for (const name of scope.keys()) all.add(name);
    return [...all].sort((a, b) => (a < b ? -1 : 1));
  }

  /** What a child process gets: exported scalars. */
  environment(): ReadonlyMap<string, Bytes> {
    if (this.exports) return this.exports;
    const out = new Map<string, Bytes>();
    for (const scope of this.scopes) {
      for (const [name, variable] of scope) {
        if (variable.exported && variable.kind === 'scalar' && variable.text !== undefined)
          out.set(name, variable.text);
        else out.delete(name);
      }
    }
    this.exports = out;
    return out;
  }
}

export const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
