import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { readHistory } from '../../../src/runtime/artifacts/history.ts';
import { readPredictions } from '../../../src/runtime/artifacts/predictions.ts';
import { readSplit } from '../../../src/runtime/artifacts/split.ts';
import { readNetwork, readWeights } from '../../../src/runtime/artifacts/weights.ts';
import { openEngine } from '../../../src/runtime/engine/open.ts';
import { keyPlan } from '../../../src/runtime/plan/keys.ts';
import { planRecipe } from '../../../src/runtime/plan/plan.ts';
import { networkFolder } from '../../../src/runtime/stages/end-to-end/network-folder.ts';
import { initialise } from '../../../src/runtime/train/layers/initialise.ts';
import { jointParts } from '../../../src/runtime/train/recipe-parts.ts';
import { registry, runPlan, toyIndex, toyRecipe } from './toy-plan.ts';
import { show } from './toy-shards.ts';

vi.mock('../../../src/runtime/artifacts/shards.ts', async () => (await import('./toy-shards.ts')).toyShards);

const engine = await openEngine('wasm');
const index = toyIndex();
const lost = ['a2', 'b0', 'f3'];
beforeEach(() => show(index, lost));

const block = (more = '') =>
  `train.endToEnd={ slices: 4, epochs: 2, batch: 2, optimizer: { learningRate: 0.01 }${more === '' ? '' : `, ${more}`} }`;
const keysOf = async (...set: string[]) =>
  new Map(
    keyPlan(planRecipe(await toyRecipe(...set), registry), {
      fingerprint: 'f',
      engine: { kind: 'wasm', version: '1', precision: 'float32' },
    }).map((one) => [one.id, one]),
  );
const run = async (set: readonly string[], given?: Record<string, string>, until?: string) =>
  runPlan({
    recipe: await toyRecipe(...set),
    index,
    engine,
    ...(given ? { given } : {}),
    ...(until === undefined ? {} : { until }),
  });
const bytes = (folder = '', name: string) => readFile(join(folder, name));

/** The two trainings before it, and what came of them as one. */
const made = await (async () => {
  show(index, lost);
  return run([block()]);
})();
const before = Object.fromEntries(
  ['split', 'backbone:two-stage', 'embed:two-stage', 'sequence:two-stage'].map((id) => [id, made[id] as string]),
);

describe('the plan', () => {
  it('has the two trainings before it under the keys that they have without it, and both networks after it', async () => {
    const [plain, joint] = [await keysOf(), await keysOf(block())];
    for (const stage of ['backbone', 'embed', 'sequence']) {
      expect(joint.get(`${stage}:two-stage`)?.key, stage).toBe(plain.get(stage)?.key);
      expect(joint.get(stage)?.key, stage).not.toBe(plain.get(stage)?.key);
    }
    expect([...joint.keys()].filter((id) => !['index', 'shards', 'split', 'evaluate', 'report'].includes(id))).toEqual([
      'backbone:two-stage',
      'embed:two-stage',
      'sequence:two-stage',
      'end-to-end',
      'backbone',
      'sequence',
      'embed',
      'predict:sequence',
    ]);
    expect(joint.get('end-to-end')?.reads).toEqual([
      'index',
      'shards',
      'split',
      'backbone:two-stage',
      'sequence:two-stage',
    ]);
  });

  it('from scratch has nothing before it; a loss on slices gives the backbone’s own predictions', async () => {
    const scratch = await keysOf(block('from: scratch, batchNorm: trained, sliceLoss: 1'));
    expect([...scratch.keys()]).not.toContain('backbone:two-stage');
    expect([...scratch.keys()]).toContain('predict:backbone');
  });

  it('reads nothing of the joint training in the key of what comes before it', async () => {
    const [one, other] = [await keysOf(block()), await keysOf(block('sliceLoss: 0.5'))];
    expect(other.get('sequence:two-stage')?.key).toBe(one.get('sequence:two-stage')?.key);
    expect(other.get('end-to-end')?.key).not.toBe(one.get('end-to-end')?.key);
  });

  it('trains nothing where a trained run’s networks are given', async () => {
    const recipe = await toyRecipe(block());
    const artifact = (stage: 'backbone' | 'sequence') => [stage, { stage, key: stage, folder: '' }] as const;
    const given = new Map([artifact('backbone'), artifact('sequence')]);
    expect(planRecipe(recipe, registry, given).instances.map(({ id }) => id)).toEqual([
      'index',
      'shards',
      'embed',
      'predict:sequence',
      'evaluate',
      'report',
    ]);
  });
});

