import { describe, expect, test } from 'vitest';
import pictures from '../../../plugins/sources/pictures.ts';
import {
  type Component,
  defineBackbone,
  defineMetric,
  defineSequence,
  defineSource,
  Type,
} from '../../../src/index.ts';
import type { Backbone } from '../../../src/registry/kinds/backbone.ts';
import type { Sequence } from '../../../src/registry/kinds/sequence.ts';
import type { Source } from '../../../src/registry/kinds/source.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { type ResolveOptions, resolveText } from '../../../src/registry/resolve/resolve.ts';
import { VALID } from '../diagnostics/mistakes.ts';
import { fakes } from '../fake-components.ts';

const noWork = (): never => {
  throw new Error('A recipe is resolved without running a component.');
};
const base = { version: 1, summary: 'Fake.', params: Type.Object({}) };

const source = (contract: Partial<ReturnType<Source['contract']>>) =>
  defineSource({
    ...base,
    name: 'odd-source',
    contract: () => ({ identities: 'public', labels: true, repairIntercept: false, ...contract }),
    open: noWork,
  });
const backbone = (contract: Partial<ReturnType<Backbone['contract']>>) =>
  defineBackbone({
    ...base,
    name: 'odd-backbone',
    contract: () => ({
      channels: 'any',
      minimumSize: 8,
      pixels: 'unit',
      embedding: 8,
      weights: ['none', 'imagenet'],
      ...contract,
    }),
    network: noWork,
  });
const sequence = (contract: Partial<ReturnType<Sequence['contract']>>) =>
  defineSequence({
    ...base,
    name: 'odd-sequence',
    contract: () => ({ needs: 'embeddings', width: 4, ...contract }),
    network: noWork,
  });
const byPatient = defineMetric({
  ...base,
  name: 'odd-metric',
  contract: () => ({ needs: ['slices', 'patients'] }),
  evaluate: noWork,
});

/** What is found in the valid recipe with this component in its place: code, severity, place, message. */
async function found(component: Component | null, set: readonly string[], options: Partial<ResolveOptions> = {}) {
  const registry = createRegistry([...fakes, byPatient, ...(component ? [component] : [])] as Component[]);
  const { diagnostics } = await resolveText(VALID, { registry, cwd: '/recipes', set, ...options });
  return diagnostics.map(({ code, severity, path, message }) => ({ code, severity, path, message }));
}
const codes = async (...args: Parameters<typeof found>) => (await found(...args)).map(({ code }) => code);

describe('a source without patients or series', () => {
  const bare = source({ patients: false, series: false });
  const set = ['data.source=odd-source'];
  test('cannot be split by patient, read in order or be counted by patient', async () => {
    const all = await found(bare, [...set, 'evaluation.metrics=[mean-log-loss, odd-metric]']);
    expect(all).toEqual([
      expect.objectContaining({ code: 'split-needs-patients', path: 'data.split' }),
      expect.objectContaining({ code: 'sequence-needs-series', path: 'sequence' }),
      expect.objectContaining({
        code: 'metric-needs',
        path: 'evaluation.metrics[1]',
        message: 'The metric odd-metric counts patients, and the source odd-source has none.',
      }),
    ]);
    expect(all.every(({ severity }) => severity === 'error')).toBe(true);
  });
  test('a source that says nothing has both', async () => {
    expect(await found(source({}), [...set, 'evaluation.metrics=[odd-metric]'])).toEqual([]);
  });
  test('predictions with a trained run are not split', async () => {
    expect(await codes(bare, [...set, 'sequence=none'], { training: false })).not.toContain('split-needs-patients');
  });
});

