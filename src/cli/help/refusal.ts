/** Wrong arguments and flags, in docker's words. Follows docker/cli cli/required.go and cli/cobra.go. */
import type { CommandDefinition } from '../data/catalog';
import { commandPath, usageLine } from './usage';

/** The error for a wrong number of arguments; undefined when it is right. */
export function argumentProblem(command: CommandDefinition, args: readonly string[]): string | undefined {
  const { arity } = command;
  const say = (what: string, verb = 'Run'): string =>
    `docker: '${commandPath(command)}' ${what}\n\n` +
    `Usage:  ${usageLine(command)}\n\n${verb} '${commandPath(command)} --help' for more information`;
  const plural = (count: number): string => (count === 1 ? 'argument' : 'arguments');
  switch (arity.kind) {
    case 'exactly':
      if (args.length === arity.count) return undefined;
      if (arity.count === 0) return say('accepts no arguments');
      return say(`requires ${arity.count} ${plural(arity.count)}`);
    case 'at-least':
      if (args.length >= arity.count) return undefined;
      return say(`requires at least ${arity.count} ${plural(arity.count)}`, 'See');
    case 'at-most':
      // The typing error is upstream's.
      return args.length <= arity.count
        ? undefined
        : say(`requires at most ${arity.count} ${plural(arity.count)}`, 'SRun');
    case 'between':
      if (args.length >= arity.low && args.length <= arity.high) return undefined;
      return say(`requires at least ${arity.low} and at most ${arity.high} ${plural(arity.high)}`);
    case 'any':
      return undefined;
  }
}

/** A flag that was refused, with usage line and hint. The exit status is 125. */
export function flagRefusal(command: CommandDefinition, why: string): string {
  return `${why}\n\nUsage:  ${usageLine(command)}\n\nRun '${commandPath(command)} --help' for more information`;
}

/** `docker node foo`. */
export function unknownCommand(group: CommandDefinition, name: string): string {
  const usage = group.path === '' ? '' : `Usage:  ${commandPath(group)}\n\n`;
  return (
    `docker: unknown command: ${commandPath(group)} ${name}\n\n` +
    `${usage}Run '${commandPath(group)} --help' for more information`
  );
}
