/**
 * The placeholders that a task's hostname, environment and mounts may have: `{{.Task.Slot}}` and its kin. Filled in by
 * the node that runs the task; the manager tries them once with made-up values when a service is created.
 * What Go's text/template knows beyond this (range, with, variables, comparisons) is refused in a sentence.
 * Follows moby/swarmkit template/context.go and expand.go; the errors are Go's.
 */
import type { ContainerSpec, Mount } from '../api/index';
import { quote } from '../base/json';
import { fail, ok, type Result } from '../base/result';
import type { TaskObject } from './objects';

export interface TemplateNode {
  readonly hostname: string;
  readonly os: string;
  readonly architecture: string;
}

export type TemplateTask = Pick<TaskObject, 'id' | 'serviceId' | 'serviceName' | 'serviceLabels' | 'slot' | 'nodeId'>;

/** Functions beside the standard ones, of one argument; an Error's message is what went wrong. */
export type TemplateFunctions = { readonly [name: string]: (argument: string) => string };

/** A struct with its type's name, a map of labels, or a plain value. */
type Value = string | number | Struct | ReadonlyMap<string, string>;
interface Struct {
  readonly type: string;
  readonly fields: { readonly [name: string]: Value };
}

/** `web.1.<task id>`; of a global service the node's id stands for the slot. Follows moby/swarmkit api/naming/naming.go. */
export function taskName(task: TemplateTask): string {
  return `${task.serviceName}.${task.slot > 0 ? task.slot : task.nodeId}.${task.id}`;
}

/** The container's spec with its placeholders filled in; the error is upstream's sentence. */
export function expandContainerSpec(
  spec: ContainerSpec,
  task: TemplateTask,
  node: TemplateNode,
): Result<ContainerSpec, string> {
  const fill = (text: string, what: string): string => {
    if (!text.includes('{{')) return text;
    const filled = expandTemplate(text, task, node);
    if (!filled.ok) throw new TemplateError(`expanding ${what}: ${filled.error}`);
    return filled.value;
  };
  try {
    const Env = spec.Env?.map((entry) => {
      const at = entry.indexOf('=') + 1;
      return at === 0 ? entry : entry.slice(0, at) + fill(entry.slice(at), `env failed: expanding env ${quote(entry)}`);
    });
    const Mounts = spec.Mounts?.map((mount) => expandMount(mount, fill));
    const Hostname = spec.Hostname && fill(spec.Hostname, 'hostname failed');
    return ok({ ...spec, ...(Env && { Env }), ...(Mounts && { Mounts }), ...(Hostname && { Hostname }) });
  } catch (error) {
    if (error instanceof TemplateError) return fail(error.message);
    throw error;
  }
}

function expandMount(mount: Mount, fill: (text: string, what: string) => string): Mount {
  const one = (field: 'Source' | 'Target'): Mount => {
    const text = mount[field];
    return text ? { [field]: fill(text, `mounts failed: expanding mount ${field.toLowerCase()} ${quote(text)}`) } : {};
  };
  return { ...mount, ...one('Source'), ...one('Target') };
}

/** Fills in one text. `functions` has what a config's text may call besides. */
export function expandTemplate(
  text: string,
  task: TemplateTask,
  node: TemplateNode,
  functions?: TemplateFunctions,
): Result<string, string> {
  if (!text.includes('{{')) return ok(text);
  try {
    return ok(new Expansion(text, contextOf(task, node, functions !== undefined), functions ?? {}).run());
  } catch (error) {
    if (error instanceof TemplateError) return fail(error.message);
    throw error;
  }
}

function contextOf(task: TemplateTask, node: TemplateNode, payload: boolean): Struct {
  const platform = { type: 'template.Platform', fields: { Architecture: node.architecture, OS: node.os } };
  const labels = new Map(Object.entries(task.serviceLabels));
  const slot = task.slot > 0 ? String(task.slot) : task.nodeId;
  return {
    type: payload ? '*template.PayloadContext' : '*template.Context',
    fields: {
      Service: {
        type: 'struct { ID string; Name string; Labels map[string]string }',
        fields: { ID: task.serviceId, Name: task.serviceName, Labels: labels },
      },
      Node: {
        type: 'struct { ID string; Hostname string; Platform template.Platform }',
        fields: { ID: task.nodeId, Hostname: node.hostname, Platform: platform },
      },
      Task: {
        type: 'struct { ID string; Name string; Slot string }',
        fields: { ID: task.id, Name: taskName(task), Slot: slot },
      },
    },
  };
}

