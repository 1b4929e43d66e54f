import { describe, expect, test } from 'vitest';
import * as sys from '../../src/base/process';
import { Kernel, type ProcessRecord, START_COST } from '../../src/lab/kernel';
import { NullStream, SinkStream, type Stream } from '../../src/lab/streams';
import { Tty } from '../../src/lab/tty';
import { Simulation } from '../../src/sim/index';

type Process<T> = sys.Process<T>;

function world() {
  const simulation = new Simulation({ seed: 1, epoch: 0 });
  simulation.powerOn(simulation.addMachine('node1'));
  const kernel = new Kernel(simulation);
  simulation.worldTimer = (_owner, name) => kernel.timer(name);
  let output = '';
  const sink = new SinkStream(kernel.wake, (data) => {
    output += data;
  });
  const start = (process: Process<number>, extra: { tty?: Tty; stdin?: Stream } = {}): ProcessRecord =>
    kernel.spawn({
      name: 'test',
      place: { machine: 'node1' },
      process,
      fds: new Map([
        [0, extra.stdin ?? new NullStream(kernel.wake)],
        [1, sink],
        [2, sink],
      ]),
      tty: extra.tty,
    });
  const run = (until = Infinity): void => {
    while (simulation.nextAt() <= until && simulation.nextAt() !== Infinity) simulation.step();
  };
  return { simulation, kernel, start, run, output: () => output };
}

describe('processes', () => {
  test('starting one costs 2 ms, a sleep its time', () => {
    const { simulation, start, run, output } = world();
    start(
      (function* (): Process<number> {
        yield* sys.sleep(1_500_000);
        yield* sys.write(1, `${yield* sys.now()}`);
        return 0;
      })(),
    );
    run();
    expect(output()).toBe(`${START_COST + 1_500_000}`);
    expect(simulation.now).toBe(START_COST + 1_500_000);
  });

  test('a busy loop does not stop the world: a thousand calls take a millisecond', () => {
    const { simulation, start, run } = world();
    const process = start(
      (function* (): Process<number> {
        for (;;) yield* sys.step();
      })(),
    );
    run(10_000);
    expect(simulation.now).toBeGreaterThan(8_000);
    expect(process.status).toBe(undefined);
  });

  test('a pipe wakes its reader at the first bytes, and ends with its last writer', () => {
    const { start, run, output } = world();
    start(
      (function* (): Process<number> {
        const [readEnd, writeEnd] = yield* sys.pipe();
        const child = (function* (): Process<number> {
          yield* sys.write(1, 'one\n');
          yield* sys.sleep(1_000);
          yield* sys.write(1, 'two\n');
          return 7;
        })();
        const pid = yield* sys.spawn({ name: 'child', process: child, fds: new Map([[1, writeEnd]]) });
        yield* sys.close(writeEnd);
        for (;;) {
          const data = yield* sys.read(readEnd);
          if (data === '') break;
          yield* sys.write(1, `<${data}>`);
        }
        yield* sys.write(1, `${yield* sys.wait(pid)}`);
        return 0;
      })(),
    );
    run();
    expect(output()).toBe('<one\n><two\n>7');
  });

  test('a writer whose reader is gone ends by SIGPIPE', () => {
    const { start, run, output } = world();
    start(
      (function* (): Process<number> {
        const [readEnd, writeEnd] = yield* sys.pipe();
        const yes = (function* (): Process<number> {
          for (;;) yield* sys.write(1, 'y\n'.repeat(100));
        })();
        const pid = yield* sys.spawn({ name: 'yes', process: yes, fds: new Map([[1, writeEnd]]) });
        yield* sys.close(writeEnd);
        yield* sys.read(readEnd, 10);
        yield* sys.close(readEnd);
        yield* sys.write(1, `${yield* sys.wait(pid)}`);
        return 0;
      })(),
    );
    run();
    expect(output()).toBe('141');
  });

  test('select gives the first ready of streams, children and the timeout', () => {
    const { start, run, output } = world();
    start(
      (function* (): Process<number> {
        const [readEnd, writeEnd] = yield* sys.pipe();
        const first = yield* sys.select([readEnd], { timeout: 500 });
        const child = (function* (): Process<number> {
          yield* sys.write(1, 'x');
          return 0;
        })();
        const pid = yield* sys.spawn({ name: 'child', process: child, fds: new Map([[1, writeEnd]]) });
        const second = yield* sys.select([readEnd], { pids: [pid], timeout: 1_000_000 });
        yield* sys.read(readEnd);
        const third = yield* sys.select([readEnd], { pids: [pid] });
        yield* sys.write(1, JSON.stringify([first, second, 'pid' in third]));
        return 0;
      })(),
    );
    run();
    expect(output()).toMatch(/^\[\{"timeout":true\},\{"fd":3\},true\]$/);
  });

  test('Ctrl-C reaches every foreground process: who does not catch it ends with 130', () => {
    const { kernel, start, run, output } = world();
    const tty = new Tty(
      kernel.wake,
      80,
      24,
      () => {},
      (signal) => kernel.interrupt(tty, signal),
    );
    start(
      (function* (): Process<number> {
        const sleeper = (function* (): Process<number> {
          yield* sys.sleep(60_000_000);
          return 0;
        })();
        const pid = yield* sys.spawn({ name: 'sleep', process: sleeper, fds: new Map() });
        try {
          yield* sys.wait(pid);
        } catch (error) {
          yield* sys.write(1, error instanceof sys.Signalled ? `${error.signal} ` : 'no signal ');
        }
        yield* sys.write(1, `${yield* sys.wait(pid)}`);
        return 0;
      })(),
      { tty },
    );
    run(10_000);
    tty.input('\x03');
    run();
    expect(output()).toBe('INT 130');
  });

  test('a power cut drops processes where they stand: no cleanup of theirs runs', () => {
    const { kernel, start, run, output } = world();
    const process = start(
      (function* (): Process<number> {
        try {
          yield* sys.sleep(60_000_000);
        } finally {
          yield* sys.write(1, 'cleanup');
        }
        return 0;
      })(),
    );
    run(10_000);
    kernel.drop((place) => place.machine === 'node1');
    run();
    expect([process.status, output()]).toEqual([137, '']);
  });

  test('an error of a call is thrown where it was made', () => {
    const { start, run, output } = world();
    start(
      (function* (): Process<number> {
        try {
          yield* sys.read(9);
        } catch (error) {
          yield* sys.write(1, (error as sys.Errno).code);
        }
        return 0;
      })(),
    );
    run();
    expect(output()).toBe('EBADF');
  });
});

