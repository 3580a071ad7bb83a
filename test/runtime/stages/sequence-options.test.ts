import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openEmbeddings } from '../../../src/runtime/artifacts/embeddings.ts';
import { readHistory } from '../../../src/runtime/artifacts/history.ts';
import { readMetrics } from '../../../src/runtime/artifacts/metrics.ts';
import { readLogits, readPredictions } from '../../../src/runtime/artifacts/predictions.ts';
import type { SliceRow } from '../../../src/runtime/artifacts/slices.ts';
import { readSplit } from '../../../src/runtime/artifacts/split.ts';
import { readNetwork } from '../../../src/runtime/artifacts/weights.ts';
import { openEngine } from '../../../src/runtime/engine/open.ts';
import { planRecipe } from '../../../src/runtime/plan/plan.ts';
import { registry, runPlan, toyIndex, toyRecipe } from './toy-plan.ts';
import { show } from './toy-shards.ts';

vi.mock('../../../src/runtime/artifacts/shards.ts', async () => (await import('./toy-shards.ts')).toyShards);

const engine = await openEngine('wasm');
const index = toyIndex();
beforeEach(() => show(index));

const idsOf = async (...set: string[]) =>
  planRecipe(await toyRecipe(...set), registry)
    .instances.map(({ id }) => id)
    .filter((id) => !['index', 'shards', 'report', 'evaluate'].includes(id));
const run = async (set: readonly string[], given?: Record<string, string>, rows: readonly SliceRow[] = index) =>
  runPlan({ recipe: await toyRecipe(...set), index: rows, engine, ...(given ? { given } : {}) });
const predictions = async (made: Record<string, string>, model = 'sequence') =>
  readPredictions(made[`predict:${model}`] as string);
const bytes = (folder: string, name: string) => readFile(join(folder, name));
const at = (slice: string) => index.findIndex((row) => row.slice === slice);

/** One backbone for all tests that do not train another. */
const base = await (async () => {
  show(index);
  const made = await runPlan({ recipe: await toyRecipe(), index, engine });
  const { split, backbone, embed, 'predict:backbone': predicted } = made as Record<string, string>;
  return { all: made, shared: { split, backbone, embed, 'predict:backbone': predicted } as Record<string, string> };
})();

