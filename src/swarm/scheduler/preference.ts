/** Placement preferences: spread over the values of a label. Follows moby/swarmkit manager/scheduler/nodeset.go, tree. */

import type { TaskSpec } from '../../api/index';
import type { NodeObject } from '../objects';
import { ENGINE_LABELS, NODE_LABELS } from './constraint';

export interface PlacementPreference {
  readonly engine: boolean;
  readonly label: string;
}

/** What is not a label of node or engine is passed over in silence. The prefix is without case, the label with it. */
export function preferencesOf(spec: TaskSpec): PlacementPreference[] {
  const preferences: PlacementPreference[] = [];
  for (const { Spread: spread } of spec.Placement?.Preferences ?? []) {
    const descriptor = spread?.SpreadDescriptor ?? '';
    for (const [prefix, engine] of [
      [NODE_LABELS, false],
      [ENGINE_LABELS, true],
    ] as const) {
      if (descriptor.length > prefix.length && descriptor.toLowerCase().startsWith(prefix)) {
        preferences.push({ engine, label: descriptor.slice(prefix.length) });
      }
    }
  }
  return preferences;
}

/** The node's branch; '' without the label. */
export function spreadValue(preference: PlacementPreference, node: NodeObject): string {
  const labels = preference.engine ? node.description?.Engine.Labels : node.spec.Labels;
  return labels?.[preference.label] ?? '';
}