describe('figures of one name', () => {
  const metric = (name: string, figures: readonly string[]) =>
    defineMetric({
      ...base,
      name,
      params: Type.Object({ at: Type.Integer({ default: 0, description: 'Stands in a name.' }) }),
      contract: () => ({ needs: ['slices'] }),
      evaluate: (_, { at }) =>
        figures.map((one) => ({
          name: at === 0 ? one : `${one} ${at}`,
          value: null,
          better: 'lower',
          unit: 'slice',
          counts: { slices: 0 },
        })),
    });
  const found = async (...metrics: string[]) => {
    const registry = createRegistry([...fakes, metric('one', ['a', 'b']), metric('two', ['c', 'b'])] as Component[]);
    const set = [`evaluation.metrics=[${metrics.join(', ')}]`];
    return (await resolveText(VALID, { registry, cwd: '/recipes', set })).diagnostics;
  };
  test('of two metrics are an error that names both', async () => {
    expect(await found('one', 'two')).toMatchObject([
      {
        code: 'metric-figures',
        severity: 'error',
        path: 'evaluation.metrics[1]',
        message: 'The metric two gives a figure named `b`, and so does one (evaluation.metrics[0]).',
      },
    ]);
    expect(await found('one', 'one')).toMatchObject([{ code: 'metric-figures' }]);
  });
  test('are none where a parameter tells them apart', async () => {
    expect(await found('one', '{ type: two, at: 3 }', '{ type: one, at: 2 }')).toEqual([]);
  });
});

describe('columns of labels', () => {
  const types = ['epidural', 'intraparenchymal', 'intraventricular', 'subarachnoid', 'subdural'];
  const columns = (changes: object = {}) =>
    JSON.stringify({ ...Object.fromEntries(types.map((type) => [type, type.slice(0, 6)])), ...changes });
  const table = (changes: object | null, more: readonly string[] = []) =>
    found(null, [
      'data.labels.file=mine.csv',
      'data.labels.path=File',
      `data.labels.columns=${changes === null ? 'null' : columns(changes)}`,
      ...more,
    ]);
  const twice = (path: string, column: string, other: string) => [
    {
      code: 'label-column-twice',
      severity: 'error',
      path,
      message: `The column "${column}" is named twice: here, and by ${other}.`,
    },
  ];
  test('are of one label each', async () => {
    expect(await table({})).toEqual([]);
    expect(await table({ any: { not: 'Healthy' } })).toEqual([]);
    expect(await table({ subdural: 'epidur' })).toEqual(
      twice('data.labels.columns.subdural', 'epidur', 'data.labels.columns.epidural'),
    );
    expect(await table({ any: 'subdur' })).toEqual(
      twice('data.labels.columns.any', 'subdur', 'data.labels.columns.subdural'),
    );
    expect(await table({ subdural: { not: 'epidur' } })).toHaveLength(1);
  });
  test('are none that name the slice', async () => {
    expect(await table({ any: 'File' })).toEqual(twice('data.labels.columns.any', 'File', 'data.labels.path'));
    const value = ['data.labels.label=Label', 'data.labels.value=Label'];
    expect(await table(null, value)).toEqual(twice('data.labels.value', 'Label', 'data.labels.label'));
  });
  const ofPictures = (more: readonly string[], labels = columns()) => {
    const set = [
      'data.source={ type: pictures, root: set, table: slices.csv, pictures: { brain: File }, patient: "{Site}-{Who}", number: Slice }',
      `data.source.labels=${labels}`,
      'channels=[brain]',
      'windows=null',
      ...more,
    ];
    return found(pictures as Component, set);
  };
  test('of a table of pictures too, in whose braces others stand', async () => {
    expect(await ofPictures([])).toEqual([]);
    expect(await ofPictures(['data.source.labels.any=Who'])).toEqual(
      twice('data.source.labels.any', 'Who', 'data.source.patient'),
    );
  });
  test('are stated once: another table beside that of the pictures is told', async () => {
    const both = await ofPictures(['data.labels.file=mine.csv']);
    expect(both).toMatchObject([{ code: 'labels-stated-twice', severity: 'warning', path: 'data.labels.file' }]);
    expect(await ofPictures(['data.labels.file=mine.csv'], 'null')).toEqual([]);
  });
});

describe('labels', () => {
  const set = ['data.source=odd-source'];
  test('all six are needed, in any order', async () => {
    const all = ['any', 'subdural', 'epidural', 'intraparenchymal', 'intraventricular', 'subarachnoid'] as const;
    expect(await found(source({ labelNames: all }), set)).toEqual([]);
    expect(await found(source({ labelNames: ['any', 'subdural', 'epidural', 'intraparenchymal'] }), set)).toEqual([
      expect.objectContaining({
        code: 'labels-incomplete',
        path: 'data.source',
        message: expect.stringContaining('does not label intraventricular or subarachnoid'),
      }),
    ]);
  });
});

