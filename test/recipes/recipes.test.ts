import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { builtIn } from '../../plugins/index.ts';
import { createRegistry } from '../../src/registry/registry.ts';
import { resolveRecipe } from '../../src/registry/resolve/resolve.ts';

const folder = fileURLToPath(new URL('../../recipes/', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const registry = createRegistry(builtIn);
const resolve = (name: string, options = {}) => resolveRecipe(`${folder}${name}`, { registry, cwd: '/', ...options });

/** Facts 1.1: the paper's tables II and III, and for the figures nothing that is not printed there. */
const PAPER: Record<string, object> = {
  'inception-1w': { row: 'Inception-ResNet (1-window)', 'log-loss': { validation: 0.106, 'kaggle-private': 0.119 } },
  'inception-seq-1w': {
    row: 'Inception-ResNet+Sequence (1-window)',
    'log-loss': { validation: 0.08, 'kaggle-private': 0.094 },
    'patient-f1': { validation: 0.913 },
  },
  'resnet50-1w': { row: 'ResNet-50 (1-window)', 'log-loss': { validation: 0.123, 'kaggle-private': 0.135 } },
  'inception-aug-3w': {
    row: 'Inception-ResNet+Augmentations (3-window)',
    'log-loss': { validation: 0.075, 'kaggle-private': 0.071 },
  },
  'inception-seq-noaug': {
    row: 'Inception-ResNet+Sequence+No Augmentations',
    'log-loss': { validation: 0.052, 'kaggle-private': 0.067 },
    'patient-f1': { validation: 0.935 },
  },
  'inception-seq-aug': {
    row: 'Inception-ResNet+Sequence+Augmentations',
    'log-loss': { validation: 0.05, 'kaggle-private': 0.065 },
    'patient-f1': { validation: 0.942 },
  },
  'resnet50-3w': { row: 'ResNet-50 (3-window)' },
  'inception-3w': { row: 'Inception-ResNet (3-window)' },
};

describe.each(files)('%s', (file) => {
  test('checks without an error, as it is and under smoke', async () => {
    for (const smoke of [false, true]) {
      const { diagnostics, recipe } = await resolve(file, { smoke });
      expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(recipe?.name).toBe(file.replace('.yaml', ''));
      // A smoke run starts from scratch: nothing is left to warn of, but that nobody knows whose slices those are.
      const unknown = file === 'rsna-slices.yaml' ? ['patients-unknown'] : [];
      if (smoke)
        expect(diagnostics.flatMap(({ severity, code }) => (severity === 'warning' ? code : []))).toEqual(unknown);
    }
  });

  test('its resolved text resolves to the same again', async () => {
    const { recipe, text } = await resolve(file);
    const again = await resolveRecipe('/again.yaml', { registry, read: async () => ({ text }) });
    // What it claims about its neighbours is not part of the text.
    expect(again.recipe).toEqual({ ...recipe, contrast: null });
  });

  test('the folder of its data lies inside of the project', async () => {
    const root = (await resolve(file)).recipe?.data.source.root;
    if (root !== undefined) expect(root).toMatch(/^[a-z]/);
  });
});

describe("the paper's rows", () => {
  test.each(Object.entries(PAPER))('%s carries the figures that are printed for it', async (slug, figures) => {
    const { recipe } = await resolve(`${slug}.yaml`);
    expect(recipe?.paper).toEqual(figures);
    expect(Object.keys(recipe?.contrast ?? {}).length).toBeGreaterThanOrEqual(2);
  });

  test('no other recipe claims to be one', async () => {
    for (const file of files.filter((name) => !(name.replace('.yaml', '') in PAPER))) {
      expect((await resolve(file)).recipe?.paper, file).toBeNull();
    }
  });

  test('the axes are those of the tables (facts 1.1, 1.6)', async () => {
    for (const slug of Object.keys(PAPER)) {
      const { recipe } = await resolve(`${slug}.yaml`);
      if (!recipe || recipe.backbone === 'none') throw new Error(slug);
      const { backbone, channels, augment, sequence } = recipe;
      expect(
        channels.map(({ window }) => window),
        slug,
      ).toEqual(slug.endsWith('1w') ? ['brain'] : ['brain', 'subdural', 'bone']);
      expect(
        augment.map(({ type }) => type),
        slug,
      ).toEqual(/(^|-)aug/.test(slug) ? ['flip-horizontal', 'affine', 'transpose'] : []);
      expect(backbone, slug).toMatchObject(
        slug.startsWith('resnet50')
          ? { type: 'resnet-50-v2', weights: 'imagenet', batchNorm: 'trained', width: 1, blocks: 1 }
          : { type: 'inception-resnet-v2', weights: 'imagenet', batchNorm: 'frozen', width: 1, blocks: 1 },
      );
      if (slug.includes('seq'))
        expect(sequence, slug).toMatchObject({ type: 'bi-lstm', steps: 60, layers: 2, cells: 256, dropout: 0.3 });
      else expect(sequence, slug).toBe('none');
      expect(recipe.train.backbone, slug).toMatchObject({ epochs: 7, optimizer: { learningRate: 1e-4, clipNorm: 10 } });
      expect(recipe.train.sequence, slug).toMatchObject({
        epochs: 10,
        optimizer: { learningRate: 1e-5, clipNorm: 10 },
      });
    }
  });
});
