import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type PixelRow, writePixels } from '../../../src/runtime/artifacts/shards.ts';
import { writeSplit } from '../../../src/runtime/artifacts/split.ts';
import { seenInTraining } from '../../../src/runtime/runs/seen-in-training.ts';
import type { Store } from '../../../src/runtime/store/store.ts';

const row = (slice: string, hash: string, blank = false): PixelRow => ({
  slice,
  status: 'read',
  hash,
  blank,
  brain: 0.3,
});
const side = (slice: string, of: 'train' | 'validation') => ({
  slice,
  backbone: of,
  backboneFold: 0,
  littleBrain: false,
  sequence: of,
  sequenceFold: 0,
});

it('a prediction on pictures that were trained on says so, whatever they are called', async () => {
  const root = await mkdtemp(join(tmpdir(), 'ichor-seen-'));
  const folder = async (name: string) => join(await mkdtemp(join(root, name)));
  const learned = await folder('learned');
  await writePixels(learned, [row('a', 'h1'), row('b', 'h2'), row('c', 'h3'), row('d', 'blank', true)]);
  await writeSplit(learned, [side('a', 'train'), side('b', 'train'), side('c', 'validation'), side('d', 'train')]);
  const store = {
    find: async (stage: string, key: string) => (key === 'gone' ? null : { stage, key, folder: learned }),
  };
  const seen = async (rows: PixelRow[], key = 'key') => {
    const own = await mkdtemp(join(root, 'shown-'));
    await writePixels(own, rows);
    const artifacts = { shards: { stage: 'shards', key }, split: { stage: 'split', key } };
    const trained = { name: 'my-run-1', artifacts } as Parameters<typeof seenInTraining>[1];
    return seenInTraining(store as unknown as Store, trained, { stage: 'shards', key: 'other', folder: own });
  };
  expect(await seen([row('x', 'h1'), row('y', 'h9')])).toMatchObject({ code: 'seen-in-training' });
  expect((await seen([row('x', 'h1'), row('y', 'h9')]))?.message).toMatch(
    /^1 of the 2 pictures .* my-run-1 was trained on/,
  );
  expect((await seen([row('x', 'h1'), row('y', 'h2')]))?.message).toMatch(/^All 2 pictures/);
  // Its validation side, blank pictures, and what the store has no longer.
  expect(await seen([row('x', 'h3'), row('y', 'blank', true)])).toBeNull();
  expect(await seen([row('x', 'h1')], 'gone')).toBeNull();
});
