import { beforeEach, describe, expect, test } from 'vitest';
import type { Scene } from '../../src/scene/index';
import { Link, type Pace, type WorkerLike } from '../../src/worker/link';
import { Pacer } from '../../src/worker/pacer';
import type { Frame, FromWorker, ToWorker } from '../../src/worker/protocol';
import { Console } from '../page/fake-lab';

const EPOCH = 1_767_603_600_000_000;
const LIVE: Pace = { paused: false, tenths: 10, untilSettled: false };
const SHAPE = { seed: 1, epoch: EPOCH, nodes: 3 };

/** A worker in the same thread, its messages cloned, its clock a number that the test moves. */
class LocalWorker implements WorkerLike {
  onmessage: ((event: { readonly data: FromWorker }) => void) | null = null;
  onerror: ((event: { readonly message: string }) => void) | null = null;
  readonly received: ToWorker[] = [];
  pacer: Pacer | undefined;
  lab: Console | undefined;
  wall = 0;
  dead = false;

  postMessage(message: ToWorker): void {
    this.received.push(message);
    try {
      this.receive(structuredClone(message));
    } catch (error) {
      this.post({ kind: 'failed', message: String(error), stack: '' });
    }
  }

  terminate(): void {
    this.dead = true;
  }

  /** Lets real time pass, in slices. */
  pass(milliseconds: number): void {
    for (const end = this.wall + milliseconds; this.wall < end; ) {
      this.wall += 10;
      this.pacer?.slice();
    }
  }

  private post(message: FromWorker): void {
    if (!this.dead) this.onmessage?.({ data: structuredClone(message) });
  }

  private receive(message: ToWorker): void {
    if (message.kind === 'start') {
      const lab = new Console({ shape: message.shape, journal: message.journal });
      this.lab = lab;
      this.post({ kind: 'ready', at: lab.now, head: { inputs: [], end: 0 } });
      this.pacer = new Pacer({
        console: lab,
        clock: () => this.wall,
        post: (frame) => this.post(frame),
        pace: message.pace,
        sessions: message.sessions,
        stamped: lab.journal().inputs.length,
      });
    } else if (message.kind === 'input') this.pacer!.input(message.sequence, message.input);
    else if (message.kind === 'pace') this.pacer!.setPace(message.pace);
    else if (message.kind === 'step') this.pacer!.step();
    else if (message.kind === 'seen') this.pacer!.seen(message.frame);
    else if (message.kind === 'visible') this.pacer!.setVisible(message.visible);
  }
}

let workers: LocalWorker[];
let screen: string;
let frames: Frame[];
let told: string[];
let scene: Scene;

function begin(pace: Pace = LIVE, acknowledge = true): Link {
  return new Link({
    shape: SHAPE,
    pace,
    spawn: () => {
      const worker = new LocalWorker();
      workers.push(worker);
      return worker;
    },
    events: {
      ready: () => told.push('ready'),
      frame: (seen, _diff, frame, done) => {
        scene = seen;
        frames.push(frame);
        for (const [session, bytes] of frame.output) screen += `[${session}]${bytes}`;
        if (acknowledge) done();
      },
      restarted: () => {
        told.push('restarted');
        screen = '';
      },
      setAside: (input) => told.push(`set aside ${JSON.stringify(input)}`),
      failed: (why) => told.push(`failed ${why}`),
    },
  });
}

beforeEach(() => {
  workers = [];
  screen = '';
  frames = [];
  told = [];
});

const worker = (): LocalWorker => workers.at(-1)!;
const open = (link: Link, session: string, host: string): void =>
  link.input({ kind: 'open', session, host, columns: 97, rows: 40 });
const type = (link: Link, session: string, bytes: string): void => link.input({ kind: 'keys', session, bytes });

