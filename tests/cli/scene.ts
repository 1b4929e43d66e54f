/** What a scene is: command lines and an engine that answers from a table. */
import type { SceneAnswer } from './scene-engine';

export interface SceneCommand {
  readonly argv: readonly string[];
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Scene {
  readonly name: string;
  /** The Swarm header; null leaves it out. Absent is a manager. */
  readonly swarm?: string;
  /** No engine listens. */
  readonly unreachable?: boolean;
  readonly answers: Readonly<Record<string, SceneAnswer>>;
  readonly commands: readonly SceneCommand[];
}

/** `docker node ls --format '{{.ID}}'`: words, quoted as a shell would need them. */
export function line(text: string, more: Omit<SceneCommand, 'argv'> = {}): SceneCommand {
  const argv = [...text.matchAll(/'([^']*)'|(\S+)/g)].map((word) => word[1] ?? word[2]!);
  return { argv, ...more };
}

export function lines(text: string): SceneCommand[] {
  return text
    .split('\n')
    .map((command) => command.trim())
    .filter((command) => command !== '')
    .map((command) => line(command));
}
