import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/provide.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Modules hold no state of a world, so that files can share them: a third less time.
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
