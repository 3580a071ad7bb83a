import { expect, it } from 'vitest';
import { findEngine } from '../../../src/runtime/engine/install/find.ts';
import { openEngine } from '../../../src/runtime/engine/open.ts';

const native = await findEngine();

it.skipIf(native === null)('a process keeps the threads that it began with, and says so', async () => {
  const engine = await openEngine('native', undefined, 3);
  expect(engine.threads).toBe(3);
  expect(await openEngine('native')).toBe(engine);
  expect(await openEngine('native', undefined, 3)).toBe(engine);
  await expect(openEngine('native', undefined, 1)).rejects.toMatchObject({
    code: 'engine-threads',
    message: 'This process computes on 3 threads; it cannot go on with 1.',
  });
});
