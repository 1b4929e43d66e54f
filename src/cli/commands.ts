/**
 * Every modelled command by its canonical path: the name under its management command (`container ls`, never `ps`).
 * A path of the data that is not here is a real command that this engine does not model.
 */
import type { Run } from './command';
import { objectCommands } from './objects';

export const commands: ReadonlyMap<string, Run> = new Map<string, Run>([...objectCommands]);