describe('weights', () => {
  const loaded = ['backbone={ type: odd-backbone, weights: imagenet }'];
  test('for another number of channels or another size', async () => {
    const made = backbone({ weightsFor: { imagenet: { channels: 3, size: 64 } } });
    expect(await codes(made, loaded)).toEqual(['weights-not-loadable']);
    expect(await found(made, [...loaded, 'channels=[brain, bone]'])).toEqual([
      expect.objectContaining({
        code: 'weights-input',
        path: 'backbone.weights',
        message: 'The imagenet weights of odd-backbone are for 3 channels, and the network of this recipe has 2.',
      }),
    ]);
    expect(await found(made, [...loaded, 'data.image.size=96'])).toEqual([
      expect.objectContaining({ code: 'weights-input', message: expect.stringContaining('pictures of 64 pixels') }),
    ]);
    expect(await codes(made, ['backbone=odd-backbone', 'data.image.size=96'])).toEqual([]);
  });
  test('of an address are told like those of a name, without what is secret in it', async () => {
    const sha256 = 'a'.repeat(64);
    const url = [
      `backbone={ type: odd-backbone, weights: { url: "https://u:pw@a.test/w.h5?key=1", sha256: ${sha256} } }`,
    ];
    expect(await found(backbone({}), url)).toEqual([
      expect.objectContaining({
        code: 'weights-fetched',
        path: 'backbone.weights',
        message: 'The weights are a file whose size is not stated, which a run fetches once: https://a.test/w.h5',
      }),
    ]);
  });
  test('a name in a block is the name, with a key of its own only where more is said', async () => {
    const registry = createRegistry([...fakes, backbone({})] as Component[]);
    const recipeOf = async (weights: string) => {
      const set = [`backbone={ type: odd-backbone, weights: ${weights} }`];
      const { recipe } = await resolveText(VALID, { registry, cwd: '/recipes', set });
      return (recipe?.backbone as { weights?: unknown } | undefined)?.weights;
    };
    expect(await recipeOf('{ name: imagenet }')).toBe('imagenet');
    expect(await recipeOf('{ name: none }')).toBe('none');
    const partial = { name: 'imagenet', partial: ['conv1'] };
    expect(await recipeOf('{ name: imagenet, partial: [conv1] }')).toEqual(partial);
  });
  test('one channel into a network of three is repeated before the weights see it', async () => {
    const made = backbone({ channels: 3, weightsFor: { imagenet: { channels: 3 } } });
    expect(await codes(made, [...loaded, 'channels=[brain]'])).toEqual(['weights-not-loadable', 'channel-repeated']);
  });
});

describe('the two networks', () => {
  test('three windows into a backbone of one channel', async () => {
    expect(await found(backbone({ channels: 1 }), ['backbone=odd-backbone'])).toEqual([
      expect.objectContaining({
        code: 'channel-count',
        path: 'channels',
        message: 'odd-backbone takes 1 channel, and the recipe has 3.',
      }),
    ]);
  });
  test('a layout that ichor does not make', async () => {
    expect(await codes(backbone({ layout: 'channels-first' }), ['backbone=odd-backbone'])).toEqual(['layout-unfit']);
    expect(await codes(backbone({ layout: 'channels-last' }), ['backbone=odd-backbone'])).toEqual([]);
  });
  test('embeddings of another width, sequences of another length', async () => {
    const set = ['sequence={ type: odd-sequence, steps: 60 }'];
    expect(await codes(sequence({ embedding: 8, steps: { minimum: 2, maximum: 60 } }), set)).toEqual([]);
    expect(await found(sequence({ embedding: 16, steps: { maximum: 32 } }), set)).toEqual([
      expect.objectContaining({
        code: 'embedding-unfit',
        message: 'odd-sequence takes embeddings of 16 numbers, and small-cnn makes embeddings of 8.',
      }),
      expect.objectContaining({ code: 'steps-unfit', path: 'sequence.steps' }),
    ]);
    expect((await found(sequence({ steps: { minimum: 61 } }), set))[0]?.message).toContain('at least 61 steps');
  });
});

