import { describe, expect, it } from 'vitest';
import { createRegistry } from '../../../src/registry/registry.ts';
import { resolveText } from '../../../src/registry/resolve/resolve.ts';
import { type KeyedInstance, keyPlan } from '../../../src/runtime/plan/keys.ts';
import { partDifferences, pathsOf } from '../../../src/runtime/plan/part-differences.ts';
import { type Plan, planRecipe } from '../../../src/runtime/plan/plan.ts';
import { VALID } from '../../registry/diagnostics/mistakes.ts';
import { fakeRegistry, fakes } from '../../registry/fake-components.ts';

async function planOf(text: string, registry = fakeRegistry): Promise<Plan> {
  const { recipe, diagnostics } = await resolveText(text, { registry, cwd: '/r' });
  if (recipe === null) throw new Error(diagnostics[0]?.message);
  return planRecipe(recipe, registry);
}

const context = { fingerprint: 'f', engine: { kind: 'wasm', version: '1', precision: 'float32' } };
const keysOf = async (text: string, registry = fakeRegistry): Promise<ReadonlyMap<string, KeyedInstance>> =>
  new Map(keyPlan(await planOf(text, registry), context).map((one) => [one.id, one]));

/** Ids of the stages whose keys an edit changes. */
async function touched(before: string, after: string, registry = fakeRegistry): Promise<string[]> {
  const [old, fresh] = [await keysOf(before), await keysOf(after, registry)];
  return [...fresh].filter(([id, { key }]) => old.get(id)?.key !== key).map(([id]) => id);
}

/** What partDifferences says of one stage after an edit, from VALID. */
async function differencesOf(id: string, after: string, registry = fakeRegistry) {
  const [old, fresh] = [(await keysOf(VALID)).get(id), (await keysOf(after, registry)).get(id)];
  const origin = (one: KeyedInstance) => ({ parts: one.parts, paths: pathsOf(one) });
  return partDifferences(origin(old as KeyedInstance), origin(fresh as KeyedInstance), registry).filter(
    ({ what }) => what !== 'input',
  );
}

const changed = (name: string, more: object) =>
  createRegistry(fakes.map((each) => (each.name === name ? { ...each, ...more } : each)));

const FROM_BACKBONE = ['backbone', 'embed', 'sequence', 'predict:backbone', 'predict:sequence', 'evaluate', 'report'];

describe('slices', () => {
  it('hold what each stage reads of the recipe, and nothing at its default', async () => {
    const slices = Object.fromEntries((await planOf(VALID)).instances.map(({ id, slice }) => [id, slice]));
    const linear = (level: number, width: number) => ({ name: 'linear', version: 1, params: { level, width } });
    const source = { name: 'rsna', version: 1, params: {} };
    const { report, ...others } = slices;
    // By hand, from VALID and the defaults of the language and of the fake components.
    expect(others).toEqual({
      index: { source },
      shards: { source, channels: [linear(40, 80), linear(80, 200), linear(600, 2800)], image: { size: 64 } },
      split: { split: { name: 'by-patient', version: 1, params: { validation: 0.2 } } },
      backbone: {
        backbone: { name: 'small-cnn', version: 1, params: { width: 0.5 } },
        augment: [{ name: 'flip-horizontal', version: 1, params: {} }],
        train: { epochs: 2, batch: 8, optimizer: { name: 'adam', version: 1, params: { clipNorm: 10 } } },
      },
      embed: {},
      sequence: { sequence: { name: 'bi-lstm', version: 1, params: { cells: 32, dropout: 0.1 } } },
      'predict:backbone': {},
      'predict:sequence': {},
      evaluate: {
        metrics: ['mean-log-loss', 'auc'].map((name) => ({ name, version: 1, params: {} })),
      },
    });
    expect(JSON.stringify(report)).not.toContain('root');
    expect(Object.keys(report as object)).toEqual(
      expect.arrayContaining(['name', 'data', 'windows', 'channels', 'augment', 'backbone', 'sequence', 'train']),
    );
  });

  it('of a training hold what it is stopped by, and how that judges, where it may stop early', async () => {
    const train = async (more: string) => {
      const { instances } = await planOf(VALID.replace('batch: 8', `batch: 8\n    ${more}`));
      const one = instances.find(({ id }) => id === 'backbone') as Plan['instances'][number];
      const { train } = one.slice as { train: Record<string, unknown> };
      return [train, pathsOf(one)] as const;
    };
    const [plain] = await train('precision: float32');
    expect(await train('checkpoint: { everySteps: 3 }')).toEqual(await train('precision: float32'));
    expect((await train('earlyStopping: null'))[0]).toEqual(plain);
    const [loss] = await train('earlyStopping: { patience: 1 }');
    expect(loss).toEqual({ ...plain, earlyStopping: { patience: 1, metric: 'loss', minDelta: 0 } });
    const [stops, paths] = await train('earlyStopping: { metric: auc }');
    expect(stops).toMatchObject({ earlyStopping: { metric: 'auc' }, stopping: { name: 'auc' } });
    expect(paths).toMatchObject({ 'train.stopping': 'evaluation.metrics[1]' });
    const [both] = await train('earlyStopping: { metric: auc }\n    checkpoint: { best: auc, everySteps: 2 }');
    expect(both).toMatchObject({ checkpoint: { best: 'auc' }, metric: { name: 'auc' } });
    expect(both).not.toHaveProperty('stopping');
  });

  it('know the recipe path of each of their parts, and every component, also those by default', async () => {
    const { instances } = await planOf(VALID.replace('batch: 8', 'batch: 8\n    checkpoint: { best: auc }'));
    const paths = (id: string) => pathsOf(instances.find((one) => one.id === id) as Plan['instances'][number]);
    expect(paths('shards')).toEqual({
      source: 'data.source',
      'channels[0]': 'windows.brain',
      'channels[1]': 'windows.subdural',
      'channels[2]': 'windows.bone',
      image: 'data.image',
    });
    expect(paths('backbone')).toEqual({
      backbone: 'backbone',
      augment: 'augment',
      train: 'train.backbone',
      'train.metric': 'evaluation.metrics[1]',
      'train.patient': 'evaluation.patient',
      smoke: 'smoke',
    });
    expect(instances.find(({ id }) => id === 'backbone')?.components).toEqual({
      'backbone small-cnn': 1,
      'augmentation flip-horizontal': 1,
      'sampler uniform': 1,
      'optimizer adam': 1,
      'schedule constant': 1,
      'loss binary-cross-entropy': 1,
      'metric auc': 1,
    });
  });
});

