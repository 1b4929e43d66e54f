/** The terminal of a host that is switched off, and comes back. */
import { describe, expect, test } from 'vitest';
import { fromUtf8, utf8 } from '../../src/base/bytes';
import { makeRegistry } from '../../src/images/index';
import { Console } from '../../src/lab/index';
import * as shell from '../../src/shell/index';

function desk() {
  const lab = new Console({
    tools: { ...shell, makeRegistry },
    shape: { seed: 1, epoch: 1_764_000_000_000_000, nodes: 2 },
    journal: undefined,
  });
  const shown = new Map<number, string>();
  const pass = (micros: number): void => {
    lab.advance(lab.now + micros, 1_000, () => 0);
    for (const [session, data] of lab.takeOutput()) shown.set(session, (shown.get(session) ?? '') + fromUtf8(data));
  };
  const type = (session: number, text: string): string => {
    shown.set(session, '');
    lab.keys(session, utf8(text));
    pass(3_000_000);
    return plain(shown.get(session) ?? '');
  };
  return { lab, pass, type, shown: (session: number) => plain(shown.get(session) ?? '') };
}

function plain(text: string): string {
  return text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').replace(/\r/g, '');
}

const OFF = 'node2 is off. Its memory is gone, its disk is kept: lab start node2\n';

describe('the terminal of a host that is off', () => {
  test('says so, knows no command but lab, and begins anew when the host is on', () => {
    const { lab, pass, type, shown } = desk();
    const here = lab.open('node1', 97, 40);
    const there = lab.open('node2', 97, 40);
    pass(1_000_000);
    lab.keys(there, utf8('echo half a li'));
    type(here, 'lab kill node2\r');
    expect(shown(there)).toContain(OFF);
    expect(type(there, 'docker ps\r')).toBe('docker ps\nnode2 is off: lab start node2\n');
    expect(type(there, '\r')).toBe('\n');
    expect(type(there, 'lab kill node2\r')).toBe('lab kill node2\nlab: node2 is off already\n');
    expect(type(there, 'lab start node2\r')).toBe('lab start node2\nnode2:~$ ');
    expect(type(there, 'echo back\r')).toBe('echo back\nback\nnode2:~$ ');
  });

  test('opened while it is off says so too', () => {
    const { lab, pass, type, shown } = desk();
    const here = lab.open('node1', 97, 40);
    pass(1_000_000);
    type(here, 'lab kill node2\r');
    const there = lab.open('node2', 97, 40);
    pass(1_000_000);
    expect(shown(there)).toBe(OFF);
  });
});
