/**
 * Our docker and the real one, command by command, over the same prepared swarm: output, errors and exit status are
 * equal to the byte. Both labs have one seed; what is compared was made 26 hours before.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparable, plainWords, readBlocks } from './script';
import { OurSide, RealSide } from './sides';

const HERE = new URL('.', import.meta.url);
const VERSION = '28.2.2';

/** The folder of a real docker command of our version, or why there is none. */
function findDocker(): { readonly folder: string } | { readonly missing: string } {
  try {
    const path = execFileSync('/bin/sh', ['-c', 'command -v docker'], { encoding: 'utf8' }).trim();
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' });
    if (version.includes(`version ${VERSION},`)) return { folder: dirname(path) };
    return { missing: `docker here is ${version.trim()}` };
  } catch {
    return { missing: 'there is no docker command here' };
  }
}

const found = findDocker();
const blocks = readBlocks(HERE);

/** Files whose commands change what the next one sees: run once only. */
const CHANGES = /^0[69]/;

if ('missing' in found) {
  it.skip(`parity needs the docker CLI ${VERSION}: ${found.missing}`, () => {});
} else {
  describe(`our docker and docker ${VERSION} agree`, () => {
    const prepare = readFileSync(new URL('prepare.sh', HERE), 'utf8');
    // As old as the preparation takes: what it made is 26 hours old by the wall's clock as by the world's.
    const aged = (26 * 3600 + 120) * 1_000_000;
    const epoch = Math.floor(performance.timeOrigin + performance.now()) * 1000 - aged;
    const ours = new OurSide(epoch);
    const real = new RealSide(found.folder, epoch);

    beforeAll(async () => {
      const first = await ours.prepare(prepare);
      expect(first.stderr).toBe('');
      expect(await real.prepare(prepare)).toEqual(first);
      await real.start();
    });

    afterAll(() => real.stop());

    it('has enough to compare', () => {
      expect(blocks.filter(({ script }) => script !== '').length).toBeGreaterThanOrEqual(120);
    });

    it('our docker says the same over HTTP', async () => {
      let compared = 0;
      for (const block of blocks.filter(({ file }) => !CHANGES.test(file))) {
        const words = plainWords(block.script);
        if (!words) continue;
        const wanted = comparable(block, await real.run(block));
        expect(comparable(block, await real.runOurs(block, words)), block.script).toEqual(wanted);
        compared++;
      }
      expect(compared).toBeGreaterThan(100);
    });

    for (const block of blocks) {
      it(`${block.file}:${block.line} ${block.script.split('\n')[0]}`, async () => {
        const wanted = comparable(block, await real.run(block));
        expect(comparable(block, await ours.run(block))).toEqual(wanted);
      });
    }
  });
}
