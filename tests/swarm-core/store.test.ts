import { describe, expect, test } from 'vitest';
import { SeededStream } from '../../src/sim/random';
import { NEW_META } from '../../src/swarm/control/common';
import type { Change, ConfigObject } from '../../src/swarm/index';
import { newTask } from '../../src/swarm/orchestrator/task';
import { Store } from '../../src/swarm/store/store';
import { Index, Table } from '../../src/swarm/store/table';
import { service } from '../swarm-loops/harness';

function config(id: string, name = id, version = 0): ConfigObject {
  return { kind: 'config', id, meta: { ...NEW_META, version }, spec: { Name: name, Data: 'eA==' } };
}

const create = (id: string, name?: string): Change => ({ action: 'create', object: config(id, name) });
const update = (id: string, version: number, name?: string): Change => ({
  action: 'update',
  object: config(id, name, version),
});
const remove = (id: string): Change => ({ action: 'remove', table: 'config', id });

/** Applies changes at the next index; the error's text when they are refused. */
function write(store: Store, ...changes: Change[]): string {
  const prepared = store.prepare(changes, store.index, store.index * 10);
  if (!prepared.ok) return prepared.error.message;
  const events = store.apply(prepared.value, store.index + 1);
  return events.map(({ action, object }) => `${action} ${object.id}`).join(', ');
}

describe('a transaction', () => {
  test('gives each object the index read at its start', () => {
    const store = new Store();
    expect(write(store, create('a'), create('b'))).toBe('create a, create b');
    expect(write(store, create('c'))).toBe('create c');
    expect(store.list('config').map(({ id, meta }) => `${id} ${meta.version} ${meta.createdAt}`)).toEqual([
      'a 0 0',
      'b 0 0',
      'c 1 10',
    ]);
    expect(write(store, update('a', 0))).toBe('update a');
    expect(store.get('config', 'a')!.meta).toEqual({ version: 2, createdAt: 0, updatedAt: 20 });
  });

  test.each<[string, Change[], string]>([
    ['an id twice', [create('a', 'other')], 'object already exists'],
    ['a name twice', [create('z', 'A')], 'name conflicts with an existing object'],
    ['a name twice within it', [create('y', 'n'), create('z', 'N')], 'name conflicts with an existing object'],
    ['an old version', [update('a', 7)], 'update out of sequence'],
    ['what is not there', [update('z', 0)], 'object does not exist'],
    ['the removal of what is not there', [remove('z')], 'object does not exist'],
    ['a name that is freed in it', [remove('a'), create('z', 'a')], 'remove a, create z'],
    ['what it wrote itself', [create('z'), update('z', 0), update('z', 0)], 'create z, update z, update z'],
    ['what it removed itself', [remove('a'), update('a', 0)], 'object does not exist'],
  ])('with %s', (_name, changes, expected) => {
    const store = new Store();
    write(store, create('a'), create('b'));
    expect(write(store, ...changes)).toBe(expected);
  });

  test('is frozen and shared', () => {
    const [one, two] = [new Store(), new Store()];
    const prepared = one.prepare([create('a')], 0, 0);
    if (!prepared.ok) throw new Error();
    one.apply(prepared.value, 1);
    two.apply(prepared.value, 1);
    expect(two.get('config', 'a')).toBe(one.get('config', 'a'));
    expect(Object.isFrozen(one.get('config', 'a')!.spec)).toBe(true);
  });
});

test('a snapshot is the store, and its events are the difference', () => {
  const store = new Store();
  write(store, create('a'), create('b'));
  const snapshot = store.snapshot();
  const other = new Store();
  write(other, create('x', 'b'));
  const events = other.restore(snapshot).map(({ action, object }) => `${action} ${object.id}`);
  expect(events).toEqual(['remove x', 'create a', 'create b']);
  expect(other.snapshot()).toEqual(snapshot);
  expect(other.byName('config', 'B')!.id).toBe('b');
});

test('a table lists in id order whatever happened to it', () => {
  const random = new SeededStream(1, 'table');
  const table = new Table<{ id: string; value: number }>();
  const model = new Map<string, { id: string; value: number }>();
  for (let step = 0; step < 3000; step++) {
    const id = `k${random.integer(0, 60)}`;
    if (random.chance(1, 3)) {
      table.delete(id);
      model.delete(id);
    } else {
      const row = { id, value: step };
      table.set(row);
      model.set(id, row);
    }
    if (!random.chance(1, 4)) continue;
    const expected = [...model.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(table.list()).toEqual(expected);
    expect(table.size).toBe(model.size);
  }
});

test('a list that was given out does not change', () => {
  const table = new Table<{ id: string }>();
  table.set({ id: 'b' });
  const before = table.list();
  table.set({ id: 'a' });
  table.delete('b');
  expect(before).toEqual([{ id: 'b' }]);
  expect(table.list()).toEqual([{ id: 'a' }]);
});

test('an index lists the rows of a key as its table has them, in id order, and forgets empty groups', () => {
  const table = new Table<{ readonly id: string; readonly name: string }>();
  const index = new Index(table);
  for (const id of ['b', 'a']) {
    table.set({ id, name: 'old' });
    index.add('k', id);
  }
  expect(index.list('k').map(({ id }) => id)).toEqual(['a', 'b']);
  table.set({ id: 'b', name: 'new' });
  index.changed('k');
  table.set({ id: 'aa', name: 'old' });
  index.add('k', 'aa');
  expect(index.list('k').map(({ id, name }) => `${id} ${name}`)).toEqual(['a old', 'aa old', 'b new']);
  for (const id of ['a', 'b', 'aa']) index.remove('k', id);
  index.remove('other', 'a');
  expect(index.list('k')).toEqual([]);
});

test('tasks are found by service and node alike, whether they were asked for early or late', () => {
  const [early, late] = [new Store(), new Store()];
  const lists = (store: Store) =>
    ['s', 't'].map((id) => store.tasksOfService(id)).concat(['m', 'n'].map((id) => store.tasksOfNode(id)));
  const random = new SeededStream(1, 'tasks');
  for (let step = 0; step < 400; step++) {
    const id = `t${random.integer(1, 30)}`;
    const old = early.get('task', id);
    const own = service(random.chance(1, 2) ? 's' : 't', { Name: 'any' });
    const fresh = newTask(own, 1, ['', 'm', 'n'][random.integer(0, 2)]!, id, 0);
    const change: Change =
      old && random.chance(1, 3)
        ? { action: 'remove', table: 'task', id }
        : { action: old ? 'update' : 'create', object: old ? { ...fresh, meta: old.meta } : fresh };
    for (const store of [early, late]) write(store, change);
    lists(early);
  }
  expect(lists(late)).toEqual(lists(early));
  for (const tasks of lists(late))
    expect(tasks.map(({ id }) => id)).toEqual(tasks.map(({ id }) => id).toSorted(compare));
  expect(lists(late).flat()).toEqual(expect.arrayContaining([...late.list('task')]));
});

function compare(a: string, b: string): number {
  return a < b ? -1 : 1;
}