describe('keys', () => {
  it.each([
    ['a default that is stated', 'batch: 8', 'batch: 8\n    stepsPerEpoch: null'],
    ['the folder of the data', 'root: data/rsna', 'root: /elsewhere'],
    ['the block of a network that is not trained differently', 'epochs: 2', 'checkpoint: last\n    epochs: 2'],
  ])('do not change with %s', async (_, before, after) => {
    expect(await touched(VALID, VALID.replace(before, after))).toEqual([]);
  });

  it.each([
    ['the backbone’s learning rate', 'learningRate: 1e-3', 'learningRate: 2e-3', FROM_BACKBONE],
    ['a window that no channel names', '  bone: {', '  spare: { level: 1, width: 2 }\n  bone: {', ['report']],
    [
      'the rule for patients',
      '[mean-log-loss, auc]',
      '[mean-log-loss, auc]\n  patient: { slices: 2 }',
      ['evaluate', 'report'],
    ],
    ['the seed', 'seed: 0', 'seed: 1', FROM_BACKBONE],
    ['the name', 'name: small', 'name: other', ['report']],
  ])('change with %s, of what depends on it alone', async (_, before, after, stages) => {
    expect(await touched(VALID, VALID.replace(before, after))).toEqual(stages);
  });

  it('share a backbone that has a seed of its own, which is the one of a recipe with this seed', async () => {
    const own = VALID.replace('batch: 8', 'batch: 8\n    seed: 7');
    expect(await touched(own, own.replace('seed: 0', 'seed: 1'))).toEqual([
      'sequence',
      'predict:sequence',
      'evaluate',
      'report',
    ]);
    const keyOf = async (text: string, id: string) => (await keysOf(text)).get(id)?.key;
    expect(await keyOf(own, 'backbone')).toBe(await keyOf(VALID.replace('seed: 0', 'seed: 7'), 'backbone'));
    const backbone = (await planOf(own)).instances.find(({ id }) => id === 'backbone');
    expect(backbone).toMatchObject({ seed: 7, seedFrom: ['train', 'backbone', 'seed'] });
    expect(await differencesOf('backbone', own)).toEqual([{ what: 'seed', before: 0, now: 7 }]);
  });

  it('change by a calibration of what reads probabilities alone: nothing is trained or predicted again for it', async () => {
    expect(await touched(VALID, `${VALID}calibration: temperature\n`)).toEqual([
      'calibration:backbone',
      'calibrate:backbone',
      'calibration:sequence',
      'calibrate:sequence',
      'evaluate',
      'report',
    ]);
    expect(await touched(VALID, `${VALID}calibration: none\n`)).toEqual([]);
    const keys = await keysOf(`${VALID}calibration: temperature\n`);
    expect(keys.get('evaluate')?.reads).toEqual(
      expect.arrayContaining(['predict:sequence', 'calibration:sequence', 'calibrate:sequence']),
    );
  });

  it('change with the code of a local component and with the version of one that stands by default', async () => {
    expect(await touched(VALID, VALID, changed('small-cnn', { code: 'c0de' }))).toEqual(FROM_BACKBONE);
    expect(await touched(VALID, VALID, changed('binary-cross-entropy', { version: 2 }))).toEqual(FROM_BACKBONE);
  });
});