describe('training that trains nothing', () => {
  const none = 'sequence=none';
  test('is a warning at the outermost block that the recipe, a profile or the command line states', async () => {
    const { diagnostics } = await resolveText(
      `${VALID.replace(/sequence: \{.*\n/, 'sequence: none\n')}`.replace(
        'evaluation:',
        '  sequence:\n    optimizer: { type: adam, learningRate: 1e-5 }\nevaluation:',
      ),
      { registry: createRegistry(fakes), cwd: '/recipes' },
    );
    expect(diagnostics).toMatchObject([
      { code: 'trains-nothing', severity: 'warning', path: 'train.sequence', line: 22, column: 3 },
    ]);
    expect(await found(null, [none, 'train.sequence.optimizer.learningRate=1e-5'])).toMatchObject([
      { code: 'trains-nothing', severity: 'warning', path: 'train.sequence' },
    ]);
  });
  test('is nothing in a base, in a default or in the built-in smoke profile', async () => {
    expect(await found(null, [none])).toEqual([]);
    expect(await found(null, [none], { smoke: true })).toEqual([]);
    const { diagnostics } = await resolveText('recipe: 1\nextends: base.yaml\nsequence: none\n', {
      registry: createRegistry(fakes),
      cwd: '/recipes',
      files: { 'base.yaml': VALID.replace('evaluation:', '  sequence: { epochs: 3 }\nevaluation:') },
    });
    expect(diagnostics).toEqual([]);
  });
  test('is still said under smoke, which sets the same block', async () => {
    expect(await codes(null, [none, 'train.sequence.epochs=9'], { smoke: true })).toEqual(['trains-nothing']);
  });
});

