/** The tree of a parsed template. `at` is a position in its text, for error messages. */

export interface Variable {
  readonly node: 'variable';
  readonly at: number;
  /** `$x` and the fields behind it. */
  readonly names: readonly string[];
}

export interface Pipe {
  readonly node: 'pipe';
  readonly at: number;
  readonly declared: readonly Variable[];
  readonly assign: boolean;
  readonly commands: readonly Command[];
}

export interface Command {
  readonly node: 'command';
  readonly at: number;
  readonly operands: readonly Operand[];
}

export type Operand =
  | { readonly node: 'dot'; readonly at: number }
  | { readonly node: 'nil'; readonly at: number }
  | { readonly node: 'bool'; readonly at: number; readonly value: boolean }
  | { readonly node: 'number'; readonly at: number; readonly value: number; readonly text: string }
  | { readonly node: 'string'; readonly at: number; readonly value: string; readonly text: string }
  | { readonly node: 'identifier'; readonly at: number; readonly name: string }
  | { readonly node: 'field'; readonly at: number; readonly names: readonly string[] }
  | { readonly node: 'chain'; readonly at: number; readonly of: Operand; readonly names: readonly string[] }
  | Variable
  | Pipe;

export type TemplateNode =
  | { readonly node: 'text'; readonly text: string }
  | { readonly node: 'action'; readonly pipe: Pipe }
  | {
      readonly node: 'if' | 'range' | 'with';
      readonly pipe: Pipe;
      readonly list: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[] | undefined;
    }
  | { readonly node: 'template'; readonly at: number; readonly name: string; readonly pipe: Pipe | undefined }
  | { readonly node: 'break' | 'continue' };

export interface Tree {
  readonly text: string;
  /** By name; '' is the template itself. */
  readonly templates: ReadonlyMap<string, readonly TemplateNode[]>;
}
