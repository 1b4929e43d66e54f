/** The Go types of the Engine API, by the names that error messages show: swarm.Service, system.Info. */
import type { GoType } from './value';
import { ANY } from './value';

/** The description of a type: `swarm.Node`, `*swarm.ManagerStatus`, `[]string`, `map[string]string`. */
export function goType(_name: string): GoType {
  return ANY;
}
