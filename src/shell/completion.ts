/** What the Tab key offers: words, and where they go. Asked beside the world; nothing here changes it. */
import type { Completable } from '../cli/index';
import { baseName, join } from './paths';
import { dockerCommand } from './programs/tools';

/** The facts that completion needs, answered at once from what the entrance can see. */
export interface Completer {
  /** Absolute, of the shell that is being typed to. */
  readonly cwd: string;
  readonly home: string;
  /** Programs, builtins, aliases and functions. */
  commands(): readonly string[];
  /** Variables, without the dollar. */
  variables(): readonly string[];
  /** Names that this machine's engine knows; containers, services, nodes … */
  names(kind: Completable): readonly string[];
  /** Machines that ssh reaches. */
  hosts(): readonly string[];
  /** A directory's entries, undefined when there is none. */
  list(path: string): readonly { readonly name: string; readonly directory: boolean }[] | undefined;
}

interface CompletionCandidate {
  /** What replaces the word, quoted where it must be. */
  readonly text: string;
  /** What a list shows. */
  readonly shown: string;
  /** Followed by a blank: nothing can be added to it. */
  readonly final: boolean;
}

export interface Completions {
  /** Where in the line (UTF-16 units) the completed word begins. */
  readonly start: number;
  /** Sorted. */
  readonly candidates: readonly CompletionCandidate[];
}

/** Completes the word before `cursor` of `line`. */
export function completeLine(line: string, cursor: number, completer: Completer): Completions {
  const words = readWords(line.slice(0, cursor));
  const last = words.pop()!;
  const variable = /\$\{?(\w*)$/.exec(last.raw);
  if (variable) {
    const brace = variable[0].startsWith('${');
    const names = completer.variables().filter((name) => name.startsWith(variable[1]!));
    const head = brace ? '${' : '$';
    const tail = brace ? '}' : '';
    return finished(
      last.start + variable.index,
      names.map((name) => ({ text: head + name + tail, shown: name, final: true })),
    );
  }
  const command = commandWords(words.map((word) => word.value));
  if (command.length === 0 && !last.redirect) return completeCommand(last, completer);
  if (last.redirect) return completeFile(last, completer);
  if (command[0] === 'docker') return completeDocker(command.slice(1), last, completer);
  if (command[0] === 'lab') return completeLab(command.slice(1), last, completer);
  if (command[0] === 'ssh' && command.filter((word) => !word.startsWith('-')).length === 1) {
    return plain(last, completer.hosts());
  }
  if (['cd', 'pushd', 'mkdir', 'rmdir'].includes(command[0]!)) return completeFile(last, completer, true);
  if (['export', 'unset', 'declare', 'readonly'].includes(command[0]!)) return plain(last, completer.variables());
  if (['type', 'which', 'command', 'man', 'help'].includes(command[0]!)) return plain(last, completer.commands());
  return completeFile(last, completer);
}

interface TypedWord {
  /** As typed, quotes included. */
  readonly raw: string;
  /** What it comes to. */
  readonly value: string;
  readonly start: number;
  /** The quote that is still open at its end. */
  readonly quote: '"' | "'" | '';
  /** A redirection stands before it. */
  readonly redirect: boolean;
}

/** The words of the command that the end of the line belongs to; the last one may be empty. */
function readWords(text: string): TypedWord[] {
  let words: TypedWord[] = [];
  let at = 0;
  let redirect = false;
  for (;;) {
    while (text[at] === ' ' || text[at] === '\t') at++;
    if (at < text.length && '|&;(\n'.includes(text[at]!)) {
      words = [];
      redirect = false;
      at++;
      continue;
    }
    if (text[at] === '<' || text[at] === '>') {
      redirect = true;
      at++;
      continue;
    }
    const start = at;
    let value = '';
    let quote: TypedWord['quote'] = '';
    for (; at < text.length; at++) {
      const c = text[at]!;
      if (quote === "'" ? c === "'" : quote === '"' && c === '"') quote = '';
      else if (quote === '' && (c === '"' || c === "'")) quote = c;
      else if (c === '\\' && quote !== "'") value += text[++at] ?? '';
      else if (quote === '' && text.startsWith('$(', at)) {
        // A substitution begins a command of its own.
        return readWords(text.slice(at + 2)).map((word) => ({ ...word, start: word.start + at + 2 }));
      } else if (quote === '' && ' \t|&;<>()\n'.includes(c)) break;
      else value += c;
    }
    const word: TypedWord = { raw: text.slice(start, at), value, start, quote, redirect };
    if (at >= text.length) return [...words, word];
    if (!redirect) words.push(word);
    redirect = false;
  }
}

/** The words from the command's name on: assignments, sudo and its like, and keywords stand before it. */
function commandWords(words: readonly string[]): readonly string[] {
  let at = 0;
  while (at < words.length) {
    const word = words[at]!;
    if (/^\w+=/.test(word) || /^(?:sudo|time|watch|nohup|xargs|exec|then|do|else|if|while|until|!|\{)$/.test(word))
      at++;
    else if (at > 0 && word.startsWith('-') && /^(?:sudo|watch|xargs)$/.test(words[at - 1]!)) at++;
    else if (word === 'ssh' && words.length >= at + 2 && !words[at + 1]!.startsWith('-')) at += 2;
    else break;
  }
  return words.slice(at);
}

function finished(start: number, candidates: readonly CompletionCandidate[]): Completions {
  const seen = new Map(candidates.map((candidate) => [candidate.text, candidate]));
  return { start, candidates: [...seen.values()].sort((a, b) => (a.text < b.text ? -1 : 1)) };
}

/** Characters that would end a word or mean something are quoted as the word began. */
function quoted(text: string, quote: TypedWord['quote']): string {
  if (quote === "'") return `'${text.replaceAll("'", "'\\''")}`;
  if (quote === '"') return `"${text.replace(/["$`\\]/g, '\\$&')}`;
  return text.replace(/[\s'"\\$`&|;<>()*?[\]#!{}]/g, '\\$&');
}

