/**
 * The text files beside this one: a block is commands, a line of dashes, and what they print. `vitest -u` writes what
 * is printed; commit it only if you understand the difference. In the manner of etcd-io/raft testdata.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Group } from './group';

/** The file's text with every output made anew. */
function replay(text: string): string {
  const group = new Group();
  const blocks = text.trimEnd().split(/\n\n(?!\s)/);
  return `${blocks.map((block) => replayBlock(group, block)).join('\n\n')}\n`;
}

function replayBlock(group: Group, block: string): string {
  const input = block.split('\n----')[0]!;
  const commands = input.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  if (commands.length === 0) return input;
  const output = commands.map((command) => group.run(command)).filter((lines) => lines !== '');
  return `${input}\n----${output.length > 0 ? `\n${output.join('\n')}` : ''}`;
}

for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith('.txt'))) {
  test(file.replace('.txt', '').replaceAll('-', ' '), async () => {
    const path = join(import.meta.dirname, file);
    await expect(replay(readFileSync(path, 'utf8'))).toMatchFileSnapshot(path);
  });
}
