import { configDefaults, defineConfig } from 'vitest/config';

/** `npm run test:slow`: what takes minutes, and where a faster test watches the same. The others pass it over without a word. */
const slow = process.env.ICHOR_SLOW === '1';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(slow ? [] : ['test/slow/**'])],
    setupFiles: 'test/temporary.ts',
    globalSetup: 'test/once-per-run.ts',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
