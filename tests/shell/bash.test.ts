import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostPrograms, shellProcess } from '../../src/shell/index';
import { World } from './world';

const BASH = '/bin/bash';

interface Outcome {
  stdout: string;
  stderr: string;
  status: number | null;
}

/** What the real bash makes of a script, in an empty directory that is called /root in what it prints. */
function real(text: string): Outcome {
  const directory = mkdtempSync(join(tmpdir(), 'script-'));
  try {
    writeFileSync(join(directory, 'script.sh'), text, 'latin1');
    const env = { PATH: '/usr/bin:/bin', HOME: '/root', LC_ALL: 'C.UTF-8' };
    const ran = spawnSync(BASH, ['script.sh'], { cwd: directory, env, encoding: 'latin1', input: '' });
    // In this locale the GNU tools quote with curly marks, the machines' ones with straight ones.
    const named = (output: string): string => output.replaceAll(directory, '/root').replace(/\xe2\x80[\x98\x99]/g, "'");
    return { stdout: named(ran.stdout), stderr: named(ran.stderr), status: ran.status };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function ours(text: string): Outcome {
  const world = new World({
    // sort and tr are not the shell's: this machine's do.
    filter: ({ name, args, stdin }) => {
      const ran = spawnSync(name, args, { input: Buffer.from(stdin, 'latin1'), encoding: 'latin1' });
      return { stdout: ran.stdout, stderr: ran.stderr, status: ran.status ?? 1 };
    },
  });
  world.put('/root/script.sh', text);
  const env = new Map([
    ['PATH', '/usr/bin:/bin'],
    ['HOME', '/root'],
  ]);
  const run = { mode: 'script' as const, name: 'script.sh', text };
  const status = world.run(shellProcess({ run, env, cwd: '/root', programs: hostPrograms() }));
  return { stdout: world.stdout, stderr: world.stderr, status };
}

const scripts = readFileSync(join(import.meta.dirname, 'scripts.txt'), 'latin1')
  .split(/^### /m)
  .slice(1);

describe.skipIf(!existsSync(BASH))('scripts do what bash does with them', () => {
  for (const script of scripts) {
    const [title] = script.split('\n', 1) as [string];
    it(title, () => {
      const text = script.slice(title.length + 1);
      expect(ours(text)).toEqual(real(text));
    });
  }
});
