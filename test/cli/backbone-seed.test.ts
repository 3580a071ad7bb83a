import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ichor } from '../cli.ts';
import { tiny } from './tiny.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-seed-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The backbone's weights, of a store of its own: nothing is recalled. */
async function weightsOf(name: string, ...set: string[]): Promise<[key: string, weights: Buffer]> {
  const store = join(folder, name);
  const assigned = [
    ...set,
    'train.backbone.sampler={ type: balanced, label: any }',
    'train.backbone.mixup={ alpha: 1 }',
  ];
  const { status, err } = await ichor([
    ...['run', 'recipes/quickstart.yaml', ...tiny, '--store', store, '--until', 'backbone'],
    ...assigned.flatMap((one) => ['--set', one]),
  ]);
  expect(status, err).toBe(0);
  const [key = ''] = await readdir(join(store, 'store', 'backbone'));
  return [key, await readFile(join(store, 'store', 'backbone', key, 'weights.safetensors'))];
}

test('a backbone with a seed of its own is that of a recipe with this seed, in all that it draws', async () => {
  const [[key, weights], [sameKey, same], [otherKey, other]] = await Promise.all([
    weightsOf('of-recipe', 'seed=5'),
    weightsOf('own', 'seed=9', 'train.backbone.seed=5'),
    weightsOf('other', 'seed=9'),
  ]);
  expect(sameKey).toBe(key);
  expect(same.equals(weights)).toBe(true);
  expect(otherKey).not.toBe(key);
  expect(other.equals(weights)).toBe(false);
}, 120_000);