describe('control models', () => {
  it('neighbour-smoothing: the mean of the backbone’s answers, edges scaled up, and nothing is trained', async () => {
    const made = await run(['sequence=neighbour-smoothing'], base.shared);
    expect(await readHistory(made.sequence as string)).toEqual([]);
    expect(await readNetwork(made.sequence as string)).toMatchObject({ parameters: 0, epoch: 0, embedding: 6 });
    const [own, smooth] = [await predictions(made, 'backbone'), await predictions(made)];
    const p = (slice: string, column: number) => own[at(slice)]?.probabilities[column] as number;
    // By hand: 0.2, 0.6, 0.2; at an end 0.6 / 0.8 and 0.2 / 0.8. Series a has 5 slices.
    for (let column = 0; column < 6; column++) {
      const middle = 0.2 * p('a1', column) + 0.6 * p('a2', column) + 0.2 * p('a3', column);
      expect(smooth[at('a2')]?.probabilities[column]).toBeCloseTo(middle, 5);
      expect(smooth[at('a0')]?.probabilities[column]).toBeCloseTo(0.75 * p('a0', column) + 0.25 * p('a1', column), 5);
      expect(smooth[at('a4')]?.probabilities[column]).toBeCloseTo(0.75 * p('a4', column) + 0.25 * p('a3', column), 5);
    }
  });

  it('position: no backbone and no embed where the recipe has none, and slices of one place are told the same', async () => {
    const set = ['backbone=none', 'sequence=position'];
    expect(await idsOf(...set)).toEqual(['split', 'sequence', 'predict:sequence']);
    const made = await run(set);
    const rows = await predictions(made);
    // Series a and d have 5 slices each; b has 8.
    expect(rows[at('a3')]?.probabilities).toEqual(rows[at('d3')]?.probabilities);
    expect(rows[at('a3')]?.probabilities).not.toEqual(rows[at('a4')]?.probabilities);
    expect(rows[at('a0')]?.probabilities).not.toEqual(rows[at('b0')]?.probabilities);
    const metrics = await readMetrics(made.evaluate as string);
    expect(metrics.final).toBe('sequence');
    expect(metrics.models.map(({ model }) => model)).toEqual(['sequence']);
  });

  it('per-slice and group: slice: a slice is predicted whatever stands beside it', async () => {
    for (const set of [['sequence.type=per-slice'], ['sequence.group=slice']]) {
      const made = await run(set, base.shared);
      const rows = await predictions(made);
      // The series without its other slices, through the same networks.
      const alone = index.filter(({ slice }) => ['c4', 'm1'].includes(slice));
      show(alone);
      const { index: _, shards: __, embed: ___, 'predict:backbone': ____, split: _____, ...rest } = made;
      const { 'predict:sequence': ______, evaluate: _______, ...networks } = rest;
      const few = await runPlan({
        recipe: await toyRecipe(...set, 'data.split.validation=0.5'),
        index: alone.map((row) => ({ ...row, labels: null })),
        engine,
        given: networks,
      });
      for (const { slice, probabilities } of await predictions(few))
        probabilities.forEach((p, i) => {
          expect(p).toBeCloseTo(rows[at(slice)]?.probabilities[i] as number, 5);
        });
      show(index);
    }
  });

  it('shuffled: what a series gets depends on its order, the same in each run', async () => {
    const made = await run(['sequence.order=shuffled'], base.shared);
    const again = await run(['sequence.order=shuffled'], { ...base.shared, sequence: made.sequence as string });
    expect(await predictions(again)).toEqual(await predictions(made));
    const straight = await run([], { ...base.shared, sequence: made.sequence as string });
    expect(await predictions(straight)).not.toEqual(await predictions(made));
  });

  it('padding by random vectors is read in prediction, drawn for each group alone', async () => {
    const made = await run(['sequence.pad=random-front', 'sequence.steps=12'], base.shared);
    const given: Record<string, string> = { ...base.shared, sequence: made.sequence as string };
    const zeros = await run(['sequence.steps=12'], given);
    expect(await predictions(zeros)).not.toEqual(await predictions(made));
    const few = index.filter(({ series }) => 'bm'.includes(series));
    show(few);
    const { split: _, embed: __, 'predict:backbone': ___, ...networks } = given;
    const alone = await run(
      ['sequence.pad=random-front', 'sequence.steps=12'],
      networks,
      few.map((row) => ({ ...row, labels: null })),
    );
    for (const { slice, probabilities } of await predictions(alone))
      expect(probabilities).toEqual((await predictions(made))[at(slice)]?.probabilities);
  });
});

describe('groups by patient', () => {
  it('hold all series of a patient by position: every slice is predicted, and the other series matters', async () => {
    const made = await run(['sequence.group=patient'], base.shared);
    const rows = await predictions(made);
    expect(rows.map(({ slice }) => slice)).toEqual(index.map(({ slice }) => slice));
    expect(rows.every(({ probabilities }) => probabilities.every((p) => p > 0 && p < 1))).toBe(true);
    const bySeries = await run([], { ...base.shared, sequence: made.sequence as string });
    // Patient p0 has one series (a), p1 two (b and c).
    const other = await predictions(bySeries);
    expect(other[at('a1')]).toEqual(rows[at('a1')]);
    expect(other[at('b1')]).not.toEqual(rows[at('b1')]);
  });
});

describe('a split of the sequence model’s own', () => {
  const set = ['sequence.split=by-patient', 'sequence.split.validation=0.34', 'accept=[leak]'];
  it('is drawn independently, is that of the sequence model alone, and stamps every figure', async () => {
    expect(await idsOf(...set)).toEqual([
      'split',
      'split:sequence',
      'backbone',
      'embed',
      'sequence',
      'predict:backbone',
      'predict:sequence',
    ]);
    const made = await run(set, base.shared);
    const [shared, own] = [await readSplit(made.split as string), await readSplit(made['split:sequence'] as string)];
    expect(own.map(({ backbone }) => backbone)).toEqual(shared.map(({ backbone }) => backbone));
    expect(own.map(({ sequence }) => sequence)).not.toEqual(shared.map(({ sequence }) => sequence));
    expect((await predictions(made)).map(({ side }) => side)).toEqual(own.map(({ sequence }) => sequence));
    expect((await predictions(made, 'backbone')).map(({ side }) => side)).toEqual(
      shared.map(({ backbone }) => backbone),
    );
    expect((await readMetrics(made.evaluate as string)).stamps).toEqual(['LEAKY SPLIT']);
    // A patient is on one side of each.
    const sides = new Map<string, Set<string>>();
    own.forEach(({ sequence }, row) => {
      const { patient } = index[row] as SliceRow;
      sides.set(patient, (sides.get(patient) ?? new Set()).add(sequence));
    });
    expect([...sides.values()].every(({ size }) => size === 1)).toBe(true);
  });

  it('shares the backbone with the honest recipe', async () => {
    const key = async (...values: string[]) =>
      planRecipe(await toyRecipe(...values), registry).instances.find(({ id }) => id === 'backbone');
    expect(await key(...set)).toEqual(await key());
  });
});

