import { describe, expect, test } from 'vitest';
import { actsOn, groupsOf, joinAct } from '../../src/views/menu';
import { nodesLayout } from '../../src/views/nodes-layout';
import { nodesModel } from '../../src/views/nodes-model';
import type { NodesModel } from '../../src/views/nodes-types';
import { rowsLayout } from '../../src/views/rows';
import { Seats } from '../../src/views/seats';
import { throughGutters, tornEdges } from '../../src/views/tear';
import { hosts, machine, NOW, node, scene, service, task } from './scenes';

function said(model: NodesModel): string[] {
  return model.hosts.map((host) => {
    const tiles = host.tiles.map((tile) => {
      const edges = tile.edges.map((failed) => (failed ? 'x' : '-')).join('');
      return `${tile.name}${edges && ` [${edges}]`} ${tile.word}${tile.batch ? ' *' : ''}`;
    });
    return [`${host.name} ${host.sub}, ${host.word}`, ...tiles].join(' | ');
  });
}

const FIVE = [1, 2, 3, 4, 5].map((index) => node(index, index === 1 ? { role: 'manager', leader: true } : {}));

describe('what the Nodes view says', () => {
  test('before there is a swarm', () => {
    const none = hosts(2).map((one) => ({ ...one, swarm: 'inactive' as const, nodeId: '' }));
    const model = nodesModel(scene({ machine: none }), NOW);
    expect(said(model)).toEqual(['node1 no swarm yet, on', 'node2 no swarm yet, on']);
    expect(model.swarm).toBe(false);
  });

  test('slots: what lives is a tile, what ended before it an edge, and what failed for good stays', () => {
    const model = nodesModel(
      scene({
        machine: hosts(2),
        node: FIVE.slice(0, 2),
        service: [service('web', 0), service('once', 1)],
        task: [
          task('web.1@1', 'a', { state: 'failed', desiredState: 'shutdown', createdAt: NOW - 3 }),
          task('web.1@2', 'b', { state: 'shutdown', desiredState: 'shutdown', createdAt: NOW - 2 }),
          task('web.1@1', 'c', { state: 'starting', createdAt: NOW - 1 }),
          task('once.1@2', 'd', { state: 'failed', desiredState: 'shutdown' }),
          task('web.2@2', 'e', { state: 'shutdown', desiredState: 'remove' }),
        ],
      }),
      NOW,
    );
    expect(said(model)).toEqual(['node1 Leader, Ready | web.1 [x-] starting', 'node2 Worker, Ready | once.1 failed']);
  });

  test('an update: the old one stops, the new one waits for it, both in the bracket', () => {
    const model = nodesModel(
      scene({
        machine: hosts(1),
        node: FIVE.slice(0, 1),
        service: [service('web', 0, { updateState: 'updating', image: 'nginx:2', running: 2, desired: 2 })],
        task: [
          task('web.1@1', 'a', { desiredState: 'shutdown', createdAt: NOW - 2 }),
          task('web.1@1', 'b', { state: 'ready', desiredState: 'ready', image: 'nginx:2' }),
          task('web.2@1', 'c', { image: 'nginx:2' }),
        ],
      }),
      NOW,
    );
    expect(said(model)).toEqual(['node1 Leader, Ready | web.1 stopping * | web.1 ready * | web.2 running']);
    expect(model.services[0]!.note).toBe('updating 1 of 2');
    expect(model.notes).toEqual(['web: 1 at a time']);
  });

  test('a host without power: the last report is in doubt, and counts still hold it', () => {
    const off = machine(2, { powered: false, poweredAt: NOW - 31_000_000, nodeId: '' });
    const lab = (state: 'ready' | 'down') =>
      scene({
        machine: [machine(1), off],
        node: [FIVE[0]!, node(2, { state })],
        service: [service('web', 0, { running: 2, desired: 1 })],
        task: [task('web.1@2', 'a', { desiredState: 'shutdown', createdAt: NOW - 9 }), task('web.1@1', 'b')],
      });
    expect(said(nodesModel(lab('ready'), NOW))[1]).toBe('node2 Worker, off for 31 s, Ready? | web.1 running?');
    const model = nodesModel(lab('down'), NOW);
    expect(said(model)[1]).toBe('node2 Worker, off for 31 s, Down | web.1 running?');
    expect(model.services[0]!.counts).toBe('2/1');
    expect(model.notes).toEqual(['2/1: the last words of node2 still count.']);
  });

  test('tasks without a node wait in the tray, with the reason of the first', () => {
    const err = 'no suitable node (scheduling constraints not satisfied on 1 node)';
    const waiting = [task('web.1@', 'a', { state: 'pending', err }), task('web.2@', 'b', { state: 'pending' })];
    const model = nodesModel(
      scene({ machine: hosts(1), node: FIVE.slice(0, 1), service: [service('web', 0)], task: waiting }),
      NOW,
    );
    expect(model.tray.map((tile) => tile.name)).toEqual(['web.1', 'web.2']);
    expect(model.trayReason).toBe(err);
  });

  test('the only stack needs no name', () => {
    const stack = { stack: 'vote' };
    const one = nodesModel(scene({ machine: hosts(1), node: FIVE, service: [service('vote_db', 0, stack)] }), NOW);
    expect(one.services.map((row) => row.name)).toEqual(['db']);
    const two = [service('vote_db', 0, stack), service('web', 1)];
    expect(
      nodesModel(scene({ machine: hosts(1), node: FIVE, service: two }), NOW).services.map((row) => row.name),
    ).toEqual(['vote_db', 'web']);
  });

  test.each([
    [60, 5, 'tiles', 'cards'],
    [61, 5, 'small', 'cards'],
    [400, 13, 'small', 'rows'],
    [401, 100, 'dots', 'rows'],
    [5001, 101, 'bars', 'cells'],
  ])('%i tasks on %i hosts are %s in %s', (tasks, machines, density, form) => {
    const model = nodesModel(
      scene({
        machine: hosts(machines),
        node: FIVE,
        service: [service('web', 0)],
        task: Array.from({ length: tasks }, (_, at) => task(`web.${at + 1}@1`, `t${at}`)),
      }),
      NOW,
    );
    expect([model.density, model.form]).toEqual([density, form]);
  });
});

