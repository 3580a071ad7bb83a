import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listRuns, RunFolder } from '../../../src/runtime/runs/run-folder.ts';

const init = (predictsWith: string | null) => ({
  recipe: predictsWith === null ? 'heads' : 'heads-predict',
  recipeHash: 'ab',
  smoke: false,
  synthetic: false,
  until: null,
  predictsWith,
  engine: null,
  versions: {},
  components: {},
  data: { fingerprint: 'aa', files: 1 },
  git: null,
});

it('a prediction takes the name of one that failed, and of nothing else', async () => {
  const store = await mkdtemp(join(tmpdir(), 'ichor-runs-'));
  for (const folder of ['runs', 'partial']) await mkdir(join(store, folder));
  const run = async (predictsWith: string | null, status: 'done' | 'failed' | 'interrupted') => {
    const folder = await RunFolder.create(store, init(predictsWith), 'recipe: 1\n');
    await folder.end(status);
    return folder.record.name;
  };
  expect(await run('trained-1', 'failed')).toBe('heads-predict-1');
  expect(await run('trained-1', 'failed')).toBe('heads-predict-1');
  expect(await run('trained-1', 'done')).toBe('heads-predict-1');
  expect(await run('trained-1', 'interrupted')).toBe('heads-predict-2');
  expect(await run('trained-1', 'failed')).toBe('heads-predict-3');
  // Two at once: one takes it, the other the next.
  const both = await Promise.all([run('trained-1', 'done'), run('trained-1', 'done')]);
  expect(both.sort()).toEqual(['heads-predict-3', 'heads-predict-4']);
  // A training that failed is looked into, and has something to go on from.
  expect([await run(null, 'failed'), await run(null, 'done')]).toEqual(['heads-1', 'heads-2']);
  expect((await listRuns(store)).map(({ record }) => `${record.name} ${record.status}`).sort()).toEqual([
    'heads-1 failed',
    'heads-2 done',
    'heads-predict-1 done',
    'heads-predict-2 interrupted',
    'heads-predict-3 done',
    'heads-predict-4 done',
  ]);
});

it('gives the name of a removed run to no other while something refers to it', async () => {
  const store = await mkdtemp(join(tmpdir(), 'ichor-names-'));
  const create = async (recipe: string, more: object = {}) => {
    const folder = await RunFolder.create(store, { ...init(null), recipe, ...more }, 'recipe: 1\n');
    await folder.end('done');
    return folder;
  };
  await mkdir(join(store, 'runs'), { recursive: true });
  for (const refers of [
    { predictsWith: 'heads-1' },
    {
      ensemble: {
        mean: 'logits',
        runs: [{ run: 'heads-1', recipe: 'heads', recipeHash: '', model: 'backbone', predictions: '' }],
      },
    },
  ]) {
    const first = await create('heads');
    expect(first.record.name).toBe('heads-1');
    const other = await create('other', refers);
    await rm(first.folder, { recursive: true });
    const next = await create('heads');
    expect(next.record.name).toBe('heads-2');
    for (const { folder } of [other, next]) await rm(folder, { recursive: true });
  }
});
