/** The page with the fake lab behind it. */
import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig, type Plugin } from 'vite';
import page from '../../vite.config';

const root = fileURLToPath(new URL('../..', import.meta.url));

function fakeLab(): Plugin {
  return {
    name: 'fake-lab',
    enforce: 'pre',
    resolveId: (id, importer) =>
      id === '../lab/index' && importer?.endsWith('worker/engine.ts') ? `${root}tests/page/fake-lab.ts` : undefined,
  };
}

export default mergeConfig(
  page,
  defineConfig({
    root,
    plugins: [fakeLab()],
    worker: { plugins: () => [fakeLab()] },
    build: { outDir: 'dist-fake', emptyOutDir: true },
  }),
);
