import {
  type Component,
  defineAugmentation,
  defineBackbone,
  defineCalibration,
  defineLoss,
  defineMetric,
  defineOptimizer,
  defineSampler,
  defineSchedule,
  defineSequence,
  defineSeriesRule,
  defineSource,
  defineSplit,
  defineTracker,
  defineWindow,
  Type,
} from '../../src/index.ts';
import { createRegistry } from '../../src/registry/registry.ts';

const noWork = (): never => {
  throw new Error('A recipe is resolved without running a component.');
};

const root = Type.String({ description: 'Folder.', affectsResult: false });

const source = (name: string, labels: boolean) =>
  defineSource({
    name,
    version: 1,
    summary: `Fake source ${name}.`,
    params: Type.Object({ root }),
    contract: () => ({ identities: 'public', labels, repairIntercept: false }),
    open: noWork,
  });

const augmentation = (name: string, params: Parameters<typeof Type.Object>[0]) =>
  defineAugmentation({
    name,
    version: 1,
    summary: `Fake augmentation ${name}.`,
    params: Type.Object(params),
    contract: () => ({ changes: 'geometry' }),
    matrix: noWork,
  });

const backbone = (
  name: string,
  channels: number | 'any',
  weights: readonly ('none' | 'imagenet')[],
  minimumSize: number,
) =>
  defineBackbone({
    name,
    version: 1,
    summary: `Fake backbone ${name}.`,
    params: Type.Object({
      width: Type.Number({ default: 1, exclusiveMinimum: 0, maximum: 4, description: 'Factor on the filters.' }),
      blocks: Type.Number({ default: 1, exclusiveMinimum: 0, maximum: 4, description: 'Factor on the blocks.' }),
    }),
    contract: () => ({ channels, minimumSize, pixels: 'tf', embedding: 8, weights }),
    network: noWork,
  });

const metric = (name: string) =>
  defineMetric({
    name,
    version: 1,
    summary: `Fake metric ${name}.`,
    params: Type.Object({}),
    contract: () => ({ needs: ['slices'] }),
    evaluate: noWork,
  });

