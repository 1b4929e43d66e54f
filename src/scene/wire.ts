/**
 * A diff on its way to the page. The page stands at the diff's beginning, so only the new side of each change
 * travels; and many tasks go as columns (numbers in typed arrays that are transferred, words once in a
 * dictionary, ids as one text), which is some twenty times cheaper than objects.
 */
import { assert } from '../base/assert';
import type { Micros } from '../base/process';
import type { Scene, SceneDiff, TableDiff } from './diff';
import { type AnySceneRecord, SCENE_TABLES, type SceneTable, type TaskRecord, type TaskStateWord } from './records';

/** Below this many tasks, objects are as good. */
const PACK_ROWS_MIN = 50;

/** Ids and words never hold this character. */
const SEPARATOR = '\u0000';

/** The fields whose values recur: columns of numbers into one dictionary. */
const WORDS = ['serviceId', 'nodeId', 'image', 'state', 'desiredState', 'message', 'err'] as const;
type Word = (typeof WORDS)[number];

interface TaskColumns {
  readonly dictionary: string;
  readonly words: { readonly [W in Word]: Int32Array };
  readonly ids: string;
  readonly containerIds: string;
  readonly slots: Int32Array;
  readonly exitCodes: Int32Array;
  readonly createdAt: Float64Array;
  readonly stateAt: Float64Array;
}

type Rows = readonly AnySceneRecord[] | TaskColumns;

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
    const packed = name === 'task' && put.length >= PACK_ROWS_MIN;
    tables[name] = {
      put: packed ? packTasks(put as readonly TaskRecord[], transfer) : put,
      removed: change.removed.map((one) => one.id),
    };
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
    const put = isColumns(change.put) ? unpackTasks(change.put) : change.put;
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

function isColumns(rows: Rows): rows is TaskColumns {
  return !Array.isArray(rows);
}

function packTasks(tasks: readonly TaskRecord[], transfer: ArrayBuffer[]): TaskColumns {
  const { length } = tasks;
  const numbers = new Map<string, number>();
  const words = {} as Record<Word, Int32Array>;
  for (const word of WORDS) words[word] = wordColumn(tasks, word, numbers);
  const slots = new Int32Array(length);
  const exitCodes = new Int32Array(length);
  const createdAt = new Float64Array(length);
  const stateAt = new Float64Array(length);
  let ids = '';
  let containerIds = '';
  for (let at = 0; at < length; at++) {
    const task = tasks[at]!;
    slots[at] = task.slot;
    exitCodes[at] = task.exitCode;
    createdAt[at] = task.createdAt;
    stateAt[at] = task.stateAt;
    ids += at === 0 ? task.id : SEPARATOR + task.id;
    containerIds += at === 0 ? task.containerId : SEPARATOR + task.containerId;
  }
  for (const column of [...Object.values(words), slots, exitCodes, createdAt, stateAt]) {
    transfer.push(column.buffer as ArrayBuffer);
  }
  return {
    dictionary: [...numbers.keys()].join(SEPARATOR),
    words,
    ids,
    containerIds,
    slots,
    exitCodes,
    createdAt,
    stateAt,
  };
}

function wordColumn(tasks: readonly TaskRecord[], word: Word, numbers: Map<string, number>): Int32Array {
  const column = new Int32Array(tasks.length);
  let last: string | undefined;
  let number = 0;
  for (let at = 0; at < tasks.length; at++) {
    const value = tasks[at]![word];
    // Neighbours mostly say the same: most rows need no look into the dictionary.
    if (value !== last) {
      last = value;
      number = numbers.get(value) ?? numbers.size;
      if (number === numbers.size) numbers.set(value, number);
    }
    column[at] = number;
  }
  return column;
}

function unpackTasks(columns: TaskColumns): TaskRecord[] {
  const { words } = columns;
  const dictionary = columns.dictionary.split(SEPARATOR);
  const ids = columns.ids.split(SEPARATOR);
  const containerIds = columns.containerIds.split(SEPARATOR);
  return ids.map((id, at) => ({
    id,
    serviceId: dictionary[words.serviceId[at]!]!,
    slot: columns.slots[at]!,
    nodeId: dictionary[words.nodeId[at]!]!,
    image: dictionary[words.image[at]!]!,
    state: dictionary[words.state[at]!] as TaskStateWord,
    desiredState: dictionary[words.desiredState[at]!] as TaskStateWord,
    message: dictionary[words.message[at]!]!,
    err: dictionary[words.err[at]!]!,
    createdAt: columns.createdAt[at]!,
    stateAt: columns.stateAt[at]!,
    containerId: containerIds[at]!,
    exitCode: columns.exitCodes[at]!,
  }));
}
