import { describe, expect, test } from 'vitest';
import { Flights, SHOWN_MS } from '../../src/views/flights';
import { raftLayout } from '../../src/views/raft-layout';
import { differing, raftModel } from '../../src/views/raft-model';
import { shorten, span, textWidth, wrap } from '../../src/views/text';
import { hosts, log, machine, member, message, NOW, scene } from './scenes';

const LEADER = member(1, {
  role: 'leader',
  lead: 'node1',
  electionStart: 0,
  electionDeadline: 0,
  peers: [
    { machine: 'node2', match: 10, active: true, state: 'replicate' },
    { machine: 'node3', match: 10, active: false, state: 'probe' },
  ],
});

describe('what the Raft view says', () => {
  test('managers as they see themselves', () => {
    const candidate = member(2, {
      role: 'candidate',
      term: 3,
      vote: 'node2',
      lead: '',
      votes: [
        { from: 'node1', answer: 'refused' },
        { from: 'node2', answer: 'granted' },
        { from: 'node3', answer: 'awaited' },
      ],
    });
    const lost = member(3, { lead: '', vote: 'node2', term: 3 });
    const machines = [machine(1, { powered: false, poweredAt: NOW - 14_000_000 }), machine(2), machine(3)];
    const { discs } = raftModel(scene({ machine: machines, member: [LEADER, candidate, lost] }), NOW);
    expect(discs.map((disc) => [disc.roleWord, ...disc.lines, disc.votesWord, disc.leads].join(' | '))).toEqual([
      'Off | was in term 2 | off for 14 s |  | off',
      'Candidate | voted for itself | drew 14 s | 1 of 2 needed | nobody yet',
      'Follower | voted for node2 in term 3 | drew 14 s |  | nobody yet',
    ]);
  });

  test('a leader says whom it hears', () => {
    const { discs } = raftModel(scene({ machine: hosts(3), member: [LEADER, member(2), member(3)] }), NOW);
    expect(discs[0]!.lines).toEqual(['hears 2 of 3']);
    expect(discs[1]!.lines).toEqual(['follows node1']);
  });

  test('entries differ when they are undecided and others have another, or most have none', () => {
    const behind = member(1, { term: 4, lastIndex: 12, log: log('1 1 1 2 2 2 2 2 2 2 4 4') });
    const right = [2, 3].map((index) => member(index, { role: index === 2 ? 'leader' : 'follower', term: 5 }));
    const { discs } = raftModel(scene({ machine: hosts(3), member: [behind, ...right] }), NOW);
    expect([...differing(discs, discs[0]!)]).toEqual([11, 12]);
    expect([...differing(discs, discs[1]!)]).toEqual([]);
  });

  test('a leader ahead of the others differs from nobody', () => {
    const ahead = { ...LEADER, lastIndex: 11, log: log('1 1 1 2 2 2 2 2 2 2 2') };
    const { discs } = raftModel(scene({ machine: hosts(3), member: [ahead, member(2), member(3)] }), NOW);
    expect([...differing(discs, discs[0]!)]).toEqual([]);
  });

  test('sides of a partition, and what each can do', () => {
    const members = [LEADER, member(2), member(3)];
    const { notes } = raftModel(scene({ machine: hosts(3, [1, 2, 2]), member: members }), NOW);
    expect(notes).toEqual([
      'node1: 1 of 3 is no majority. Nothing written there is committed.',
      'node2, node3: 2 of 3 can elect and commit.',
    ]);
  });

  test('a majority without power', () => {
    const machines = [machine(1), machine(2, { powered: false }), machine(3, { powered: false })];
    const { notes } = raftModel(scene({ machine: machines, member: [LEADER, member(2), member(3)] }), NOW);
    expect(notes[0]).toBe('2 of 3 managers are off: nothing can be decided until more are back.');
  });
});