describe('cross-fit embeddings', () => {
  const set = ['train.sequence.embeddings={ crossfit: 2 }', 'train.backbone.epochs=1'];

  it('come from backbones of their own, one for each fold', async () => {
    expect(await idsOf(...set)).toEqual([
      'split',
      'backbone',
      'embed',
      'split:folds',
      'backbone:fold-1',
      'embed:fold-1',
      'backbone:fold-2',
      'embed:fold-2',
      'embed:crossfit',
      'sequence',
      'predict:backbone',
      'predict:sequence',
    ]);
  });

  it('of each patient from a backbone that its labels do not change', async () => {
    const made = await run(set, base.shared);
    const split = await readSplit(made['split:folds'] as string);
    const foldOf = (row: number) => split[row]?.backboneFold as number;
    const patients = new Map(index.map(({ patient }, row) => [patient, foldOf(row)]));
    expect(index.every(({ patient }, row) => patients.get(patient) === foldOf(row))).toBe(true);
    expect(
      new Set(split.filter(({ backbone }) => backbone === 'train').map(({ backboneFold }) => backboneFold)),
    ).toEqual(new Set([1, 2]));
    const joined = await openEmbeddings(made['embed:crossfit'] as string);
    for (const fold of [1, 2]) {
      const embedded = await openEmbeddings(made[`embed:fold-${fold}`] as string);
      for (const [row, { how }] of embedded.rows.entries()) {
        expect(how).toBe(foldOf(row) === fold ? 'embedded' : 'absent');
        if (foldOf(row) === fold) expect(await joined.read(row, row + 1)).toEqual(await embedded.read(row, row + 1));
      }
      await embedded.close();
      // The proof: other labels for the patients of the fold, and its backbone comes out the same to the byte.
      const lied = index.map((row, at) =>
        foldOf(at) === fold && row.labels && split[at]?.backbone === 'train'
          ? {
              ...row,
              labels: (index.find(({ labels }) => labels?.any === 1 - (row.labels?.any ?? 0)) as SliceRow).labels,
            }
          : row,
      );
      const again = await runPlan({
        recipe: await toyRecipe(...set),
        index: lied,
        engine,
        given: {
          split: made.split as string,
          'split:folds': made['split:folds'] as string,
          backbone: made.backbone as string,
          embed: made.embed as string,
        },
        until: 'backbone:fold-2',
      });
      const other = 3 - fold;
      const weights = 'weights.safetensors';
      const same = async (of: number) =>
        (await bytes(again[`backbone:fold-${of}`] as string, weights)).equals(
          await bytes(made[`backbone:fold-${of}`] as string, weights),
        );
      expect(await same(fold)).toBe(true);
      // The test can fail: the backbone of the other fold trained on them.
      expect(await same(other)).toBe(false);
    }
    await joined.close();
    const trained = await Promise.all(
      [1, 2].map(async (fold) => (await readNetwork(made[`backbone:fold-${fold}`] as string)).trainedSlices),
    );
    const all = (await readNetwork(made.backbone as string)).trainedSlices;
    expect((trained[0] as number) + (trained[1] as number)).toBe(all);
  });

  it('of a trained run: patients of a new folder are dealt by hash, and read no split', async () => {
    const networks = ['backbone', 'backbone:fold-1', 'backbone:fold-2', 'sequence'];
    const given = new Map(networks.map((id) => [id, { stage: 'backbone', key: id, folder: 'x' } as const]));
    const { instances } = planRecipe(await toyRecipe(...set), registry, given);
    const reads = Object.fromEntries(instances.map((one) => [one.id, one.reads]));
    expect(reads['embed:fold-2']).toEqual(['index', 'shards', 'backbone:fold-2']);
    expect(reads['embed:crossfit']).toEqual(['index', 'embed:fold-1', 'embed:fold-2']);
    expect(reads['predict:sequence']).toEqual(['index', 'embed:crossfit', 'backbone', 'sequence']);
    expect(Object.keys(reads)).not.toContain('split:folds');
  });

  it('are refused where there are fewer patients than folds', async () => {
    await expect(run(['train.sequence.embeddings={ crossfit: 19 }'], base.shared)).rejects.toMatchObject({
      code: 'crossfit-impossible',
      exit: 2,
      hint: expect.stringContaining('{ crossfit: 4 }'),
    });
  });
});