function place(amount: number, width: number, height: number, segments: readonly number[] = []) {
  const model = nodesModel(scene({ machine: hosts(amount, segments), node: FIVE }), NOW);
  return nodesLayout(model, () => 2, width, height);
}

describe('where the Nodes view puts things', () => {
  test('five hosts in a pane of 720: two rows on one cable, services in the sixth cell', () => {
    const layout = place(5, 720, 760);
    expect(layout.cards.map(({ x, y, w, h }) => [x, y, w, h].join(' '))).toEqual([
      '16 30 220 164',
      '250 30 220 164',
      '484 30 220 164',
      '16 290 220 164',
      '250 290 220 164',
    ]);
    expect(layout.services).toMatchObject({ x: 484, y: 290, w: 220 });
    expect(layout.lanes.map(({ y, x1, x2 }) => [x1, x2, y])).toEqual([[16, 704, 235]]);
    expect(layout.cards.map((card) => `${card.dropX}: ${card.dropFrom} to ${card.dropTo}`)).toEqual([
      '126: 194 to 235',
      '360: 194 to 235',
      '594: 194 to 235',
      '126: 290 to 235',
      '360: 290 to 235',
    ]);
  });

  test.each([
    [3, 720, 3],
    [5, 390, 2],
    [5, 1024, 4],
    [12, 720, 3],
    [5, 1408, 6],
  ])('%i hosts in %i pixels stand in %i columns, none over another, none outside', (amount, width, columns) => {
    const layout = place(amount, width, 400);
    const across = new Set(layout.cards.map((card) => card.x)).size;
    expect(across).toBe(Math.min(columns, amount));
    const boxes = [...layout.cards, layout.services];
    for (const [at, a] of boxes.entries()) {
      expect(a.x).toBeGreaterThanOrEqual(0);
      expect(a.x + a.w).toBeLessThanOrEqual(width);
      for (const b of boxes.slice(at + 1)) {
        const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
        expect(apart).toBe(true);
      }
    }
  });

  test('in a low pane five cards and the line of services need no scrolling', () => {
    const { services, cards, lanes, height, strip } = place(5, 1024, 262);
    expect(strip).toBe(true);
    expect(services.y).toBeGreaterThan(lanes[0]!.y);
    expect(services.y).toBeGreaterThan(cards[0]!.y + cards[0]!.h);
    expect(height).toBeLessThanOrEqual(262);
    expect(place(5, 1440, 760).strip).toBe(false);
  });

  test('more rows: each pair has its cable, and they hang together at the margin', () => {
    const layout = place(9, 720, 400);
    expect(layout.lanes).toHaveLength(2);
    expect(layout.trunks).toHaveLength(1);
  });

  test('a partition: the tear runs between the groups, each with a cable of its own', () => {
    const layout = place(5, 720, 760, [1, 1, 2, 2, 2]);
    const [c1, c2, c3, c4] = layout.cards;
    expect(layout.tears).toHaveLength(1);
    const path = layout.tears[0]!;
    const corner = path[path.length - 1]![1] <= path[0]![1] ? path : [...path].reverse();
    // From the left margin under node1 and node2, then up between node2 and node3.
    expect(corner[0]![0]).toBeLessThan(c1!.x);
    expect(corner[corner.length - 1]![0]).toBeGreaterThan(c2!.x + c2!.w);
    expect(corner[corner.length - 1]![0]).toBeLessThan(c3!.x);
    expect(corner[corner.length - 1]![1]).toBeLessThan(c3!.y);
    const [upper, lower] = layout.lanes;
    expect(corner[0]![1]).toBeGreaterThan(upper!.y);
    expect(corner[0]![1]).toBeLessThan(lower!.y);
    // The tear is a band: no cable runs in it.
    for (const lane of [upper!, lower!]) expect(Math.abs(lane.y - corner[0]![1])).toBeGreaterThanOrEqual(20);
    expect([upper!.x1, upper!.x2]).toEqual([c1!.dropX, c2!.dropX]);
    expect([lower!.x1, lower!.x2]).toEqual([c4!.dropX, c3!.dropX]);
  });

  test('many hosts: rows and cells keep host order and do not meet', () => {
    for (const amount of [13, 100, 140]) {
      const model = nodesModel(scene({ machine: hosts(amount), node: FIVE }), NOW);
      const { boxes } = rowsLayout(model, 720);
      expect(boxes.map((box) => box.name)).toEqual(model.hosts.map((host) => host.name));
      expect(new Set(boxes.map((box) => `${box.x} ${box.y}`)).size).toBe(amount);
    }
  });

  test('seats are kept; the lowest free one is taken', () => {
    const seats = new Seats();
    seats.arrange(new Map([['node1', ['a', 'b', 'c']]]));
    seats.arrange(new Map([['node1', ['d', 'c', 'a']]]));
    expect(['a', 'd', 'c'].map((id) => seats.seatOf('node1', id))).toEqual([0, 1, 2]);
    seats.arrange(new Map([['node1', ['a']]]));
    expect(seats.size('node1')).toBe(1);
  });

  test('an arrow between distant cards stays in the gutters', () => {
    const { cards } = place(5, 720, 760);
    const end = (at: number, right: boolean, y: number) => ({ card: cards[at]!, right, y });
    expect(throughGutters(end(3, true, 360), end(2, false, 100), [200, 460], 14)).toEqual([
      [236, 360],
      [243, 360],
      [243, 200],
      [477, 200],
      [477, 100],
      [484, 100],
    ]);
    expect(throughGutters(end(4, false, 360), end(0, true, 100), [200, 460], 14)).toEqual([
      [250, 360],
      [243, 360],
      [243, 100],
      [236, 100],
    ]);
  });

  test('torn edges keep their distance from one another', () => {
    const { edges } = tornEdges(
      [
        [0, 100],
        [70, 100],
      ],
      9,
    );
    const ys = edges.match(/ \d+/g)!.map(Number);
    expect(Math.min(...ys)).toBe(88);
    expect(Math.max(...ys)).toBe(112);
  });
});