describe('options of the sequence', () => {
  const set = (...values: string[]) => ['sequence.type=odd-sequence', ...values];
  const one = async (contract: Partial<ReturnType<Sequence['contract']>>, ...values: string[]) =>
    found(sequence(contract), set(...values));
  const logits = { needs: 'logits', gives: 'logits', width: 6, trains: false } as const;
  const place = { needs: 'position', context: false } as const;

  test('features stand beside embeddings alone', async () => {
    const features = 'sequence.features={ deltas: true, position: true }';
    expect(await one({}, features)).toEqual([]);
    expect(await one(place, features)).toEqual([
      expect.objectContaining({ code: 'features-unfit', severity: 'error', path: 'sequence.features.deltas' }),
      expect.objectContaining({ code: 'features-unfit', severity: 'error', path: 'sequence.features.position' }),
    ]);
    expect((await one(logits, features))[0]?.message).toBe(
      'odd-sequence reads the logits of the backbone of each slice and nothing else: deltas cannot be put beside it.',
    );
    expect(await one({}, 'sequence.order=shuffled', 'sequence.features.position=true')).toEqual([
      expect.objectContaining({ code: 'position-gives-order', severity: 'warning' }),
    ]);
  });

  test('what means nothing where each slice stands by itself, or nothing is trained, is a warning', async () => {
    const unused = async (...of: Parameters<typeof one>) =>
      (await one(...of)).map(({ code, severity, path }) => [code, severity, path].join(' '));
    const warning = (path: string) => `sequence-option-unused warning ${path}`;
    expect(await unused({}, 'sequence.order=shuffled')).toEqual([]);
    expect(await unused({ context: false }, 'sequence.order=shuffled', 'sequence.reversed=true')).toEqual([
      warning('sequence.order'),
      warning('sequence.reversed'),
    ]);
    expect(await unused({}, 'sequence.group=slice', 'sequence.order=file', 'sequence.features.deltas=true')).toEqual([
      warning('sequence.order'),
      warning('sequence.features.deltas'),
    ]);
    expect(await unused(logits, 'sequence.training=random-chunks')).toEqual([warning('sequence.training')]);
  });

  test('sequences of one step are trained and predicted as such, or not at all', async () => {
    expect(await one({}, 'sequence.steps=1')).toMatchObject([
      { code: 'steps-one', severity: 'error', path: 'sequence.steps' },
    ]);
    expect(await one({}, 'sequence.steps=1', 'sequence.group=slice')).toEqual([]);
    expect(await one(logits, 'sequence.steps=1')).toEqual([]);
  });

  test('random vectors, folds and further backbones are for models that read embeddings', async () => {
    expect(await one({}, 'sequence.pad=random-front', 'train.sequence.embeddings=crossfit')).toEqual([]);
    for (const contract of [logits, place]) {
      expect(
        (
          await one(
            contract,
            'sequence.pad=random-front',
            'train.sequence.embeddings={ crossfit: 3 }',
            'sequence.backbones=[small-cnn]',
          )
        )
          .filter(({ severity }) => severity === 'error')
          .map(({ code }) => code),
      ).toEqual(['pad-unfit', 'crossfit-unfit', 'backbones-unfit']);
    }
    expect(await codes(sequence({}), set('train.sequence.embeddings={ crossfit: 1 }'))).toEqual(['out-of-range']);
  });

  test('without a backbone only a model of positions runs', async () => {
    const none = ['backbone=none'];
    expect(await codes(sequence(place), [...set(), ...none])).not.toContain('sequence-needs-backbone');
    expect(await found(sequence(logits), [...set(), ...none])).toMatchObject([
      { code: 'sequence-needs-backbone', message: expect.stringContaining('reads the logits of the backbone') },
    ]);
  });

  test('training of a model without weights is told as none', async () => {
    expect(await one(logits, 'train.sequence.epochs=3')).toMatchObject([
      { code: 'trains-nothing', severity: 'warning', message: expect.stringContaining('odd-sequence has no weights') },
    ]);
  });

  test('further backbones are judged as the first, and add to the width', async () => {
    const bad = await found(
      sequence({}),
      set('sequence.backbones=[{ type: small-cnn, batchNorm: frozen }, resnet-51]'),
    );
    expect(bad).toEqual([
      expect.objectContaining({ code: 'frozen-without-weights', path: 'sequence.backbones[0].batchNorm' }),
      expect.objectContaining({ code: 'unknown-component', path: 'sequence.backbones[1].type' }),
    ]);
    expect(await codes(sequence({ embedding: 16 }), set('sequence.backbones=[small-cnn]'))).toEqual([]);
    expect(await codes(sequence({ embedding: 8 }), set('sequence.backbones=[small-cnn]'))).toEqual(['embedding-unfit']);
  });

  test('groups of patients and folds need a source that knows patients', async () => {
    const registry = createRegistry([...fakes, source({ patients: false })] as Component[]);
    const { diagnostics } = await resolveText(VALID, {
      registry,
      cwd: '/recipes',
      set: ['data.source=odd-source', 'sequence.group=patient', 'train.sequence.embeddings=crossfit'],
    });
    expect(diagnostics.filter(({ code }) => code === 'sequence-needs-patients').map(({ path }) => path)).toEqual([
      'sequence.group',
      'train.sequence.embeddings',
    ]);
  });
});

describe('a split of the sequence model’s own', () => {
  const own = 'sequence.split={ type: by-patient, validation: 0.3 }';
  test('is a leak that a recipe may accept, at its own place', async () => {
    expect(await found(null, [own])).toMatchObject([{ code: 'leak', severity: 'error', path: 'sequence.split.type' }]);
    const accepted = await resolveText(VALID, {
      registry: createRegistry(fakes),
      cwd: '/recipes',
      set: [own, 'accept=[leak]'],
    });
    expect(accepted.recipe?.sequence).toMatchObject({ split: { type: 'by-patient', validation: 0.3 } });
    expect(accepted.diagnostics).toMatchObject([
      { code: 'leak', severity: 'warning', hint: expect.stringContaining('split: same') },
    ]);
  });
  test('is none for a model that reads nothing of the backbone, unless it splits slices', async () => {
    const position = sequence({ needs: 'position' });
    expect(await codes(position, ['sequence.type=odd-sequence', own])).toEqual([]);
  });
  test('is judged like any split: an unknown one, and a value out of its range', async () => {
    expect(await codes(null, ['sequence.split=by-hospital'])).toContain('unknown-component');
    expect(await codes(null, ['sequence.split={ type: by-patient, validation: 3 }'])).toContain('out-of-range');
    expect(await codes(null, ['sequence.split=same'])).toEqual([]);
  });
});
