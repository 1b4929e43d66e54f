import { describe, expect, test } from 'vitest';
import {
  classOfTask,
  cutOff,
  electionLeft,
  flight,
  type MachineRecord,
  type MemberRecord,
  type MessageRecord,
  SceneRecorder,
  summarize,
} from '../../src/scene/index';

const SECOND = 1_000_000;

function machine(index: number, change: Partial<MachineRecord> = {}): MachineRecord {
  const name = `node${index}`;
  return {
    id: name,
    name,
    index,
    ip: `192.168.0.${10 + index}`,
    powered: true,
    poweredAt: 0,
    segment: 0,
    docker: true,
    swarm: 'active',
    nodeId: `id${index}`,
    memory: 0,
    cpus: 4,
    ...change,
  };
}

function member(name: string, change: Partial<MemberRecord> = {}): MemberRecord {
  return {
    id: name,
    machine: name,
    nodeId: '',
    role: 'follower',
    term: 2,
    vote: '',
    lead: 'node1',
    commit: 9,
    applied: 9,
    firstIndex: 1,
    lastIndex: 9,
    lastTerm: 2,
    log: [],
    voters: ['node1', 'node2', 'node3'],
    votes: [],
    electionStart: 0,
    electionDeadline: 0,
    peers: [],
    digest: '',
    ...change,
  };
}

function three(): SceneRecorder {
  const recorder = new SceneRecorder(0);
  for (const index of [1, 2, 3]) recorder.put('machine', machine(index));
  recorder.put('member', member('node1', { role: 'leader' }));
  recorder.put('member', member('node2'));
  recorder.put('member', member('node3'));
  return recorder;
}

describe('the summary', () => {
  test('of a lab without a swarm', () => {
    const recorder = new SceneRecorder(0);
    recorder.put('machine', machine(1));
    expect(summarize(recorder.scene(0))).toMatchObject({ swarm: false, managers: 0, leader: '' });
  });

  test('three managers can lose one', () => {
    expect(summarize(three().scene(0))).toMatchObject({
      managers: 3,
      reachable: 3,
      canLose: 1,
      leader: 'node1',
      term: 2,
    });
  });

  test('a leader without power leads no more, and one manager less can be lost', () => {
    const recorder = three();
    recorder.put('machine', machine(1, { powered: false }));
    expect(summarize(recorder.scene(0))).toMatchObject({ reachable: 2, canLose: 0, leader: '' });
    recorder.put('member', member('node2', { role: 'candidate', term: 3, lead: '' }));
    expect(summarize(recorder.scene(0))).toMatchObject({ candidates: ['node2'], term: 3 });
  });

  test('a leader that is cut off leads in its own term, whatever the others ask for', () => {
    const recorder = three();
    recorder.put('machine', machine(1, { segment: 1 }));
    recorder.put('member', member('node2', { role: 'candidate', term: 3, lead: '' }));
    expect(summarize(recorder.scene(0))).toMatchObject({ leader: 'node1', leaderTerm: 2, term: 3 });
  });

  test('of two that believe to lead, the one of the higher term counts, and only who it can reach', () => {
    const recorder = three();
    recorder.put('machine', machine(1, { segment: 1 }));
    recorder.put('machine', machine(2, { segment: 2 }));
    recorder.put('machine', machine(3, { segment: 2 }));
    recorder.put('member', member('node2', { role: 'leader', term: 3, lead: 'node2' }));
    const scene = recorder.scene(0);
    expect(summarize(scene)).toMatchObject({ leader: 'node2', reachable: 2, canLose: 0, partitioned: true });
    expect(cutOff(scene, 'node1', 'node2')).toBe(true);
    expect(cutOff(scene, 'node3', 'node2')).toBe(false);
  });

  test('a cut cable separates two, in either order of names', () => {
    const recorder = three();
    recorder.put('link', { id: 'node1|node3', a: 'node1', b: 'node3', cut: true, delay: 0, lossPerMille: 0 });
    expect(cutOff(recorder.scene(0), 'node3', 'node1')).toBe(true);
    expect(cutOff(recorder.scene(0), 'node2', 'node1')).toBe(false);
  });
});

test('a message is where its times say', () => {
  const message = { sentAt: 100, arrivesAt: 300 } as MessageRecord;
  expect([50, 100, 150, 300, 900].map((t) => flight(message, t))).toEqual([undefined, 0, 0.25, 1, 1]);
});

test('an election timer empties, and a leader has none', () => {
  const follower = member('node2', { electionStart: 0, electionDeadline: 10 * SECOND });
  expect([0, 4 * SECOND, 20 * SECOND].map((t) => electionLeft(follower, t))).toEqual([1, 0.6, 0]);
  expect(electionLeft(member('node1', { role: 'leader' }), 5)).toBeUndefined();
});

test.each([
  ['pending', 'waiting'],
  ['preparing', 'progress'],
  ['running', 'running'],
  ['complete', 'done'],
  ['rejected', 'failed'],
  ['shutdown', 'stopped'],
] as const)('a task that is %s belongs to the class %s', (state, expected) => {
  expect(classOfTask({ state })).toBe(expected);
});
