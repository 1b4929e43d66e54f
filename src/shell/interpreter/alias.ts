/** Aliases: the words of the alias come before the command's own, as if they had been typed. */
import { type Command, parse, type Statement } from 'unbash';
import type { Shell } from './shell';

/** A command, or the several that an alias stands for. */
export type Aliased = Command | { readonly type: 'several'; readonly statements: readonly Statement[] };

/** The command with its alias expanded. Only a bare first word counts, and no alias twice. */
export function expandAlias(shell: Shell, node: Command): Aliased {
  if (shell.aliases.size === 0 || !(shell.interactive || shell.shopts.has('expand_aliases'))) return node;
  let command = node;
  const used = new Set<string>();
  for (;;) {
    const name = command.name;
    if (!name || name.parts || name.text !== name.value || used.has(name.value)) return command;
    const text = shell.aliases.get(name.value);
    if (text === undefined) return command;
    used.add(name.value);
    const script = parse(text);
    const last = script.commands.at(-1);
    const tail = last?.command;
    if (!last || tail?.type !== 'Command') {
      return last ? { type: 'several', statements: script.commands } : withoutName(command, text);
    }
    let suffix = command.suffix;
    if (/[ \t]$/.test(text)) suffix = aliasedArguments(shell, suffix, used);
    const merged: Command = {
      type: 'Command',
      pos: command.pos,
      end: command.end,
      name: tail.name,
      prefix: [...command.prefix, ...tail.prefix],
      suffix: [...tail.suffix, ...suffix],
      args: [],
      redirects: [...tail.redirects, ...command.redirects],
    };
    if (script.commands.length > 1) {
      const statements = [...script.commands.slice(0, -1), { ...statementOf(last), command: merged }];
      return { type: 'several', statements };
    }
    command = merged;
  }
}

function statementOf(statement: Statement): Statement {
  return {
    type: 'Statement',
    pos: statement.pos,
    end: statement.end,
    command: statement.command,
    background: statement.background,
  };
}

/** An alias of nothing: the first argument is the command. */
function withoutName(command: Command, _text: string): Command {
  const [first, ...rest] = command.suffix;
  return {
    type: 'Command',
    pos: command.pos,
    end: command.end,
    name: first?.type === 'Word' ? first : undefined,
    prefix: command.prefix,
    suffix: rest,
    args: [],
    redirects: command.redirects,
  };
}

/** An alias that ends in a blank lets the next word be one too (alias sudo='sudo '). */
function aliasedArguments(shell: Shell, suffix: Command['suffix'], used: Set<string>): Command['suffix'] {
  const [first, ...rest] = suffix;
  if (first?.type !== 'Word' || first.parts || used.has(first.value)) return suffix;
  const text = shell.aliases.get(first.value);
  if (text === undefined) return suffix;
  const inner = parse(text).commands[0]?.command;
  if (inner?.type !== 'Command' || !inner.name) return suffix;
  return [inner.name, ...inner.suffix, ...rest];
}
