/** Help texts and usage lines. Follows docker/cli cli/cobra.go, usageTemplate, and cmd/docker/docker.go. */
import { COMMON, type CommandDefinition, type Condition, findCommand } from '../data/catalog';
import { flagUsages } from './wrap';

/** What the engine said to the ping; undefined when it did not answer: then nothing is hidden. */
export interface EngineFacts {
  readonly experimental: boolean;
  /** The Swarm header's state; undefined when there was none. */
  readonly swarmState: string | undefined;
  readonly manager: boolean;
}

export interface HelpOptions {
  readonly engine: EngineFacts | undefined;
  /** The terminal that stdin is, or 80. */
  readonly columns: number;
  /** Stdout is a terminal: the last line of docker's own help is bold. */
  readonly bold: boolean;
  /** Where the client's configuration lies: the defaults of docker's own flags name it. */
  readonly configDirectory: string;
}

/** `docker service create [OPTIONS] IMAGE [COMMAND] [ARG...]`: as errors quote it. */
export function usageLine(command: CommandDefinition): string {
  if (command.path === '') return 'docker [OPTIONS] COMMAND [ARG...]';
  return `docker ${command.path}${command.use === '' ? '' : ` ${command.use}`}`;
}

/** `docker service create`. */
export function commandPath(command: CommandDefinition): string {
  return command.path === '' ? 'docker' : `docker ${command.path}`;
}

function shown(condition: Condition | '' | undefined, engine: EngineFacts | undefined): boolean {
  if (condition === 'hidden') return false;
  if (engine === undefined) return true;
  switch (condition) {
    case 'windows':
      return false;
    case 'experimental':
      return engine.experimental;
    case 'manager':
      return engine.swarmState === undefined || engine.manager;
    case 'active':
      return engine.swarmState !== 'inactive';
    default:
      return true;
  }
}

/** The commands under one that help lists and completion offers. */
export function visibleChildren(command: CommandDefinition, engine: EngineFacts | undefined): CommandDefinition[] {
  return command.children
    .map((name) => findCommand(command.path === '' ? name : `${command.path} ${name}`)!)
    .filter((child) => shown(child.swarm, engine) && (!child.experimental || shown('experimental', engine)));
}

/** The help of a command, with its last newline. */
export function helpText(command: CommandDefinition, options: HelpOptions): string {
  const flags = command.flags.filter((flag) => shown(flag.condition, options.engine));
  const sections = [head(command), (command.long ?? command.short).trim()];
  if (command.experimentalCli || isUnderExperimental(command)) sections.push(experimentalNote(command));
  if (command.aliases.length > 0)
    sections.push(`Aliases:\n  ${command.aliases.map((alias) => `docker ${alias}`).join(', ')}`);
  if (command.examples !== undefined) sections.push(`Examples:\n${command.examples}`);
  if (command.path !== '' && flags.length > 0) sections.push(`Options:\n${flagUsages(flags, options.columns - 1)}`);
  sections.push(...childSections(command, options.engine));
  if (command.path === '') {
    const placed = flags.map((flag) => ({
      ...flag,
      usage: flag.usage.replace('"/root/.docker', `"${options.configDirectory}`),
    }));
    sections.push(`Global Options:\n${flagUsages(placed, options.columns - 1)}`);
  }
  if (command.group) sections.push(`Run '${commandPath(command)} COMMAND --help' for more information on a command.`);
  let text = `${sections.join('\n\n')}\n`;
  if (command.path === '') {
    const more = 'For more help on how to use Docker, head to https://docs.docker.com/go/guides/';
    text += `\n${options.bold ? `\x1b[1m${more}\x1b[0m` : more}\n`;
  }
  return text;
}

function head(command: CommandDefinition): string {
  if (!command.group) return `Usage:  ${usageLine(command)}`;
  return `Usage:  ${commandPath(command)}${command.path === '' ? ' [OPTIONS]' : ''} COMMAND`;
}

function isUnderExperimental(command: CommandDefinition): boolean {
  return command.path.startsWith('manifest ');
}

function experimentalNote(command: CommandDefinition): string {
  return [
    'EXPERIMENTAL:',
    `  ${commandPath(command)} is an experimental feature.`,
    '  Experimental features provide early access to product functionality. These',
    '  features may change between releases without warning, or can be removed from a',
    '  future release. Learn more about experimental features in our documentation:',
    '  https://docs.docker.com/go/experimental/',
  ].join('\n');
}

function childSections(command: CommandDefinition, engine: EngineFacts | undefined): string[] {
  const children = visibleChildren(command, engine);
  const names = children.map((child) => child.path.slice(child.path.lastIndexOf(' ') + 1));
  const width = Math.max(11, ...names.map((name) => name.length));
  const section = (title: string, members: readonly CommandDefinition[]): string[] => {
    if (members.length === 0) return [];
    const lines = members.map((member) => {
      const name = member.path.slice(member.path.lastIndexOf(' ') + 1);
      return `  ${name.padEnd(width)} ${member.short}`;
    });
    return [`${title}:\n${lines.join('\n')}`];
  };
  const isRoot = command.path === '';
  const common = isRoot ? COMMON.map((name) => findCommand(name)!) : [];
  const groups = children.filter((child) => child.group);
  return [
    ...section('Common Commands', common),
    ...section(
      'Management Commands',
      groups.filter((child) => child.swarm === undefined),
    ),
    ...section(
      'Swarm Commands',
      groups.filter((child) => child.swarm !== undefined),
    ),
    ...section(
      'Commands',
      children.filter((child) => !child.group && !common.includes(child)),
    ),
  ];
}
