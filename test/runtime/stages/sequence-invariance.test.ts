import { beforeEach, describe, expect, it, vi } from 'vitest';
import { readPredictions } from '../../../src/runtime/artifacts/predictions.ts';
import type { SliceRow } from '../../../src/runtime/artifacts/slices.ts';
import { readNetwork } from '../../../src/runtime/artifacts/weights.ts';
import { openEngine } from '../../../src/runtime/engine/open.ts';
import { runPlan, toyIndex, toyRecipe } from './toy-plan.ts';
import { show, shown } from './toy-shards.ts';

vi.mock('../../../src/runtime/artifacts/shards.ts', async () => (await import('./toy-shards.ts')).toyShards);

const engine = await openEngine('wasm');
const index = toyIndex();
beforeEach(() => show(index));

/** Probabilities of each slice, as the networks of a training predict an index of theirs. */
async function predicted(set: readonly string[], rows: readonly SliceRow[], networks: Record<string, string>) {
  show(rows, [...shown.lost]);
  const given = { ...networks };
  const made = await runPlan({
    recipe: await toyRecipe(...set),
    index: rows,
    engine,
    given,
    until: 'predict:sequence',
  });
  const found = await readPredictions(made['predict:sequence'] as string);
  return new Map(found.map(({ slice, probabilities }) => [slice, probabilities]));
}

const MODELS: readonly (readonly [string, readonly string[]])[] = [
  ['bi-lstm', []],
  [
    'bi-lstm with all features, both ways',
    ['sequence.features={ deltas: true, spacing: true, position: true }', 'sequence.reversed=true'],
  ],
  ['bi-gru by patient', ['sequence={ type: bi-gru, layers: 1, cells: 4, steps: 8, group: patient }']],
  ['dilated-conv', ['sequence={ type: dilated-conv, filters: 4, dilations: [1, 2], steps: 8 }']],
  ['neighbour-smoothing', ['sequence=neighbour-smoothing']],
  ['shuffled', ['sequence.order=shuffled']],
  ['padded by random vectors', ['sequence.pad=random-front']],
  ['single slices', ['sequence.group=slice']],
  ['position', ['sequence=position']],
];

describe.each(MODELS)('%s: what is predicted of a series', (_, set) => {
  it('depends on no other series of the data, on no padding, and not on the order of files on disk', async () => {
    const made = await runPlan({ recipe: await toyRecipe(...set), index, engine });
    const networks = { backbone: made.backbone as string, sequence: made.sequence as string };
    const all = await predicted(set, index, networks);
    // Other patients beside it, shorter and longer ones: other batches, and other padding wherever there is any.
    const few = index.filter(({ patient }) => ['p0', 'p3', 'p6'].includes(patient));
    for (const [slice, probabilities] of await predicted(set, few, networks))
      expect(probabilities, slice).toEqual(all.get(slice));
    // Files named and found in another way: the index sorts by series and position, series by their ids.
    const names = [...new Set(index.map(({ series }) => series))].toReversed();
    const other = names.flatMap((series) => index.filter((row) => row.series === series));
    const renamed = other.map((row, place) => ({ ...row, file: `${place}.dcm` }));
    for (const [slice, probabilities] of await predicted(set, renamed, networks))
      expect(probabilities, slice).toEqual(all.get(slice));
  });
});

describe('groups with little in them', () => {
  it('of one slice, and of slices without pixels, train and are predicted', async () => {
    const single = { ...(index[0] as SliceRow), slice: 's0', series: 's', patient: 'p9', group: 'p9' };
    const rows = [...index, single];
    // Series c has no pixels at all, of d only the first.
    const lost = rows.filter(({ series, order }) => series === 'c' || (series === 'd' && order > 0));
    for (const set of [[], ['sequence.group=patient'], ['sequence.group=slice'], ['sequence=neighbour-smoothing']]) {
      show(
        rows,
        lost.map(({ slice }) => slice),
      );
      const made = await runPlan({ recipe: await toyRecipe(...set), index: rows, engine });
      const found = await readPredictions(made['predict:sequence'] as string);
      const { prevalence } = await readNetwork(made.sequence as string);
      for (const { slice, series, how, probabilities } of found) {
        expect(
          probabilities.every((p) => p > 0 && p < 1),
          slice,
        ).toBe(true);
        if (series === 'c') {
          // Nothing is known of it: the share of each label in training.
          expect(how).toBe('interpolated');
          probabilities.forEach((p, column) => {
            expect(p).toBeCloseTo(prevalence[column] as number, 6);
          });
        }
      }
      expect(found.find(({ slice }) => slice === 'd3')?.how).toBe('interpolated');
      expect(found.find(({ slice }) => slice === 's0')?.how).toBe('predicted');
    }
  });

  it('nothing to train on where no labelled slice has pixels', async () => {
    const made = await runPlan({ recipe: await toyRecipe(), index, engine, until: 'embed' });
    show(
      index,
      index.filter(({ labels }) => labels !== null).map(({ slice }) => slice),
    );
    const { backbone, split } = made as Record<string, string>;
    const given = { backbone, split } as Record<string, string>;
    await expect(runPlan({ recipe: await toyRecipe(), index, engine, given })).rejects.toMatchObject({
      code: 'no-labelled-slices',
      exit: 2,
    });
  });
});
