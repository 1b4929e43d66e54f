/** Runs the filters over nodes and explains what struck them. Follows moby/swarmkit manager/scheduler/pipeline.go. */
import type { ReadTx, TaskObject } from '../objects';
import { FILTERS, type Filter } from './filter';
import type { NodeInfo } from './node-info';

/** Node ids remembered for each filter. */
const STRUCK_MAX = 100;

interface Check {
  readonly filter: Filter;
  readonly passes: (info: NodeInfo) => boolean;
  /** Nodes struck since a node last passed everything. */
  failures: number;
  readonly struck: string[];
}

export class Pipeline {
  private readonly checks: Check[] = [];
  /** Those that placing a task can change. */
  private readonly changing: Check[] = [];
  /** Some count is not zero. */
  private failing = false;

  /** For the tasks of one group, of which `task` is any. */
  constructor(task: TaskObject, read: ReadTx) {
    for (const filter of FILTERS) {
      const passes = filter.forTask(task, read);
      if (!passes) continue;
      const check: Check = { filter, passes, failures: 0, struck: [] };
      this.checks.push(check);
      if (filter.changes) this.changing.push(check);
    }
  }

  /** Whether the node passes every filter. A pass sets all counts back to zero, as upstream does. */
  process(info: NodeInfo): boolean {
    return this.run(this.checks, info);
  }

  /** The same for a node that has passed before: only what placing tasks can have changed is asked again. */
  processAgain(info: NodeInfo): boolean {
    return this.changing.length === 0 || this.run(this.changing, info);
  }

  /** Why nodes were struck, the commonest reason first. */
  explain(): string {
    const failing = this.checks.filter((check) => check.failures > 0);
    failing.sort((a, b) => b.failures - a.failures);
    return failing.map((check) => check.filter.explain(check.failures)).join('; ');
  }

  /** Node ids by the filter that struck them, at most 100 each. */
  struck(): { readonly filter: string; readonly nodeIds: readonly string[] }[] {
    return this.checks
      .filter((check) => check.struck.length > 0)
      .map((check) => ({ filter: check.filter.name, nodeIds: check.struck }));
  }

  private run(checks: readonly Check[], info: NodeInfo): boolean {
    for (const check of checks) {
      if (check.passes(info)) continue;
      check.failures++;
      this.failing = true;
      if (check.struck.length < STRUCK_MAX && !check.struck.includes(info.node.id)) check.struck.push(info.node.id);
      return false;
    }
    if (this.failing) {
      for (const check of this.checks) check.failures = 0;
      this.failing = false;
    }
    return true;
  }
}