describe('further backbones', () => {
  it('put their embeddings beside the first one’s', async () => {
    const set = ['sequence.backbones=[{ type: small-cnn, width: 0.5, blocks: 1 }]'];
    expect(await idsOf(...set)).toEqual([
      'split',
      'backbone',
      'embed',
      'backbone:2',
      'embed:2',
      'sequence',
      'predict:backbone',
      'predict:sequence',
    ]);
    const made = await run(set, base.shared);
    const [one, two] = [await openEmbeddings(made.embed as string), await openEmbeddings(made['embed:2'] as string)];
    expect(two.width).toBe(2 * one.width);
    expect((await readNetwork(made.sequence as string)).embedding).toBe(one.width + two.width);
    await one.close();
    await two.close();
  });
});

describe('a second head', () => {
  it('adds its loss, weighted, and is read in training alone', async () => {
    const of = async (auxiliary: number) => {
      const made = await run(
        [
          `sequence.projection={ units: 4, auxiliary: ${auxiliary} }`,
          'train.sequence.epochs=1',
          'train.sequence.stepsPerEpoch=1',
          'sequence.dropout=0',
        ],
        base.shared,
      );
      const loss = (await readHistory(made.sequence as string))?.[0]?.loss as number;
      return { loss, names: (await readNetwork(made.sequence as string)).weights.map(({ name }) => name) };
    };
    const [none, half, one] = [await of(0), await of(0.5), await of(1)];
    expect(none.names.filter((name) => name.startsWith('auxiliary'))).toEqual([]);
    expect(one.names.slice(-2)).toEqual(['auxiliary/kernel', 'auxiliary/bias']);
    // One step from the same weights: own + 0.5 x other lies in the middle of own and own + other.
    expect(one.loss - none.loss).toBeGreaterThan(1);
    expect(half.loss).toBeCloseTo((none.loss + one.loss) / 2, 4);
  });
});

describe('both directions', () => {
  it('are averaged in prediction, and nothing is trained again for it', async () => {
    const plan = async (...set: string[]) => planRecipe(await toyRecipe(...set), registry).instances;
    const of = (instances: Awaited<ReturnType<typeof plan>>, id: string) =>
      instances.find((one) => one.id === id)?.slice;
    const [plain, both] = [await plan(), await plan('sequence.reversed=true')];
    expect(of(both, 'sequence')).toEqual(of(plain, 'sequence'));
    expect(of(both, 'predict:sequence')).toEqual({ reversed: true });
    const made = await run(['sequence.reversed=true'], { ...base.shared, sequence: base.all.sequence as string });
    // The series the other way round, through the same networks: the backward half of the mean.
    const mirrored = [...new Set(index.map(({ series }) => series))].flatMap((series) =>
      index.filter((row) => row.series === series).toReversed(),
    );
    show(mirrored);
    const { backbone, sequence } = base.all as Record<string, string>;
    const given = { backbone, sequence } as Record<string, string>;
    const back = await runPlan({
      recipe: await toyRecipe(),
      index: mirrored,
      engine,
      given,
      until: 'predict:sequence',
    });
    const logits = async (from: Record<string, string>) => readLogits(from['predict:sequence'] as string);
    const [forward, mean, backward] = await Promise.all([logits(base.all), logits(made), logits(back)]);
    mirrored.forEach(({ slice }, row) => {
      for (let column = 0; column < 6; column++) {
        const half = (forward[at(slice) * 6 + column] as number) + (backward[row * 6 + column] as number);
        expect(mean[at(slice) * 6 + column]).toBeCloseTo(half / 2, 5);
      }
    });
    expect(mean).not.toEqual(forward);
  });
});