describe('the pace', () => {
  test.each([
    [1, 0.1],
    [10, 1],
    [100, 10],
    [600, 60],
  ])('at %i tenths, a real second is %f virtual ones', (tenths, seconds) => {
    begin({ ...LIVE, tenths });
    worker().pass(1000);
    expect(worker().lab!.now - EPOCH).toBe(seconds * 1_000_000);
  });

  test('a pause stops the clock and not the echo', () => {
    const link = begin({ ...LIVE, paused: true });
    open(link, 'a', 'node1');
    worker().pass(1000);
    type(link, 'a', 'ls');
    expect(worker().lab!.now).toBe(EPOCH);
    expect(screen).toContain('[a]l[a]s');
  });

  test('a step goes to the next thing that can be seen', () => {
    const link = begin({ ...LIVE, paused: true });
    open(link, 'a', 'node1');
    type(link, 'a', 'docker swarm init\r');
    link.step();
    expect(worker().lab!.now - EPOCH).toBe(1_000_000);
    expect(scene.tables.message.size).toBe(2);
  });

  test('until settled goes as fast as it can, then on as before', () => {
    const link = begin();
    link.setPace({ ...LIVE, untilSettled: true });
    worker().pass(10);
    expect(worker().lab!.now - EPOCH).toBe(20_000_000);
    expect(frames.at(-1)!.pace).toEqual(LIVE);
    worker().pass(1000);
    expect(worker().lab!.now - EPOCH).toBe(21_000_000);
  });

  test('a hidden page is sent nothing, and its clock stands', () => {
    const link = begin();
    link.setVisible(false);
    worker().pass(5000);
    expect(worker().lab!.now).toBe(EPOCH);
    link.setVisible(true);
    worker().pass(1000);
    expect(worker().lab!.now - EPOCH).toBe(1_000_000);
  });

  test('time in which the computer slept is not made up for', () => {
    begin();
    worker().pass(1000);
    worker().wall += 3_600_000;
    worker().pass(1000);
    expect(worker().lab!.now - EPOCH).toBe(1_990_000);
  });

  test('a page that does not keep up slows the world and is sent no flood', () => {
    begin(LIVE, false);
    worker().pass(60_000);
    expect(frames.length).toBeLessThan(10);
    expect(worker().lab!.now - EPOCH).toBeLessThan(10_000_000);
  });
});

describe('inputs', () => {
  test('reach their own session, and their echo comes at once', () => {
    const link = begin();
    open(link, 'a', 'node1');
    open(link, 'b', 'node2');
    type(link, 'b', 'x');
    expect(screen).toContain('[b]x');
    expect(screen).not.toContain('[a]x');
  });

  test('stand in the journal with their instants', () => {
    const link = begin();
    open(link, 'a', 'node1');
    worker().pass(1000);
    type(link, 'a', 'docker swarm init\r');
    expect(link.journal().inputs).toEqual([
      { kind: 'open', session: 1, host: 'node1', at: 0 },
      { kind: 'line', session: 1, text: 'docker swarm init', at: 1_000_000 },
    ]);
  });

  test('a closed session takes no keys', () => {
    const link = begin();
    open(link, 'a', 'node1');
    link.input({ kind: 'close', session: 'a' });
    screen = '';
    type(link, 'a', 'x');
    expect(screen).toBe('');
  });
});

describe('a worker that dies', () => {
  test('is started anew, replays, and goes on in the same sessions', () => {
    const link = begin();
    open(link, 'a', 'node1');
    type(link, 'a', 'docker swarm init\r');
    worker().onerror!({ message: 'out of memory' });
    expect(told).toEqual(['ready', 'restarted', 'ready']);
    expect(workers).toHaveLength(2);
    worker().pass(20);
    expect(screen).toContain('Swarm initialized');
    expect(scene.tables.member.size).toBe(3);
    type(link, 'a', 'y');
    expect(screen.endsWith('[a]y')).toBe(true);
  });

  test('is sent again what it had not taken', () => {
    const link = begin();
    open(link, 'a', 'node1');
    worker().pacer = undefined;
    const deaf = worker();
    deaf.postMessage = (message) => void deaf.received.push(message);
    type(link, 'a', 'held');
    expect(screen).not.toContain('[a]h');
    deaf.onerror!({ message: 'gone' });
    expect(screen).toContain('[a]h[a]e[a]l[a]d');
  });

  test('by the same input twice goes on without it, and says so', () => {
    const link = begin();
    open(link, 'a', 'node1');
    type(link, 'a', 'docker swarm init\r');
    type(link, 'a', 'crash\r');
    expect(told.filter((word) => word === 'restarted')).toHaveLength(2);
    expect(told.find((word) => word.startsWith('set aside'))).toContain('crash');
    worker().pass(20);
    type(link, 'a', 'z');
    expect(screen).toContain('[a]z');
    expect(scene.tables.member.size).toBe(3);
  });

  test('again and again is given up, with the journal at hand', () => {
    const link = begin();
    open(link, 'a', 'node1');
    for (let times = 0; times < 4; times++) worker().onerror?.({ message: 'no such luck' });
    expect(told.at(-1)).toBe('failed no such luck');
    expect(link.journal()).toMatchObject({ inputs: expect.any(Array), end: expect.any(Number) });
  });
});