describe('a terminal of another size', () => {
  const tty = new Tty(
    () => {},
    80,
    24,
    () => {},
    () => {},
  );

  test('wakes nobody who sleeps or waits for a command', () => {
    const { simulation, kernel, start, run, output } = world();
    start(
      (function* (): Process<number> {
        yield* sys.sleep(1_000_000);
        yield* sys.write(1, `${(yield* sys.now()) - START_COST}`);
        return 0;
      })(),
      { tty },
    );
    run(500_000);
    kernel.interrupt(tty, 'WINCH');
    run();
    expect(output()).toBe('1000000');
    expect(simulation.now).toBe(START_COST + 1_000_000);
  });

  test('is heard by who asks for it', () => {
    const { kernel, start, run, output } = world();
    start(
      (function* (): Process<number> {
        try {
          yield* sys.select([], { timeout: 5_000_000, resize: true });
        } catch (error) {
          yield* sys.write(1, error instanceof sys.Signalled ? error.signal : 'no signal');
        }
        return 0;
      })(),
      { tty },
    );
    run(500_000);
    kernel.interrupt(tty, 'WINCH');
    run();
    expect(output()).toBe('WINCH');
  });
});

describe('the terminal between programs and keys', () => {
  function terminal() {
    let screen = '';
    const signals: string[] = [];
    const tty = new Tty(
      () => {},
      80,
      24,
      (data) => (screen += data),
      (signal) => signals.push(signal),
    );
    return { tty, screen: () => screen, signals };
  }

  test('a line is echoed, can be erased, and is read whole', () => {
    const { tty, screen } = terminal();
    tty.input('nod\x7fde1');
    expect(tty.ready()).toBe(false);
    tty.input('\r');
    expect(tty.read(100)).toEqual({ data: 'node1\n' });
    expect(screen()).toBe('nod\b \bde1\r\n');
  });

  test('Ctrl-D on an empty line is the end, after text it hands the text over', () => {
    const { tty } = terminal();
    tty.input('\x04');
    expect(tty.read(100)).toEqual({ data: '' });
    tty.input('ab\x04');
    expect(tty.read(100)).toEqual({ data: 'ab' });
    expect(tty.read(100)).toBe('wait');
  });

  test('raw mode passes every byte and makes no signal', () => {
    const { tty, signals } = terminal();
    tty.raw = true;
    tty.input('\x03\x7f');
    expect(tty.read(100)).toEqual({ data: '\x03\x7f' });
    expect(signals).toEqual([]);
  });

  test('what nobody read becomes the next editor’s first keys', () => {
    const { tty } = terminal();
    tty.input('docker ps\rech');
    expect(tty.takeTypeAhead()).toBe('docker ps\nech');
    expect(tty.ready()).toBe(false);
  });
});