describe('where the Raft view puts things', () => {
  const layout = (amount: number, width: number, segments: readonly number[] = [], room = 760) => {
    const members = Array.from({ length: amount }, (_, at) => member(at + 1));
    return raftLayout(raftModel(scene({ machine: hosts(amount, segments), member: members }), NOW), width, room);
  };

  test.each([
    [1, 720],
    [3, 720],
    [5, 720],
    [7, 720],
    [3, 390],
    [5, 390],
  ])('%i managers in %i pixels do not meet and stay inside', (amount, width) => {
    const { discs, radius, log: logs } = layout(amount, width);
    for (const [at, a] of discs.entries()) {
      expect(a.x - radius).toBeGreaterThanOrEqual(0);
      expect(a.x + radius).toBeLessThanOrEqual(width);
      expect(a.y + radius + 60).toBeLessThanOrEqual(logs.y);
      for (const b of discs.slice(at + 1)) {
        expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(2 * radius + 20);
      }
    }
  });

  test.each([
    [5, 390, 575],
    [5, 720, 720],
    [3, 1024, 262],
    [5, 1024, 262],
  ])('the words under %i managers in %i x %i meet no disc', (amount, width, room) => {
    const { discs, radius } = layout(amount, width, [], room);
    const half = 40;
    for (const above of discs) {
      for (const disc of discs.filter(({ y }) => y > above.y)) {
        const beside = Math.abs(disc.x - above.x) >= radius + half;
        expect(beside || disc.y - radius >= above.y + radius + half).toBe(true);
      }
    }
  });

  test.each([3, 5])('%i managers and their words are all seen in a low pane', (amount) => {
    const { discs, radius } = layout(amount, 1024, [], 262);
    for (const { y } of discs) expect(y + radius + 45).toBeLessThanOrEqual(262);
  });

  test('three managers in a low pane have their logs beside them, all in sight', () => {
    const { discs, radius, log: logs, height } = layout(3, 1024, [1, 2, 2], 262);
    for (const { x } of discs) expect(x + radius).toBeLessThan(logs.x);
    expect(logs.y + logs.h).toBeLessThanOrEqual(262);
    expect(height).toBeLessThan(340);
  });

  test.each([
    [[1, 2, 2], 720, 760],
    [[1, 1, 2], 720, 760],
    [[1, 1, 2, 2], 720, 760],
    [[1, 2, 2], 1024, 262],
  ])('in a partition %j no way between two leads through a third', (segments, width, room) => {
    const { discs, radius } = layout(segments.length, width, segments, room);
    for (const [at, a] of discs.entries())
      for (const b of discs.slice(at + 1))
        for (const c of discs) {
          if (c === a || c === b || (c.x - a.x) * (c.x - b.x) >= 0) continue;
          const twice = Math.abs((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x));
          expect(twice / Math.hypot(b.x - a.x, b.y - a.y)).toBeGreaterThan(radius);
        }
  });

  test('three: two above in host order, one below', () => {
    const [first, second, third] = layout(3, 720).discs;
    expect(first!.x).toBeLessThan(second!.x);
    expect(first!.y).toBe(second!.y);
    expect(third!.y).toBeGreaterThan(first!.y);
  });

  test('a partition: each side on its own, the tear between', () => {
    const { discs, tears } = layout(5, 720, [1, 1, 2, 2, 2]);
    const x = tears[0]![0]![0];
    expect(discs.map((disc) => disc.x < x)).toEqual([true, true, false, false, false]);
  });

  test('on a phone the sides stand above one another', () => {
    const { discs, tears } = layout(3, 390, [1, 2, 2]);
    const y = tears[0]![0]![1];
    expect(discs.map((disc) => disc.y < y)).toEqual([true, false, false]);
  });

  test('the log shows its end', () => {
    const { log: shown } = layout(3, 390);
    expect(shown.last).toBe(10);
    expect(shown.first).toBeGreaterThan(1);
    expect(shown.cellX + (shown.last - shown.first + 1) * shown.pitch).toBeLessThanOrEqual(390);
  });
});

describe('messages', () => {
  test('are drawn for 350 ms however short they flew', () => {
    const flights = new Flights();
    flights.add(message('1', 1, 2), 1000);
    const [one] = [...flights.all];
    expect(flights.where(one!, 1000 + SHOWN_MS / 2, NOW + 1_000_000)).toEqual({ along: 0.5, landed: false });
    expect(flights.where(one!, 1000 + SHOWN_MS, NOW + 1_000_000)).toEqual({ along: 1, landed: true });
  });

  test('are where they are when they fly longer', () => {
    const flights = new Flights();
    flights.add(message('1', 1, 2, { arrivesAt: NOW + 1_000_000 }), 0);
    const [one] = [...flights.all];
    expect(flights.where(one!, 5000, NOW + 250_000)).toEqual({ along: 0.25, landed: false });
  });

  test('never overtake their cause', () => {
    const flights = new Flights();
    flights.add(message('1', 1, 2), 0);
    flights.add(message('2', 2, 1, { reply: true, sentAt: NOW + 600, arrivesAt: NOW + 1100 }), 0);
    expect([...flights.all].map((one) => one.begins)).toEqual([0, SHOWN_MS]);
  });

  test('a lost one ends on its way', () => {
    const flights = new Flights();
    flights.add(message('1', 1, 2), 0);
    flights.change(message('1', 1, 2, { lost: true, why: 'node2 is off' }));
    const [one] = [...flights.all];
    expect(flights.where(one!, 10_000, NOW + 1_000_000)).toEqual({ along: 0.62, landed: true });
  });

  test('heartbeats give way when much is on the move', () => {
    const flights = new Flights();
    for (let id = 0; id < 8; id++) flights.add(message(`${id}`, 1, id + 2), 0);
    expect(flights.add(message('beat', 1, 2, { what: 'MsgHeartbeat', entries: 0 }), 0)).toBe(false);
    expect(flights.add(message('vote', 2, 3, { what: 'MsgVote', entries: 0 }), 0)).toBe(true);
  });

  test('go when they have landed', () => {
    const flights = new Flights();
    flights.add(message('1', 1, 2), 0);
    flights.expire(SHOWN_MS, NOW + 1000);
    expect(flights.size).toBe(1);
    flights.expire(SHOWN_MS + 200, NOW + 1000);
    expect(flights.size).toBe(0);
  });
});

describe('words in their room', () => {
  test('names keep their number', () => {
    expect(shorten('web.1', 60, 12)).toBe('web.1');
    const cut = shorten('a-rather-long-frontend.12', 70, 12);
    expect(cut).toMatch(/^a-.*….12$/);
    expect(textWidth(cut, 12)).toBeLessThanOrEqual(70);
  });

  test('sentences wrap between words', () => {
    expect(wrap('one two three four', 9, 2)).toEqual(['one two', 'three…']);
  });

  test('spans', () => {
    expect([600, 250_000, 14_000_000, 400_000_000].map(span)).toEqual(['0.6 ms', '250 ms', '14 s', '6 min']);
  });
});
