/**
 * A diff on its way to the page. The page stands at the diff's beginning, so only the new side of each change
 * travels; and a table of many rows goes as columns (numbers in typed arrays that are transferred, words once in a
 * dictionary, ids as one text), which is some twenty times cheaper than objects.
 */
import { assert } from '../base/assert';
import type { Micros } from '../base/process';
import type { Scene, SceneDiff, TableDiff } from './diff';
import { type AnySceneRecord, SCENE_TABLES, type SceneTable, type TaskRecord } from './records';

/** How a field travels: its own text in each row, a word that recurs, a small integer, an instant. */
type ColumnKind = 'text' | 'word' | 'integer' | 'instant';

const TASK_COLUMNS: { readonly [F in keyof TaskRecord]: ColumnKind } = {
  id: 'text',
  serviceId: 'word',
  slot: 'integer',
  nodeId: 'word',
  image: 'word',
  state: 'word',
  desiredState: 'word',
  message: 'word',
  err: 'word',
  createdAt: 'instant',
  stateAt: 'instant',
  containerId: 'text',
  exitCode: 'integer',
};

/** Tables that may hold thousands. */
const PACKED: { readonly [T in SceneTable]?: { readonly [field: string]: ColumnKind } } = { task: TASK_COLUMNS };

/** Below this many rows, objects are as good. */
const PACK_ROWS_MIN = 50;

/** Ids and words never hold this character. */
const SEPARATOR = '\u0000';

interface Columns {
  readonly rows: number;
  readonly words: string;
  readonly texts: { readonly [field: string]: string };
  readonly integers: { readonly [field: string]: Int32Array };
  readonly instants: { readonly [field: string]: Float64Array };
}

type Rows = readonly AnySceneRecord[] | Columns;

interface WireTable {
  /** Records that are new or replace the one with their id. */
  readonly put: Rows;
  readonly removed: readonly string[];
}

export interface WireDiff {
  readonly from: Micros;
  readonly at: Micros;
  readonly tables: { readonly [T in SceneTable]?: WireTable };
}

export interface WireFrame {
  readonly diff: WireDiff;
  /** To hand to postMessage, so that the columns are moved and not copied. */
  readonly transfer: ArrayBuffer[];
}

/** Packs a diff for posting. */
export function encodeDiff(diff: SceneDiff): WireFrame {
  const tables: Record<string, WireTable> = {};
  const transfer: ArrayBuffer[] = [];
  for (const name of SCENE_TABLES) {
    const change = diff.tables[name] as TableDiff<AnySceneRecord> | undefined;
    if (change === undefined) continue;
    const put = change.updated.length === 0 ? change.added : change.updated.map(([, to]) => to).concat(change.added);
    const kinds = PACKED[name];
    const pack = kinds !== undefined && put.length >= PACK_ROWS_MIN;
    tables[name] = { put: pack ? packRows(put, kinds, transfer) : put, removed: change.removed.map((one) => one.id) };
  }
  return { diff: { from: diff.from, at: diff.at, tables: tables as WireDiff['tables'] }, transfer };
}

/** The diff again, its old side taken from the scene that it applies to. */
export function decodeDiff(wire: WireDiff, scene: Scene): SceneDiff {
  const tables: Record<string, TableDiff<AnySceneRecord>> = {};
  for (const name of SCENE_TABLES) {
    const change = wire.tables[name];
    if (change === undefined) continue;
    const table = scene.tables[name] as ReadonlyMap<string, AnySceneRecord>;
    const added: AnySceneRecord[] = [];
    const updated: (readonly [AnySceneRecord, AnySceneRecord])[] = [];
    const put = isColumns(change.put) ? unpackRows(change.put, PACKED[name]!) : change.put;
    for (const record of put) {
      const old = table.get(record.id);
      if (old === undefined) added.push(record);
      else updated.push([old, record]);
    }
    const removed = change.removed.map((id) => {
      const old = table.get(id);
      assert(old !== undefined, `the wire removes ${name} ${id}, which is not in the scene`);
      return old;
    });
    tables[name] = { added, updated, removed };
  }
  return { from: wire.from, at: wire.at, tables: tables as SceneDiff['tables'] };
}

function isColumns(rows: Rows): rows is Columns {
  return !Array.isArray(rows);
}

function packRows(
  rows: readonly AnySceneRecord[],
  kinds: { readonly [field: string]: ColumnKind },
  transfer: ArrayBuffer[],
): Columns {
  const records = rows as unknown as readonly Record<string, string | number>[];
  const dictionary = new Map<string, number>();
  const texts: Record<string, string> = {};
  const integers: Record<string, Int32Array> = {};
  const instants: Record<string, Float64Array> = {};
  for (const [field, kind] of Object.entries(kinds)) {
    if (kind === 'text') {
      texts[field] = records.map((record) => record[field]).join(SEPARATOR);
    } else if (kind === 'instant') {
      const column = new Float64Array(rows.length);
      for (let at = 0; at < rows.length; at++) column[at] = records[at]![field] as number;
      instants[field] = column;
      transfer.push(column.buffer);
    } else {
      const column = new Int32Array(rows.length);
      for (let at = 0; at < rows.length; at++) {
        const value = records[at]![field]!;
        column[at] = kind === 'word' ? numberOf(dictionary, value as string) : (value as number);
      }
      integers[field] = column;
      transfer.push(column.buffer);
    }
  }
  return { rows: rows.length, words: [...dictionary.keys()].join(SEPARATOR), texts, integers, instants };
}

function numberOf(dictionary: Map<string, number>, word: string): number {
  let number = dictionary.get(word);
  if (number === undefined) {
    number = dictionary.size;
    dictionary.set(word, number);
  }
  return number;
}

function unpackRows(columns: Columns, kinds: { readonly [field: string]: ColumnKind }): AnySceneRecord[] {
  const words = columns.words.split(SEPARATOR);
  const fields = Object.entries(kinds).map(([field, kind]): [string, (at: number) => string | number] => {
    if (kind === 'text') {
      const texts = columns.texts[field]!.split(SEPARATOR);
      return [field, (at) => texts[at]!];
    }
    if (kind === 'instant') {
      const instants = columns.instants[field]!;
      return [field, (at) => instants[at]!];
    }
    const integers = columns.integers[field]!;
    return kind === 'word' ? [field, (at) => words[integers[at]!]!] : [field, (at) => integers[at]!];
  });
  const records: AnySceneRecord[] = [];
  for (let at = 0; at < columns.rows; at++) {
    const record: Record<string, string | number> = {};
    for (const [field, value] of fields) record[field] = value(at);
    records.push(record as unknown as AnySceneRecord);
  }
  return records;
}