class TemplateError extends Error {}

const TOKEN = /\s*(?:(\|)|("(?:[^"\\]|\\.)*"|`[^`]*`)|(\.[\w.]*)|(\w+)|(\S))/gsy;
const UNMODELLED = ['range', 'with', 'define', 'template', 'block', 'break', 'continue'];
const FUNCTIONS = ['join', 'index', 'print', 'printf', 'len'];

interface Word {
  readonly text: string;
  /** Where it begins in the whole text. */
  readonly at: number;
}

class Expansion {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly context: Struct,
    private readonly functions: TemplateFunctions,
  ) {}

  run(): string {
    return this.block(true, false).out;
  }

  /** Up to the end of the text, or in an `if` to its else or end; what is not `live` is read and left out. */
  private block(live: boolean, nested: boolean): { out: string; end: string } {
    let out = '';
    for (;;) {
      const open = this.text.indexOf('{{', this.at);
      if (open < 0) {
        if (nested) throw this.parseError('unexpected EOF', this.text.length);
        return { out: out + this.text.slice(this.at), end: '' };
      }
      const close = this.text.indexOf('}}', open);
      if (close < 0) throw this.parseError('unclosed action', open);
      let before = this.text.slice(this.at, open);
      let from = open + 2;
      let to = close;
      if (/^-\s/.test(this.text.slice(from, from + 2))) [before, from] = [before.trimEnd(), from + 1];
      this.at = close + 2;
      if (/\s-$/.test(this.text.slice(from, to))) {
        to--;
        while (/\s/.test(this.text[this.at] ?? '')) this.at++;
      }
      out += before;
      if (this.text.startsWith('/*', from)) continue;
      const words = this.words(from, to);
      const first = words[0]?.text;
      if (nested && (first === 'end' || first === 'else')) return { out, end: first };
      if (first === 'if') out += this.choice(words.slice(1), live, open);
      else {
        if (first === 'end' || first === 'else') throw this.parseError(`unexpected {{${first}}}`, open);
        const value = this.pipeline(words, live, open);
        if (live) out += shown(value);
      }
    }
  }

  private choice(condition: readonly Word[], live: boolean, open: number): string {
    const value = this.pipeline(condition, live, open);
    const holds = value !== '' && value !== 0 && !(value instanceof Map && value.size === 0);
    const first = this.block(live && holds, true);
    const second = first.end === 'else' ? this.block(live && !holds, true) : { out: '' };
    return holds ? first.out : second.out;
  }

  private words(from: number, to: number): Word[] {
    const out: Word[] = [];
    TOKEN.lastIndex = from;
    for (let match = TOKEN.exec(this.text); match && TOKEN.lastIndex <= to; match = TOKEN.exec(this.text)) {
      const word = match[0].trimStart();
      out.push({ text: word, at: TOKEN.lastIndex - word.length });
    }
    return out;
  }

  private pipeline(words: readonly Word[], live: boolean, open: number): Value {
    let value: Value | undefined;
    let command: Word[] = [];
    const run = (): void => {
      if (command.length === 0) throw this.parseError('missing value for command', open);
      for (const word of command) this.check(word);
      if (live) value = this.command(command, value);
      command = [];
    };
    for (const word of words) {
      if (word.text === '|') run();
      else command.push(word);
    }
    run();
    return value ?? '';
  }

  /** What the parser refuses. */
  private check({ text, at }: Word): void {
    if (/^\d+$/.test(text) || /^["`.]/.test(text)) return;
    if (UNMODELLED.includes(text) || !/^[A-Za-z_]\w*$/.test(text))
      throw this.parseError(`${quote(text)} is not modelled in this playground`, at);
    if (!FUNCTIONS.includes(text) && !Object.hasOwn(this.functions, text))
      throw this.parseError(`function ${quote(text)} not defined`, at);
  }

  private command(words: readonly Word[], last: Value | undefined): Value {
    const [head, ...rest] = words as [Word, ...Word[]];
    const values = rest.map((word) => this.operand(word));
    if (last !== undefined) values.push(last);
    if (!/^[A-Za-z_]/.test(head.text)) {
      if (values.length > 0) throw this.failure(head, `can't give argument to non-function ${head.text}`);
      return this.operand(head);
    }
    const whole = { text: words.map((word) => word.text).join(' '), at: head.at };
    const own = Object.hasOwn(this.functions, head.text) ? this.functions[head.text] : undefined;
    if (!own) return this.standard(head, whole, values);
    try {
      return own(shown(values[0] ?? ''));
    } catch (error) {
      throw this.failure(whole, `error calling ${head.text}: ${(error as Error).message}`);
    }
  }

  private standard(head: Word, whole: Word, values: readonly Value[]): Value {
    const [first, ...rest] = values;
    if (first === undefined) throw this.failure(head, `wrong number of args for ${head.text}: want at least 1 got 0`);
    switch (head.text) {
      case 'join':
        return rest.map(shown).join(shown(first));
      case 'len':
        return first instanceof Map ? first.size : shown(first).length;
      case 'index':
        if (first instanceof Map) return (first as ReadonlyMap<string, string>).get(shown(rest[0] ?? '')) ?? '';
        throw this.failure(whole, `error calling index: can't index item of type ${typeOf(first)}`);
      case 'printf': {
        const left = [...rest];
        return shown(first).replace(/%([sqvd%])/g, (_, verb: string) => {
          if (verb === '%') return '%';
          const value = shown(left.shift() ?? '');
          return verb === 'q' ? quote(value) : value;
        });
      }
      default:
        return values.map(shown).join('');
    }
  }

  private operand(word: Word): Value {
    if (/^\d+$/.test(word.text)) return Number(word.text);
    if (word.text.startsWith('`')) return word.text.slice(1, -1);
    if (word.text.startsWith('"')) return word.text.slice(1, -1).replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c));
    if (!word.text.startsWith('.')) return this.command([word], undefined);
    let value: Value = this.context;
    const names = word.text.split('.').filter((name) => name !== '');
    // Go takes a chain's place from its second field.
    const place = { text: word.text, at: word.at + (names.length > 1 ? names[0]!.length + 1 : 0) };
    for (const name of names) {
      if (value instanceof Map) {
        const entry: string | undefined = (value as ReadonlyMap<string, string>).get(name);
        if (entry === undefined) throw this.failure(place, `map has no entry for key ${quote(name)}`);
        value = entry;
        continue;
      }
      const fields: { readonly [name: string]: Value } = typeof value === 'object' ? (value as Struct).fields : {};
      const field: Value | undefined = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field === undefined) throw this.failure(place, `can't evaluate field ${name} in type ${typeOf(value)}`);
      value = field;
    }
    return value;
  }

  private parseError(what: string, at: number): TemplateError {
    return new TemplateError(`template: expansion:${this.line(at)}: ${what}`);
  }

  private failure(word: Word, what: string): TemplateError {
    const column = word.at - (this.text.lastIndexOf('\n', word.at - 1) + 1);
    const place = `${this.line(word.at)}:${column}`;
    return new TemplateError(`template: expansion:${place}: executing "expansion" at <${word.text}>: ${what}`);
  }

  private line(at: number): number {
    return this.text.slice(0, at).split('\n').length;
  }
}

function typeOf(value: Value): string {
  if (value instanceof Map) return 'map[string]string';
  return typeof value === 'object' ? (value as Struct).type : typeof value === 'number' ? 'int' : 'string';
}

/** As Go prints it. */
function shown(value: Value): string {
  if (value instanceof Map) {
    const entries = [...(value as ReadonlyMap<string, string>)].sort((a, b) => (a[0] < b[0] ? -1 : 1));
    return `map[${entries.map(([key, text]) => `${key}:${text}`).join(' ')}]`;
  }
  if (typeof value === 'object')
    return `{${Object.values((value as Struct).fields)
      .map(shown)
      .join(' ')}}`;
  return String(value);
}
