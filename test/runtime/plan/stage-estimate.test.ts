import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeCheckpoint } from '../../../src/runtime/artifacts/checkpoints.ts';
import type { KeyedInstance } from '../../../src/runtime/plan/keys.ts';
import { stageEstimate } from '../../../src/runtime/plan/stage-estimate.ts';
import type { History } from '../../../src/runtime/plan/states.ts';
import type { Cost } from '../../../src/runtime/store/cost.ts';

const folder = () => mkdtemp(join(tmpdir(), 'ichor-estimate-'));
const instance = (name: string) => ({ id: name, instance: '', stage: { name }, parts: {} }) as unknown as KeyedInstance;
const nothing = { nearest: async () => null } as unknown as History;
const earlier = {
  nearest: async () => ({
    artifact: { manifest: { seconds: 360, estimate: { seconds: 180, bytes: 500 }, files: { a: { bytes: 90 } } } },
  }),
} as unknown as History;
const cost: Cost = {
  seconds: 200,
  bytes: 600,
  work: { items: 300, unit: 'slices', epochs: 8, updates: 8, batch: 300 },
};

it('is the model’s figure, or what an earlier run took in the ratio of the two', async () => {
  expect(await stageEstimate(instance('backbone'), cost, nothing, null)).toEqual({ ...cost, from: 'model' });
  expect(await stageEstimate(instance('backbone'), cost, earlier, null)).toMatchObject({
    seconds: 400,
    bytes: 108,
    from: 'earlier run',
  });
});

it('is of the epochs that an interrupted training has left', async () => {
  const at = await folder();
  const row = { steps: 1, loss: 1, validation: null };
  const history = [1, 2, 3, 4, 5, 6].map((epoch) => ({ epoch, ...row }));
  await writeCheckpoint(at, { state: {}, step: 6, history, row: null, best: null });
  const rest = { seconds: 100, done: 0.75, work: { items: 300, unit: 'slices', epochs: 2 } };
  expect(await stageEstimate(instance('backbone'), cost, earlier, at)).toMatchObject(rest);
  // A training that lost its checkpoint begins anew.
  await writeFile(join(at, 'checkpoint.safetensors'), 'damaged');
  expect(await stageEstimate(instance('backbone'), cost, earlier, at)).toMatchObject({ seconds: 400 });
});

it('is of the chunks and shards that are left', async () => {
  const once: Cost = { ...cost, work: { items: 300, unit: 'slices', epochs: 1 } };
  const embedded = await folder();
  expect(await stageEstimate(instance('embed'), once, nothing, embedded)).toMatchObject({ seconds: 200 });
  await writeFile(join(embedded, 'embedded.json'), JSON.stringify({ chunks: 30, of: 40 }));
  expect(await stageEstimate(instance('embed'), once, nothing, embedded)).toMatchObject({
    seconds: 50,
    work: { items: 75, unit: 'slices', epochs: 1 },
  });
  const shards = await folder();
  await mkdir(shards, { recursive: true });
  const { work: _, ...unspoken } = cost;
  for (const name of ['part-00001-of-00004.tfrecord', 'part-00002-of-00004.tfrecord.tmp', 'part-00001-of-00004.json'])
    await writeFile(join(shards, name), '');
  expect(await stageEstimate(instance('shards'), unspoken, nothing, shards)).toMatchObject({
    seconds: 150,
    done: 0.25,
  });
});
