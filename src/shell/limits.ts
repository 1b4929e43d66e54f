/** What a script says of the time it means to take, read before it runs. */
import { parse, type Statement } from 'unbash';
import type { Bytes } from '../base/bytes';
import type { Micros } from '../base/process';

const UNITS: Record<string, number> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * The sum of the script's top-level `sleep N` in microseconds: those that run once, in no loop, function or subshell.
 * A run's limit of virtual time does not count them: certificates must be seen to age, yet a loop must end.
 */
export function topLevelSleeps(text: Bytes): Micros {
  return parse(text).commands.reduce((sum, statement) => sum + sleepsOf(statement), 0);
}

function sleepsOf(statement: Statement | Statement['command']): Micros {
  switch (statement.type) {
    case 'Statement':
      return sleepsOf(statement.command);
    case 'Redirected':
      return sleepsOf(statement.command);
    case 'AndOr':
      return statement.commands.reduce((sum, command) => sum + sleepsOf(command), 0);
    case 'BraceGroup':
      return statement.body.commands.reduce((sum, command) => sum + sleepsOf(command), 0);
    case 'Command': {
      if (statement.name?.text !== 'sleep') return 0;
      return statement.suffix.reduce((sum, word) => sum + ('text' in word ? seconds(word.text) * 1_000_000 : 0), 0);
    }
    default:
      return 0;
  }
}

function seconds(text: string): number {
  const match = /^(\d{1,9})(?:\.\d*)?([smhd]?)$/.exec(text);
  return match ? Number(match[1]) * (UNITS[match[2]!] ?? 1) : 0;
}
