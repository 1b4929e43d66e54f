import { describe, expect, it } from 'vitest';
import { runScript } from '../../src/headless/run';

const DAY = 86_400_000_000;

async function run(text: string, limit = DAY, calls?: number): Promise<{ status: number; said: string; why?: string }> {
  let said = '';
  const output = (_stream: 'stdout' | 'stderr', data: string): void => {
    said += data;
  };
  const steps = calls === undefined ? {} : { calls };
  const options = { seed: 1, nodes: 1, name: 'script', text, args: [], limit, output, ...steps };
  const { status, stopped } = await runScript(options);
  return stopped === undefined ? { status, said } : { status, said, why: stopped };
}

describe('an endless script is stopped', () => {
  it.each([
    ['while it computes', 'while :; do :; done', 'its processes took more than 50000 steps'],
    ['while it asks the daemon', 'while :; do docker ps >/dev/null; done', 'its processes took more than 50000 steps'],
  ])('%s, by its steps', async (_when, text, why) => {
    expect(await run(text, DAY, 50_000)).toEqual({ status: 124, said: '', why });
  });

  it('while it sleeps in a loop, by virtual time', async () => {
    const why = 'its virtual time is used up (--limit)';
    expect(await run('while sleep 60; do :; done', 3_600_000_000)).toEqual({ status: 124, said: '', why });
  });

  it('and sleep at the top level counts against neither', async () => {
    expect(await run('sleep 86400\nsleep 86400\ndate', 60_000_000, 1_000)).toEqual({
      status: 0,
      said: 'Wed Jan  7 09:00:00 UTC 2026\n',
    });
  });
});

describe('facts of a machine', () => {
  it('name one kernel, whoever is asked', async () => {
    const script = 'uname -r; docker info -f "{{.KernelVersion}}"; cut -d" " -f3 /proc/version';
    expect((await run(script)).said).toBe('6.1.0-31-amd64\n'.repeat(3));
  });

  it('a program that is only a name among the files says so', async () => {
    const { said, status } = await run('ss -ltn');
    expect([said, status]).toEqual(['script: line 1: ss: this playground does not model this program\n', 126]);
  });
});
