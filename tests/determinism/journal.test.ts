/** One seed, one journal, one digest: live, again, replayed, and pumped in slices of another size. */
import { describe, expect, test } from 'vitest';
import { replayJournal } from '../../src/headless/replay';
import { runScript } from '../../src/headless/run';
import { tools } from '../../src/headless/tools';
import { DEFAULT_EPOCH, Lab, type Outputs } from '../../src/lab/index';

const SCRIPT = `
docker swarm init
for n in 2 3; do ssh node$n docker swarm join --token $(docker swarm join-token -q manager) node1:2377; done
docker service create -d --name web --replicas 4 -p 8080:80 nginx:alpine
sleep 15
docker service ls
lab kill node3
sleep 40
docker node ls | sed s/Down/DOWN/
docker service ps web
`;

async function run(seed: number) {
  let output = '';
  const result = await runScript({
    seed,
    nodes: 4,
    name: 'test',
    text: SCRIPT,
    args: [],
    limit: 3_600_000_000,
    hashPayloads: true,
    output: (_stream, data) => {
      output += data;
    },
  });
  return { output, digest: result.lab.fullDigest(), journal: result.lab.journal(), status: result.status };
}

describe('determinism', () => {
  test('the same seed gives the same bytes and the same digest; another seed others', async () => {
    const [first, second, other] = [await run(1), await run(1), await run(2)];
    expect(first.output).toContain('DOWN');
    expect(second).toEqual(first);
    expect(other.digest).not.toBe(first.digest);
  });

  test('a replayed journal comes out the same', async () => {
    const live = await run(3);
    let output = '';
    const lab = await replayJournal(
      live.journal,
      (_stream, data) => {
        output += data;
      },
      true,
    );
    expect([lab.fullDigest(), output]).toEqual([live.digest, live.output]);
  });

  test('nothing depends on where the pump stops', () => {
    const digests = [1, 7, 5_000].map((slice) => {
      const lab = interactive();
      const end = DEFAULT_EPOCH + 30_000_000;
      while (lab.advance(end, slice) === 'budget');
      return lab.digest();
    });
    expect(new Set(digests).size).toBe(1);
  });

  test('a live lab and its replay agree, inputs between events included', async () => {
    const live = interactive();
    for (let at = 1; at <= 40; at++) {
      live.advance(DEFAULT_EPOCH + at * 333_333);
      if (at === 10) live.submit({ kind: 'lab', args: ['kill', 'node2'] });
      if (at === 20) live.submit({ kind: 'line', session: 1, text: 'docker node ls' });
      if (at === 21) live.submit({ kind: 'signal', session: 1, signal: 'INT' });
      if (at === 30) live.submit({ kind: 'lab', args: ['start', 'node2'] });
    }
    const replayed = await replayJournal(live.journal(), () => {});
    expect(replayed.digest()).toBe(live.digest());
  });
});

const QUIET: Outputs = { terminal() {}, prompt() {}, line() {}, act() {}, script() {}, scriptEnd() {} };

function interactive(): Lab {
  const lab = new Lab({ seed: 5, epoch: DEFAULT_EPOCH, shape: { nodes: 3 }, tools, outputs: QUIET });
  lab.submit({ kind: 'open', session: 1, host: 'node1', columns: 97, rows: 40 });
  lab.advance(DEFAULT_EPOCH + 100_000);
  lab.submit({ kind: 'line', session: 1, text: 'docker swarm init' });
  return lab;
}