describe('both networks as one', () => {
  it('gives each network as an artifact of its own stage, to the byte of what it trained', async () => {
    for (const part of ['backbone', 'sequence'] as const) {
      const own = networkFolder(made['end-to-end'] as string, part);
      expect(await bytes(made[part], 'weights.safetensors')).toEqual(await bytes(own, 'weights.safetensors'));
      expect(await readNetwork(made[part] as string)).toEqual(await readNetwork(own));
      const start = await readWeights(made[`${part}:two-stage`] as string);
      const after = await readWeights(made[part] as string);
      expect(Object.keys(after)).toEqual(Object.keys(start));
      const trained = Object.keys(start).filter((name) => !/moving_|^predictions/.test(name));
      // Gradients have reached each of them, the first kernel of the backbone as well.
      for (const name of trained) expect(after[name]?.data, `${part} ${name}`).not.toEqual(start[name]?.data);
    }
  });

  it('leaves frozen statistics, and a prediction layer whose loss does not count, as they were', async () => {
    const start = await readWeights(made['backbone:two-stage'] as string);
    const after = await readWeights(made.backbone as string);
    const kept = Object.keys(start).filter((name) => /moving_|^predictions/.test(name));
    expect(kept.length).toBeGreaterThan(4);
    for (const name of kept) expect(after[name], name).toEqual(start[name]);
    expect((await readNetwork(made.backbone as string)).training?.validation).toBeNull();
  });

  it('validates on whole series as prediction reads them', async () => {
    const history = (await readHistory(made['end-to-end'] as string)) ?? [];
    expect(history).toHaveLength(2);
    const sides = await readSplit(made.split as string);
    const rows = await readPredictions(made['predict:sequence'] as string);
    let [sum, cells] = [0, 0];
    rows.forEach(({ probabilities, how }, row) => {
      const labels = index[row]?.labels;
      if (sides[row]?.sequence !== 'validation' || how !== 'predicted' || !labels) return;
      Object.values(labels).forEach((label, column) => {
        const p = probabilities[column] as number;
        sum -= Math.log(label ? p : 1 - p);
        cells += 1;
      });
    });
    expect(cells).toBeGreaterThan(6);
    expect(history[1]?.validation?.['mean-log-loss']).toBeCloseTo(sum / cells, 5);
  });

  it('says what both were trained with in all', async () => {
    const [network, joint] = [await readNetwork(made.sequence as string), await readNetwork(made.backbone as string)];
    const earlier = (await readNetwork(made['sequence:two-stage'] as string)).training?.budget?.updates ?? 0;
    const own = ((await readHistory(made['end-to-end'] as string)) ?? []).reduce((all, { steps }) => all + steps, 0);
    expect(network.training?.budget).toMatchObject({ updates: earlier + own, unit: 'series', passes: null });
    expect(network.training?.marks).toEqual(['SYNTHETIC']);
    // Of its own weights alone: without statistics and the prediction layer.
    const weights = joint.weights.filter(({ name, trainable }) => trainable && !name.startsWith('predictions/'));
    const count = weights.reduce((all, { shape }) => all + shape.reduce((product, side) => product * side, 1), 0);
    expect(joint.training?.budget?.parameters).toBe(count);
  });

  it('makes the same bytes of the same recipe', async () => {
    const again = await run([block()], before, 'end-to-end');
    for (const name of await readdir(made['end-to-end'] as string, { recursive: true }))
      if (name.endsWith('.json') || name.endsWith('.safetensors'))
        expect(await bytes(again['end-to-end'], name), name).toEqual(await bytes(made['end-to-end'], name));
  });

  it('moves statistics where batch norm trains, and the prediction layer where its loss counts', async () => {
    const other = await run([block('batchNorm: trained, sliceLoss: 1')], before);
    const start = await readWeights(made['backbone:two-stage'] as string);
    const after = await readWeights(other.backbone as string);
    for (const name of Object.keys(start)) expect(after[name]?.data, name).not.toEqual(start[name]?.data);
    const { validation } = (await readNetwork(other.backbone as string)).training ?? {};
    expect(validation?.slices).toBeGreaterThan(0);
    expect(validation?.['mean-log-loss']).toBeGreaterThan(0);
    expect(await readPredictions(other['predict:backbone'] as string)).toHaveLength(index.length);
  });

  it('mixes no pictures of two runs, whatever the training of the backbone does', async () => {
    const mixed = await run([block(), 'train.backbone.mixup={ alpha: 1 }'], before, 'end-to-end');
    expect(await bytes(mixed['end-to-end'], 'history.json')).toEqual(await bytes(made['end-to-end'], 'history.json'));
  });

  it('from scratch starts each network as it would start by itself', async () => {
    // A rate of next to nothing leaves the weights where they began.
    const set =
      'train.endToEnd={ from: scratch, batchNorm: trained, slices: 4, epochs: 1, batch: 2, optimizer: { learningRate: 1e-12 } }';
    const recipe = await toyRecipe(set);
    const { network, sequence } = jointParts(engine, { recipe, registry }, { size: 16, channels: 1 });
    const scratch = await run([set], { split: made.split as string }, 'end-to-end');
    for (const [part, spec] of [
      ['backbone', network.spec],
      ['sequence', sequence.spec],
    ] as const) {
      const found = await readWeights(networkFolder(scratch['end-to-end'] as string, part));
      for (const [name, { data }] of Object.entries(initialise(spec, recipe.seed))) {
        if (/moving_/.test(name)) continue;
        const apart = Array.from(data, (one, i) => Math.abs((found[name]?.data[i] as number) - one));
        expect(Math.max(...apart), `${part} ${name}`).toBeLessThan(1e-9);
      }
    }
  });
});
