import { describe, expect, it } from 'vitest';
import { defineSplit, Type } from '../../../src/index.ts';
import type { ResolvedRecipe } from '../../../src/registry/recipe.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { comparability, PAPER_DATA, paperCell } from '../../../src/runtime/evaluate/comparable.ts';
import { recipeOf, registryOf } from '../report/run-fixture.ts';

const paper = {
  row: 'Inception-ResNet+Sequence+Augmentations',
  'log-loss': { validation: 0.05, 'kaggle-private': 0.065 },
  'patient-f1': { validation: 0.942 },
};
const backbone = { type: 'inception-resnet-v2', weights: 'imagenet', batchNorm: 'frozen' };
const shipped = recipeOf({ name: 'inception-seq-aug', paper, backbone });
const whole: Parameters<typeof comparability>[2] = { synthetic: false, labelled: { ...PAPER_DATA, series: 21_744 } };
const registry = registryOf();
const judge = (recipe: ResolvedRecipe, metrics = whole) => comparability(recipe, shipped, metrics, registry);

describe('comparability', () => {
  it('is given to the shipped row on the paper’s data, whatever its seed and folder', () => {
    const data = { ...shipped.data, source: { ...shipped.data.source, root: '/elsewhere' } };
    const windows = { ...shipped.windows, unused: { type: 'linear', level: 1, width: 2 } };
    expect(judge({ ...shipped, seed: 7, data, windows, contrast: { other: ['augment'] } })).toEqual({
      comparable: true,
      reasons: [],
      paper,
    });
  });

  it.each<[string, Partial<ResolvedRecipe>, string]>([
    [
      'another size',
      { data: { ...shipped.data, image: { size: 128, interpolation: 'linear', storage: 'lossless' } } },
      'data.image.size is 128, in the shipped recipe 64',
    ],
    ['another seed of the split', { data: { ...shipped.data, seed: 1 } }, 'data.seed is 1, in the shipped recipe 0'],
    [
      'another window',
      { windows: { ...shipped.windows, bone: { type: 'linear', level: 500, width: 2000 } } },
      'channels[2].level is 500, in the shipped recipe 600',
    ],
    ['no augmentation', { augment: [] }, 'augment is a list of 0, in the shipped recipe a list of 1'],
    ['no sequence', { sequence: 'none' }, 'sequence is none, in the shipped recipe bi-lstm'],
    ['no weights', { backbone: { ...backbone, weights: 'none' } }, 'no pretrained weights were loaded'],
    ['a smoke run', { smoke: true }, 'a smoke run'],
    ['another split', { data: { ...shipped.data, split: { type: 'random-slice' } } }, 'not split by patient'],
  ])('is refused for %s, with the reason', (_, changes, reason) => {
    const result = judge({ ...shipped, ...changes });
    expect(result.comparable).toBe(false);
    expect(result.reasons).toContain(reason);
  });

  it('is refused for a leaky split, under the stamp’s own name, once', () => {
    const leaky = defineSplit({
      name: 'leaky',
      version: 1,
      summary: 'By slice.',
      params: Type.Object({}),
      contract: () => ({ by: 'slice' }),
      assign: () => new Map(),
    });
    const data = { ...shipped.data, split: { type: 'leaky' } };
    const both = createRegistry([...registry.all(), leaky]);
    const { reasons } = comparability({ ...shipped, data, accept: ['leak'] }, shipped, whole, both);
    expect(reasons).toEqual(['LEAKY SPLIT: slices of validation’s patients were trained on']);
  });

  it('is refused for other data, and for synthetic pictures', () => {
    const result = judge(shipped, { synthetic: true, labelled: { slices: 294, series: 9, patients: 9 } });
    expect(result.reasons).toEqual([
      'the pictures are synthetic',
      '294 labelled slices of 9 patients, where the paper’s set has 752,803 of 18,938',
    ]);
  });

  it('is not given to a recipe that only claims the paper’s figures', () => {
    expect(comparability({ ...shipped, name: 'mine' }, null, whole, registry)).toMatchObject({
      comparable: false,
      paper: null,
    });
  });
});

describe('the paper’s column', () => {
  const yes = judge(shipped);
  const no = judge({ ...shipped, smoke: true });
  const f1 = (truth: 'same-rule' | 'any-slice') => ({ name: `patient-f1 (truth: ${truth})`, truth });

  it('has the validation figure beside both losses, and says that its weighting is not stated', () => {
    for (const name of ['mean-log-loss', 'kaggle-log-loss']) {
      expect(paperCell(yes, { name }, 'validation')).toBe('0.050 (weighting not stated)');
    }
    expect(paperCell(yes, f1('same-rule'), 'validation')).toBe('0.942');
  });

  it('has nothing beside what the paper does not have: other truths, other units, other sides', () => {
    expect(paperCell(yes, f1('any-slice'), 'validation')).toBe('');
    expect(paperCell(yes, { name: 'series-f1 (truth: same-rule)', truth: 'same-rule' }, 'validation')).toBe('');
    expect(paperCell(yes, { name: 'mean-log-loss' }, 'train')).toBe('');
    expect(paperCell(yes, { name: 'mean-log-loss (any)', label: 'any' }, 'validation')).toBe('');
  });

  it('shows no figure of the paper beside a run that is not comparable', () => {
    expect(paperCell(no, { name: 'mean-log-loss' }, 'validation')).toBe('not comparable');
    expect(paperCell(no, 'kaggle-private', 'validation')).toBe('not comparable');
  });

  it('says of a row without figures that they are not reported', () => {
    const bare = { ...shipped, paper: { row: 'ResNet-50 (3-window)' } };
    const row = comparability(bare, bare, whole, registry);
    expect(row.comparable).toBe(true);
    expect(paperCell(row, { name: 'mean-log-loss' }, 'validation')).toBe('not reported');
    expect(paperCell(row, 'kaggle-private', 'validation')).toBe('not reported');
  });
});