describe('acts on a host', () => {
  const lines = (acts: readonly { readonly line: string }[]): string[] => acts.map((act) => act.line);

  test('whole LAN', () => {
    expect(lines(actsOn(scene({ machine: hosts(3), node: FIVE.slice(0, 3) }), 'node2'))).toEqual([
      '',
      'lab kill node2',
      'lab partition node1,node3 / node2',
      'docker node update --availability drain node2',
    ]);
  });

  test('torn LAN: leave the side, join the other, mend', () => {
    const torn = scene({ machine: hosts(4, [1, 1, 2, 2]) });
    expect(groupsOf(torn)).toEqual([
      ['node1', 'node2'],
      ['node3', 'node4'],
    ]);
    expect(lines(actsOn(torn, 'node3'))).toEqual([
      '',
      'lab kill node3',
      'lab partition node1,node2 / node4 / node3',
      'lab partition node1,node2,node3 / node4',
      'lab heal',
    ]);
  });

  test('the last one to come back mends the cable', () => {
    expect(joinAct(scene({ machine: hosts(3, [1, 1, 2]) }), 'node3', 'node1').line).toBe('lab heal');
  });

  test('off: only power', () => {
    const off = scene({ machine: [machine(1, { powered: false })] });
    expect(lines(actsOn(off, 'node1'))).toEqual(['', 'lab start node1']);
  });
});