describe('differences of two keys name the recipe', () => {
  const edit = (before: string, after: string) => VALID.replace(before, after);

  it('path and both sides of a value, where one is the default too', async () => {
    expect(await differencesOf('backbone', edit('clipNorm: 10', 'clipNorm: null'))).toEqual([
      { what: 'value', path: ['train', 'backbone', 'optimizer', 'clipNorm'], before: 10, now: null },
    ]);
    expect(await differencesOf('shards', edit('size: 64', 'size: 224'))).toEqual([
      { what: 'value', path: ['data', 'image', 'size'], before: 64, now: 224 },
    ]);
    expect(await differencesOf('index', edit('  split:', '  limit: { labelled: 2, unlabelled: 0 }\n  split:'))).toEqual(
      [{ what: 'value', path: ['data', 'limit'], before: null, now: { labelled: 2, unlabelled: 0 } }],
    );
    expect(await differencesOf('evaluate', edit('metrics: [mean-log-loss, auc]', 'patient: { slices: 3 }'))).toEqual([
      {
        what: 'value',
        path: ['evaluation', 'metrics'],
        before: ['mean-log-loss', 'auc'],
        now: ['mean-log-loss', 'kaggle-log-loss', 'patient-f1', 'series-f1', 'auc'],
      },
    ]);
  });

  it('a component of another type as one difference, a list of another length as a whole', async () => {
    const text = edit('backbone: { type: small-cnn, width: 0.5 }', 'backbone: { type: resnet-50-v2, width: 0.5 }');
    expect(await differencesOf('backbone', text)).toEqual([
      { what: 'value', path: ['backbone', 'type'], before: 'small-cnn', now: 'resnet-50-v2' },
    ]);
    const none = edit('augment:\n  - { type: flip-horizontal, probability: 0.5 }', 'augment: []');
    expect(await differencesOf('backbone', none)).toEqual([
      { what: 'value', path: ['augment'], before: ['flip-horizontal'], now: [] },
    ]);
  });

  it('a window by its own line, another window by its channel, fewer channels by the list', async () => {
    expect(await differencesOf('shards', edit('level: 40', 'level: 35'))).toEqual([
      { what: 'value', path: ['windows', 'brain', 'level'], before: 40, now: 35 },
    ]);
    expect(await differencesOf('shards', edit('[brain, subdural, bone]', '[brain, bone, bone]'))).toEqual([
      { what: 'value', path: ['channels', 1, 'window'], before: 'subdural', now: 'bone' },
    ]);
    expect(await differencesOf('shards', edit('[brain, subdural, bone]', '[brain]'))).toEqual([
      { what: 'value', path: ['channels'], before: ['brain', 'subdural', 'bone'], now: ['brain'] },
    ]);
  });

  it('the metric by which an epoch is best once: by the checkpoint that names it', async () => {
    const best = (metric: string) => edit('batch: 8', `batch: 8\n    checkpoint: { best: ${metric} }`);
    expect(await differencesOf('backbone', best('auc'))).toEqual([
      { what: 'value', path: ['train', 'backbone', 'checkpoint'], before: 'last', now: { best: 'auc' } },
    ]);
  });

  it('versions and code of components, and the seed', async () => {
    expect(await differencesOf('backbone', VALID, changed('binary-cross-entropy', { version: 2 }))).toEqual([
      {
        what: 'component-version',
        component: 'loss binary-cross-entropy',
        path: ['train', 'backbone', 'loss'],
        before: 1,
        now: 2,
      },
    ]);
    expect(await differencesOf('backbone', VALID, changed('flip-horizontal', { code: 'x' }))).toEqual([
      {
        what: 'component-code',
        component: 'augmentation flip-horizontal',
        path: ['augment', 0],
        before: null,
        now: 'x',
      },
    ]);
    expect(await differencesOf('backbone', edit('seed: 0', 'seed: 4'))).toEqual([{ what: 'seed', before: 0, now: 4 }]);
  });

  it('never nothing: a slice of a shape that this version does not know is a difference', async () => {
    const [one] = (await planOf(VALID)).instances;
    const parts = { stage: 'index', version: 1, slice: one?.slice ?? null, inputs: {} };
    const old = { parts: { ...parts, slice: { gone: 1 } }, paths: {} };
    const found = partDifferences(old, { parts, paths: {} }, fakeRegistry);
    expect(found).toMatchObject([{ what: 'value', path: [] }]);
  });
});