/** Components with the names and parameters of the built-in ones, and no work behind them. */
export const fakes: readonly Component[] = [
  source('rsna', true),
  source('folder', false),
  defineSource({
    name: 'phantom',
    version: 1,
    summary: 'Fake source that generates.',
    params: Type.Object({
      studies: Type.Integer({ default: 40, minimum: 1, description: 'Labelled studies.' }),
      testStudies: Type.Integer({ default: 4, minimum: 0, description: 'Studies without labels.' }),
      minimumSlices: Type.Integer({ default: 20, minimum: 3, maximum: 90, description: 'Fewest slices.' }),
      maximumSlices: Type.Integer({ default: 45, minimum: 3, maximum: 90, description: 'Most slices.' }),
    }),
    contract: () => ({ identities: 'public', labels: true, repairIntercept: false }),
    open: noWork,
  }),
  defineTracker({
    name: 'tensorboard',
    version: 1,
    summary: 'Fake tracker.',
    params: Type.Object({ folder: Type.String({ default: 'here', description: 'Where.' }) }),
    contract: () => ({}),
    send: noWork,
  }),
  defineSeriesRule({
    name: 'head-ct',
    version: 1,
    summary: 'Fake rule.',
    params: Type.Object({}),
    contract: () => ({}),
    judge: noWork,
  }),
  defineSplit({
    name: 'by-patient',
    version: 1,
    summary: 'Fake split.',
    params: Type.Object({
      validation: Type.Number({ default: 0.1, exclusiveMinimum: 0, exclusiveMaximum: 1, description: 'Share.' }),
    }),
    contract: () => ({ by: 'patient' }),
    assign: noWork,
  }),
  defineWindow({
    name: 'linear',
    version: 1,
    summary: 'Fake window.',
    params: Type.Object({
      level: Type.Number({ minimum: -1000, maximum: 3000, unit: 'HU', description: 'Middle.' }),
      width: Type.Number({ exclusiveMinimum: 0, maximum: 4000, unit: 'HU', description: 'Extent.' }),
    }),
    contract: ({ level, width }) => ({ hu: [level - width / 2, level + width / 2] }),
    scale: noWork,
  }),
  defineWindow({
    name: 'sigmoid',
    version: 3,
    summary: 'Another fake window.',
    params: Type.Object({
      level: Type.Number({ default: 40, description: 'Middle.' }),
      softness: Type.Object(
        {
          power: Type.Number({ default: 2, minimum: 1, description: 'Power.' }),
          even: Type.Boolean({ default: true, description: 'Even.' }),
        },
        { default: {} },
      ),
    }),
    contract: () => ({}),
    scale: noWork,
  }),
  augmentation('flip-horizontal', {}),
  augmentation('affine', {
    shift: Type.Number({ default: 0, minimum: 0, maximum: 1, description: 'Share of the side.' }),
    scale: Type.Number({ default: 0, minimum: 0, maximum: 1, description: 'Share of the size.' }),
    rotateDegrees: Type.Number({ default: 0, minimum: 0, maximum: 180, unit: 'degrees', description: 'Angle.' }),
  }),
  augmentation('transpose', {}),
  backbone('small-cnn', 'any', ['none'], 16),
  backbone('inception-resnet-v2', 3, ['none', 'imagenet'], 75),
  backbone('resnet-50-v2', 3, ['none', 'imagenet'], 32),
  defineSequence({
    name: 'bi-lstm',
    version: 1,
    summary: 'Fake sequence model.',
    params: Type.Object({
      layers: Type.Integer({ default: 2, minimum: 1, maximum: 8, description: 'Layers.' }),
      cells: Type.Integer({ default: 256, minimum: 1, maximum: 4096, description: 'Cells per direction.' }),
      dropout: Type.Number({ default: 0.3, minimum: 0, exclusiveMaximum: 1, description: 'Share left out.' }),
    }),
    contract: ({ cells }) => ({ needs: 'embeddings', width: 2 * cells }),
    network: noWork,
  }),
  defineLoss({
    name: 'binary-cross-entropy',
    version: 1,
    summary: 'Fake loss.',
    params: Type.Object({}),
    contract: () => ({}),
    cells: noWork,
  }),
  ...['adam', 'sgd'].map((name) =>
    defineOptimizer({
      name,
      version: 1,
      summary: `Fake optimizer ${name}.`,
      params: Type.Object(
        name === 'adam'
          ? { beta1: Type.Number({ default: 0.9, minimum: 0, exclusiveMaximum: 1, description: 'Decay.' }) }
          : { momentum: Type.Number({ default: 0, minimum: 0, maximum: 1, description: 'Momentum.' }) },
      ),
      contract: () => ({}),
      slots: [],
      scalars: noWork,
      update: noWork,
    }),
  ),
  defineSchedule({
    name: 'constant',
    version: 1,
    summary: 'Fake schedule constant.',
    params: Type.Object({}),
    contract: () => ({}),
    factor: noWork,
  }),
  defineSampler({
    name: 'uniform',
    version: 1,
    summary: 'Fake sampler.',
    params: Type.Object({}),
    contract: () => ({ draws: 'slices', prevalence: 'kept' }),
    order: noWork,
  }),
  defineCalibration({
    name: 'temperature',
    version: 1,
    summary: 'Fake calibration.',
    params: Type.Object({}),
    contract: () => ({ fits: 'together' }),
    fit: noWork,
    calibrate: noWork,
  }),
  ...['mean-log-loss', 'kaggle-log-loss', 'patient-f1', 'series-f1', 'auc'].map(metric),
] as readonly Component[];

export const fakeRegistry = createRegistry(fakes);
