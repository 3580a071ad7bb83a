/**
 * What the public types reject, and what they infer: compiled by the ordinary type check, never run. An
 * @ts-expect-error that expects nothing is itself an error, so that each line here holds.
 */
import { expectTypeOf } from 'vitest';
import {
  type Augmentation,
  type Backbone,
  type Component,
  type ComponentOf,
  defineAugmentation,
  defineBackbone,
  defineLoss,
  defineMetric,
  defineOptimizer,
  defineSequence,
  defineSource,
  defineSplit,
  defineWindow,
  type Kind,
  type MetricFigure,
  Type,
  type Weights,
  type Window,
} from '../../src/index.ts';

const base = { name: 'acme/one', version: 1, summary: 'One.' };
const level = Type.Number({ default: 40, description: 'Middle.' });

// ---------------------------------------------------------------- what is inferred

const soft = defineWindow({
  ...base,
  params: Type.Object({
    level,
    mode: Type.Union([Type.Literal('soft'), Type.Literal('hard')], { default: 'soft', description: 'Which.' }),
    limit: Type.Union([Type.Number(), Type.Null()], { default: null, description: 'Or none.' }),
  }),
  contract: (params) => {
    expectTypeOf(params.level).toEqualTypeOf<number>();
    return {};
  },
  scale: (hu, { level, mode, limit }) => {
    expectTypeOf(hu).toEqualTypeOf<number>();
    expectTypeOf(level).toEqualTypeOf<number>();
    expectTypeOf(mode).toEqualTypeOf<'soft' | 'hard'>();
    expectTypeOf(limit).toEqualTypeOf<number | null>();
    return hu;
  },
});
expectTypeOf(soft.kind).toEqualTypeOf<'window'>();
expectTypeOf<Parameters<typeof soft.scale>[1]>().toEqualTypeOf<{
  level: number;
  mode: 'soft' | 'hard';
  limit: number | null;
}>();
// Each definer's result is a component, whatever its parameters are.
expectTypeOf(soft).toExtend<Component>();
expectTypeOf<ComponentOf<'window'>>().toEqualTypeOf<Window>();

defineBackbone({
  ...base,
  params: Type.Object({ width: Type.Integer({ default: 8, description: 'Channels.' }) }),
  contract: ({ width, weights, batchNorm }) => {
    expectTypeOf(width).toEqualTypeOf<number>();
    // Common fields stand beside the component's own.
    expectTypeOf(weights).toEqualTypeOf<Weights>();
    expectTypeOf(batchNorm).toEqualTypeOf<'trained' | 'frozen'>();
    return { channels: 'any', minimumSize: 8, pixels: 'unit', embedding: width, weights: ['none'] };
  },
  network: (layers, images, { width }) => {
    const y = layers.conv('conv', images, { filters: width, kernel: 3, stride: 1, padding: 'same', bias: true });
    const same: typeof images = y;
    return layers.globalAveragePool(same);
  },
});

defineAugmentation({
  ...base,
  params: Type.Object({ shift: level }),
  contract: () => ({ changes: 'geometry' }),
  matrix: ({ shift, probability }, random, size) => {
    expectTypeOf(shift).toEqualTypeOf<number>();
    expectTypeOf(probability).toEqualTypeOf<number>();
    expectTypeOf(size).toEqualTypeOf<number>();
    return [1, 0, random.between(-shift, shift), 0, 1, 0];
  },
});

defineAugmentation({
  ...base,
  params: Type.Object({ sigma: level }),
  contract: () => ({ changes: 'pixels' }),
  pixels: {
    draw: ({ sigma }, random) => [random.between(0, sigma)],
    apply: (tf, images, drawn) => tf.add(images, drawn),
  },
});

// ---------------------------------------------------------------- a parameter that is not there

defineWindow({
  ...base,
  params: Type.Object({ level }),
  contract: () => ({}),
  // @ts-expect-error the parameter is level
  scale: (hu, { levle }) => hu - levle,
});
defineBackbone({
  ...base,
  params: Type.Object({}),
  // @ts-expect-error it has no parameter width
  contract: ({ width }) => ({ channels: 'any', minimumSize: 8, pixels: 'unit', embedding: width, weights: ['none'] }),
  // @ts-expect-error nor here
  network: (layers, images, { width }) => layers.globalAveragePool(width ? images : images),
});
defineSequence({
  ...base,
  params: Type.Object({ cells: Type.Integer({ default: 8, description: 'Cells.' }) }),
  // @ts-expect-error cells is a number, not a text
  contract: ({ cells }) => ({ needs: 'embeddings', width: cells.length }),
  network: (_, embeddings) => embeddings,
});
defineLoss({
  ...base,
  params: Type.Object({}),
  contract: () => ({}),
  // @ts-expect-error the common field of a loss is reduction
  cells: (tf, logits, labels, { probability }) => tf.sub(logits, tf.mul(labels, probability)),
});
defineMetric({
  ...base,
  params: Type.Object({}),
  contract: () => ({ needs: ['slices'] }),
  // @ts-expect-error a metric gets slices, series and the rule; no predictions
  evaluate: ({ predictions }) => predictions,
});