function closeQuote(text: string, word: TypedWord, final: boolean): string {
  return quoted(text, word.quote) + (final ? word.quote : '');
}

function plain(word: TypedWord, names: readonly string[]): Completions {
  const fitting = names.filter((name) => name.startsWith(word.value));
  return finished(
    word.start,
    fitting.map((name) => ({ text: closeQuote(name, word, true), shown: name, final: true })),
  );
}

function completeCommand(word: TypedWord, completer: Completer): Completions {
  if (word.value.includes('/')) return completeFile(word, completer);
  return plain(word, completer.commands());
}

/** Files: what stands before the last slash stays as it was typed, ~ included. */
function completeFile(word: TypedWord, completer: Completer, directories = false): Completions {
  const slash = word.value.lastIndexOf('/');
  const head = word.value.slice(0, slash + 1);
  const tail = word.value.slice(slash + 1);
  const home = /^~(?=\/|$)/.test(word.value) && word.quote === '';
  if (word.value === '~') return finished(word.start, [{ text: '~/', shown: '~/', final: false }]);
  const where = join(completer.cwd, home ? head.replace(/^~/, completer.home) : head || '.');
  const entries = completer.list(where) ?? [];
  const fitting = entries.filter(
    ({ name, directory }) =>
      name.startsWith(tail) && (!name.startsWith('.') || tail.startsWith('.')) && (directory || !directories),
  );
  return finished(
    word.start,
    fitting.map(({ name, directory }) => {
      const whole = `${head}${name}${directory ? '/' : ''}`;
      const text = home ? `~${quoted(whole.slice(1), '')}` : closeQuote(whole, word, !directory);
      return { text, shown: `${baseName(name)}${directory ? '/' : ''}`, final: !directory };
    }),
  );
}

/** docker's commands and flags from the cli, its objects and files from here. */
function completeDocker(before: readonly string[], word: TypedWord, completer: Completer): Completions {
  const { candidates, names, prefix } = dockerCommand().complete([...before, word.value]);
  const out: CompletionCandidate[] = candidates.map(({ text }) => ({
    text: closeQuote(text, word, true),
    shown: text,
    final: !text.endsWith('='),
  }));
  if (names === 'file') {
    const files = completeFile({ ...word, value: prefix, quote: '' }, completer);
    const head = word.value.slice(0, word.value.length - prefix.length);
    for (const file of files.candidates) out.push({ ...file, text: head + file.text });
  } else if (names) {
    const head = word.value.slice(0, word.value.length - prefix.length);
    for (const name of completer.names(names)) {
      if (name.startsWith(prefix)) out.push({ text: closeQuote(head + name, word, true), shown: name, final: true });
    }
  }
  return finished(word.start, out);
}

const ACTS = ['add', 'heal', 'help', 'kill', 'latency', 'load', 'loss', 'ls', 'partition', 'start', 'until'];

function completeLab(before: readonly string[], word: TypedWord, completer: Completer): Completions {
  if (before.length === 0) return plain(word, ACTS);
  if (before[0] === 'until' && before.length === 1) {
    return plain(word, ['settled', 'leader', ...completer.hosts(), ...completer.names('service')]);
  }
  if (before[0] === 'load') return plain(word, before.length === 1 ? completer.names('container') : []);
  // `lab partition node1,no…`: the part after the last comma.
  const comma = word.value.lastIndexOf(',') + 1;
  const tail = plain({ ...word, value: word.value.slice(comma) }, completer.hosts());
  const head = word.value.slice(0, comma);
  return {
    start: tail.start,
    candidates: tail.candidates.map((candidate) => ({ ...candidate, text: head + candidate.text })),
  };
}
