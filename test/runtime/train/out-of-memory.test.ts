import { expect, it } from 'vitest';
import { engineFailed } from '../../../src/runtime/engine/failure.ts';
import { explainMemory } from '../../../src/runtime/train/out-of-memory.ts';

const of = { stage: 'backbone' as const, unit: 'slices', block: { batch: 32, accumulate: 1 } };

it('an engine without memory is told with its batch, and what makes the same updates in less', () => {
  const said = 'OOM when allocating tensor with shape[32,14,14,1024]';
  const failed = engineFailed('native', 'running a step', new Error(said));
  const error = explainMemory(failed, of);
  expect(error).toMatchObject({
    code: 'training-out-of-memory',
    message: `Training of the backbone ran out of memory with batches of 32 slices. ${failed.message}`,
    hint: expect.stringContaining('{ batch: 16, accumulate: 2 }'),
  });
  const updates = { ...of, block: { batch: 5, accumulate: 4 } };
  expect((explainMemory(failed, updates) as Error & { hint: string }).hint).toContain('{ batch: 3, accumulate: 8 }');
  const one = { ...of, block: { batch: 1, accumulate: 4 } };
  expect((explainMemory(failed, one) as Error & { hint: string }).hint).toMatch(/^Take a smaller network/);
  // Where a recipe says it, and not by the stage's name.
  const joint = { ...of, stage: 'end-to-end' as const, unit: 'series' };
  expect(explainMemory(failed, joint)).toMatchObject({
    message: `Training of both networks end to end ran out of memory with batches of 32 series. ${failed.message}`,
    hint: expect.stringContaining('train.endToEnd: { batch: 16, accumulate: 2 }'),
  });
});

it('any other error stays what it is', () => {
  const other = engineFailed('native', 'running a step', new Error('no such op'));
  expect(explainMemory(other, of)).toBe(other);
  const plain = new Error('out of memory');
  expect(explainMemory(plain, of)).toBe(plain);
});
