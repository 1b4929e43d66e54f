import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runScenario } from './scenario';

const directory = join(import.meta.dirname, 'scenarios');

describe('what the control loops make of services, nodes and failures', () => {
  for (const file of readdirSync(directory).sort()) {
    it(file.replace('.txt', '').replaceAll('-', ' '), async () => {
      const path = join(directory, file);
      await expect(runScenario(readFileSync(path, 'utf8'))).toMatchFileSnapshot(path);
    });
  }
});
