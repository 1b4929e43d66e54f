/** What the Nodes view knows of hosts, tasks and services: the words between model, layout and drawing. */
import type { Micros } from '../base/process';
import type { StateClass } from '../scene/index';

/** A task on a card, or in the tray of those that wait; or a container outside the swarm. */
export interface Tile {
  readonly id: string;
  readonly table: 'task' | 'container';
  readonly kind: StateClass;
  readonly name: string;
  readonly word: string;
  /** Order of its service; -1 for plain containers. */
  readonly order: number;
  readonly serviceId: string;
  /** Earlier attempts in its slot, oldest first: whether each failed. At most four. */
  readonly edges: readonly boolean[];
  /** The last report of a host that is not heard from. */
  readonly ghost: boolean;
  /** Part of the batch that an update replaces just now. */
  readonly batch: boolean;
  /** Its slot's name: where a ghost's replacement is looked for. */
  readonly slot: string;
}

export type Role = 'leader' | 'manager' | 'worker' | 'none';

export interface HostModel {
  readonly name: string;
  readonly ip: string;
  readonly nodeId: string;
  readonly role: Role;
  /** Under the name: the role, and how long it has been off. */
  readonly sub: string;
  readonly kind: StateClass;
  readonly word: string;
  readonly powered: boolean;
  /** Off, or a node that is not heard from: drawn dashed. */
  readonly silent: boolean;
  readonly availability: 'active' | 'pause' | 'drain';
  readonly segment: number;
  readonly tiles: readonly Tile[];
  readonly ports: readonly PortTag[];
  readonly foot: string;
  readonly footAlarm: boolean;
  /** When the dispatcher last heard from it and when its patience ends; equal when no session runs. */
  readonly heartbeatAt: Micros;
  readonly heartbeatDeadline: Micros;
}

/** How much room a task gets: by how many there are. */
export type Density = 'tiles' | 'small' | 'dots' | 'bars';

export interface NodesModel {
  readonly hosts: readonly HostModel[];
  /** Whether there is a swarm to show. */
  readonly swarm: boolean;
  readonly services: readonly ServiceRow[];
  readonly notes: readonly string[];
  /** Tasks without a node. */
  readonly tray: readonly Tile[];
  /** Docker's own sentence about the first of them. */
  readonly trayReason: string;
  readonly density: Density;
  readonly form: 'cards' | 'rows' | 'cells';
  readonly lan: string;
}

export interface PortTag {
  readonly text: string;
  /** Order of its service. */
  readonly order: number;
}

export interface ServiceRow {
  readonly id: string;
  readonly name: string;
  readonly order: number;
  /** How an update goes, else its published ports. */
  readonly note: string;
  readonly alarm: boolean;
  /** As docker service ls prints it: 3/5, or 6/5 after a node died. */
  readonly counts: string;
  readonly short: boolean;
}
