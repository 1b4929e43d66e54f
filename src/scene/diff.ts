/**
 * The one form of change: what was added, altered and removed between two instants, table by table. A diff carries
 * both sides of every change, so it can be applied forwards and backwards and joined with its neighbour.
 *
 *   scene(a) --apply(d)--> scene(b)      scene(b) --apply(reverse(d))--> scene(a)
 *   squash(d1, d2): one diff from the beginning of d1 to the end of d2
 *
 * Lists rather than objects by id: ids may look like numbers, and order is worth keeping. Follows the idea of
 * tldraw packages/store RecordsDiff.
 */
import { assert } from '../base/assert';
import type { Micros } from '../base/process';
import { type AnySceneRecord, SCENE_TABLES, type SceneTable, type SceneTables } from './records';

export interface TableDiff<R> {
  readonly added: readonly R[];
  readonly updated: readonly (readonly [from: R, to: R])[];
  readonly removed: readonly R[];
}

export interface SceneDiff {
  /** The instant of the scene that it applies to. */
  readonly from: Micros;
  /** The instant of the scene that results. */
  readonly at: Micros;
  readonly tables: { readonly [T in SceneTable]?: TableDiff<SceneTables[T]> };
}

/** All that can be seen at one instant. Never altered: applying a diff makes a new scene that shares what stayed. */
export interface Scene {
  readonly at: Micros;
  readonly tables: { readonly [T in SceneTable]: ReadonlyMap<string, SceneTables[T]> };
}

type AnyDiff = TableDiff<AnySceneRecord>;
type AnyTable = ReadonlyMap<string, AnySceneRecord>;

/** A scene without anything in it. */
export function emptyScene(at: Micros = 0): Scene {
  const tables: Record<string, AnyTable> = {};
  for (const name of SCENE_TABLES) tables[name] = new Map();
  return { at, tables: tables as Scene['tables'] };
}

/** The scene after a diff. The diff must be one of this scene: what it says was there must be there. */
export function applyDiff(scene: Scene, diff: SceneDiff): Scene {
  const tables: Record<string, AnyTable> = { ...scene.tables };
  for (const name of SCENE_TABLES) {
    const change = diff.tables[name] as AnyDiff | undefined;
    if (change === undefined) continue;
    const table = new Map<string, AnySceneRecord>(tables[name]!);
    for (const record of change.removed) {
      assert(table.delete(record.id), `a diff removes ${name} ${record.id}, which is not in the scene`);
    }
    for (const [, to] of change.updated) {
      assert(table.has(to.id), `a diff alters ${name} ${to.id}, which is not in the scene`);
      table.set(to.id, to);
    }
    for (const record of change.added) {
      assert(!table.has(record.id), `a diff adds ${name} ${record.id}, which is in the scene already`);
      table.set(record.id, record);
    }
    tables[name] = table;
  }
  return { at: diff.at, tables: tables as Scene['tables'] };
}

/** The diff that undoes this one. */
export function reverseDiff(diff: SceneDiff): SceneDiff {
  const tables: Record<string, AnyDiff> = {};
  for (const name of SCENE_TABLES) {
    const change = diff.tables[name] as AnyDiff | undefined;
    if (change === undefined) continue;
    tables[name] = {
      added: change.removed,
      updated: change.updated.map(([from, to]) => [to, from] as const),
      removed: change.added,
    };
  }
  return { from: diff.at, at: diff.from, tables: tables as SceneDiff['tables'] };
}

/** Two diffs in a row as one. What came and went between them leaves no trace. */
export function squashDiffs(first: SceneDiff, second: SceneDiff): SceneDiff {
  const tables: Record<string, AnyDiff> = {};
  for (const name of SCENE_TABLES) {
    const a = first.tables[name] as AnyDiff | undefined;
    const b = second.tables[name] as AnyDiff | undefined;
    const both = a === undefined ? b : b === undefined ? a : squashTable(a, b);
    if (both !== undefined) tables[name] = both;
  }
  return { from: first.from, at: second.at, tables: tables as SceneDiff['tables'] };
}

/** Before and after of one id over a span: undefined means absent. */
interface Span {
  readonly before: AnySceneRecord | undefined;
  after: AnySceneRecord | undefined;
}

function squashTable(a: AnyDiff, b: AnyDiff): AnyDiff | undefined {
  const spans = new Map<string, Span>();
  for (const record of a.removed) spans.set(record.id, { before: record, after: undefined });
  for (const [from, to] of a.updated) spans.set(to.id, { before: from, after: to });
  for (const record of a.added) spans.set(record.id, { before: spans.get(record.id)?.before, after: record });
  for (const record of b.removed) step(spans, record.id, record, undefined);
  for (const [from, to] of b.updated) step(spans, to.id, from, to);
  for (const record of b.added) step(spans, record.id, undefined, record);
  return diffOfSpans(spans);
}

function step(
  spans: Map<string, Span>,
  id: string,
  before: AnySceneRecord | undefined,
  after: AnySceneRecord | undefined,
): void {
  const span = spans.get(id);
  if (span === undefined) spans.set(id, { before, after });
  else span.after = after;
}

function diffOfSpans(spans: ReadonlyMap<string, Span>): AnyDiff | undefined {
  const added: AnySceneRecord[] = [];
  const updated: (readonly [AnySceneRecord, AnySceneRecord])[] = [];
  const removed: AnySceneRecord[] = [];
  for (const { before, after } of spans.values()) {
    if (before === undefined) {
      if (after !== undefined) added.push(after);
    } else if (after === undefined) removed.push(before);
    else if (!equalRecords(before, after)) updated.push([before, after]);
  }
  if (added.length + updated.length + removed.length === 0) return undefined;
  return { added, updated, removed };
}

/** Whether two records say the same, whatever objects they are. */
export function equalRecords(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, at) => equalRecords(item, b[at]));
  }
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => equalRecords(left[key], right[key]));
}