// ---------------------------------------------------------------- a function that is missing, or is none of the kind

// @ts-expect-error a window scales
defineWindow({ ...base, params: Type.Object({}), contract: () => ({}) });
// @ts-expect-error a component says what it needs and gives
defineWindow({ ...base, params: Type.Object({}), scale: (hu) => hu });
// @ts-expect-error a component has parameters, if none
defineWindow({ ...base, contract: () => ({}), scale: (hu: number) => hu });
// @ts-expect-error and a version
defineWindow({ name: 'acme/one', summary: 'One.', params: Type.Object({}), contract: () => ({}), scale: (hu) => hu });
// @ts-expect-error a split assigns
defineSplit({ ...base, params: Type.Object({}), contract: () => ({ by: 'patient' }) });
// @ts-expect-error a source opens its folder
defineSource({
  ...base,
  params: Type.Object({}),
  contract: () => ({ identities: 'public', labels: true, repairIntercept: false }),
});
// @ts-expect-error an optimizer has slots
defineOptimizer({
  ...base,
  params: Type.Object({}),
  contract: () => ({}),
  scalars: () => ({}),
  update: (_, weight) => ({ weight, slots: {} }),
});
// @ts-expect-error an augmentation of the geometry has a matrix
defineAugmentation({ ...base, params: Type.Object({}), contract: () => ({ changes: 'geometry' }) });
// @ts-expect-error what has a matrix changes the geometry
defineAugmentation({
  ...base,
  params: Type.Object({}),
  contract: () => ({ changes: 'pixels' }),
  matrix: () => [1, 0, 0, 0, 1, 0],
});
defineWindow({
  ...base,
  params: Type.Object({}),
  contract: () => ({}),
  scale: (hu) => hu,
  // @ts-expect-error a window has no network
  network: () => 1,
});

// ---------------------------------------------------------------- a result of another form

defineWindow({
  ...base,
  params: Type.Object({ level }),
  contract: () => ({}),
  // @ts-expect-error grey values are numbers
  scale: (hu, { level }) => `${hu - level}`,
});
defineBackbone({
  ...base,
  params: Type.Object({}),
  // @ts-expect-error channels is a count, or any
  contract: () => ({ channels: 'three', minimumSize: 8, pixels: 'unit', embedding: 8, weights: ['none'] }),
  network: (layers, images) => layers.globalAveragePool(images),
});
defineBackbone({
  ...base,
  params: Type.Object({}),
  // @ts-expect-error the width of the embedding is missing
  contract: () => ({ channels: 3, minimumSize: 8, pixels: 'unit', weights: ['none'] }),
  network: (layers, images) => layers.globalAveragePool(images),
});
defineBackbone({
  ...base,
  params: Type.Object({}),
  contract: () => ({ channels: 3, minimumSize: 8, pixels: 'unit', embedding: 8, weights: ['none'] }),
  // @ts-expect-error a network gives what the layers give: it is run over shapes and over tensors
  network: () => [1, 8],
});
defineAugmentation({
  ...base,
  params: Type.Object({}),
  contract: () => ({ changes: 'geometry' }),
  // @ts-expect-error a matrix has six numbers
  matrix: () => [1, 0, 0, 1],
});
defineMetric({
  ...base,
  params: Type.Object({}),
  // @ts-expect-error what a metric needs: slices, series, patients
  contract: () => ({ needs: ['voxels'] }),
  evaluate: () => [],
});
const figure = { name: 'acme/one', value: 1, better: 'higher', unit: 'slice', counts: {} } as const;
expectTypeOf(figure).toExtend<MetricFigure>();
// @ts-expect-error a figure that is not defined is null, so that nothing is taken for a number
export const none: MetricFigure = { ...figure, value: undefined };

// ---------------------------------------------------------------- parameters and kinds that are none

// @ts-expect-error a parameter has a schema
defineWindow({ ...base, params: Type.Object({ level: 40 }), contract: () => ({}), scale: (hu) => hu });
// @ts-expect-error params is one TypeBox object
defineWindow({ ...base, params: { level }, contract: () => ({}), scale: (hu: number) => hu });
defineOptimizer({
  ...base,
  // @ts-expect-error learningRate is a common field of each optimizer
  params: Type.Object({ learningRate: level }),
  contract: () => ({}),
  slots: [],
  scalars: () => ({}),
  update: (_, weight) => ({ weight, slots: {} }),
});
defineWindow({
  ...base,
  // @ts-expect-error type is what a block says of itself
  params: Type.Object({ type: Type.String() }),
  contract: () => ({}),
  scale: (hu) => hu,
});
// @ts-expect-error there is no such kind
expectTypeOf<'filter'>().toExtend<Kind>();
// @ts-expect-error so that nothing is of it
export type Filter = ComponentOf<'filter'>;
// @ts-expect-error a window is no backbone
export const wrong: Backbone = soft;
export type Augmentations = Augmentation;
