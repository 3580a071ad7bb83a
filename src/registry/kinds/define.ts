import type { Static, TObject } from 'typebox';
import type {
  Augmentation,
  AugmentationCommon,
  Backbone,
  BackboneCommon,
  Loss,
  LossCommon,
  Metric,
  Optimizer,
  OptimizerCommon,
  Params,
  Plugin,
  Sequence,
  SequenceCommon,
  Source,
  Split,
  Window,
} from './kinds.ts';

/** Own parameters with the name of a common field of the kind (or `type`), which a registry refuses. */
type Taken<P extends TObject, Common> = string extends keyof Static<P>
  ? never
  : Extract<keyof Static<P> & (keyof Common | 'type'), string>;

/** Parameters whose schema is none: TypeBox's own types take any value there. */
type WithoutSchema<P> =
  P extends TObject<infer Properties>
    ? Extract<
        { [K in keyof Properties]: NonNullable<Properties[K]> extends object ? never : K }[keyof Properties],
        string
      >
    : never;

/** Fails with words where the types of TypeBox alone would let a wrong parameter through. */
type Checked<P extends TObject, Common> = ([Taken<P, Common>] extends [never]
  ? unknown
  : { params: `${Taken<P, Common>} is a common field of each component of this kind` }) &
  ([WithoutSchema<P>] extends [never]
    ? unknown
    : { params: `${WithoutSchema<P>} is no schema: say Type.Number({ … }) or the like` });

/** What an author writes: a component without its kind, which the definer adds. */
type Written<C extends { params: TObject }, Common = unknown> = Omit<C, 'kind'> & Checked<C['params'], Common>;

/** An augmentation has the one function that its contract speaks of. */
type WrittenAugmentation<P extends TObject> = Omit<
  Written<Augmentation<P>, AugmentationCommon>,
  'contract' | 'matrix' | 'pixels'
> &
  Checked<P, AugmentationCommon> &
  (
    | {
        contract(params: Params<P, AugmentationCommon>): { changes: 'geometry' };
        matrix: NonNullable<Augmentation<P>['matrix']>;
        pixels?: never;
      }
    | {
        contract(params: Params<P, AugmentationCommon>): { changes: 'pixels' };
        pixels: NonNullable<Augmentation<P>['pixels']>;
        matrix?: never;
      }
  );

/** A definer only adds the kind: it exists so that the parameters' types reach the functions. */
const definer =
  <K extends string>(kind: K) =>
  <C extends object>(component: C): C & { kind: K } => ({ ...component, kind });

/**
 * Defines a source: where pictures and labels come from. `open` lists DICOM files and label rows of a folder; a source
 * with `generate` writes that folder first. Whether identities are `private` (ids become hashes) is its contract's word.
 *
 * @example
 * ```ts
 * import { defineSource, openImageFolder, Type } from 'ichor';
 *
 * // A folder of unlabelled DICOM files whose names may be shown.
 * export default defineSource({
 *   name: 'acme/archive',
 *   version: 1,
 *   summary: 'Any tree of anonymised DICOM files: all slices are predicted.',
 *   params: Type.Object({
 *     root: Type.String({ default: '', description: 'Folder to search.', affectsResult: false }),
 *   }),
 *   contract: () => ({ identities: 'public', labels: false, repairIntercept: false }),
 *   // Throws IchorError `source-missing` where there is no such folder.
 *   open: (_params, root) => openImageFolder(root),
 * });
 * ```
 */
export const defineSource = <P extends TObject>(c: Written<Source<P>>) => definer('source')(c) as Source<P>;

/**
 * Defines a split: which labelled slices train and which validate. It depends on its arguments alone: the same patients
 * and seed give the same sides, in whatever order they come.
 *
 * @example
 * ```ts
 * import { defineSplit, IchorError, stream, Type } from 'ichor';
 *
 * export default defineSplit({
 *   name: 'acme/coin',
 *   version: 1,
 *   summary: 'Each patient validates with a chance of its own, whatever the others do.',
 *   params: Type.Object({
 *     chance: Type.Number({ default: 0.2, minimum: 0.1, maximum: 0.9, description: 'Of validating.' }),
 *   }),
 *   contract: () => ({ by: 'patient' }),
 *   assign(patients, { chance }, seed) {
 *     // By group: patients who share pictures stay together.
 *     const side = (group: string) => (stream(seed, 'coin', group).chance(chance) ? 'validation' : 'train');
 *     const sides = patients.flatMap(({ group, slices }) =>
 *       slices.map(({ slice }) => [slice, side(group)] as const),
 *     );
 *     if (new Set(sides.map(([, own]) => own)).size < 2)
 *       throw new IchorError('split-impossible', 'All patients fell on one side.', 'Try another data.seed.', 2);
 *     return new Map(sides);
 *   },
 * });
 * ```
 */
export const defineSplit = <P extends TObject>(c: Written<Split<P>>) => definer('split')(c) as Split<P>;

/**
 * Defines a window: HU to grey, 0 to 1, for one channel. `scale` is tabulated over the stored values of each slice and
 * stored as a byte; a `layer` learns on top of that, inside of the backbone's network.
 *
 * @example
 * ```ts
 * import { defineWindow, Type } from 'ichor';
 *
 * export default defineWindow({
 *   name: 'acme/gamma',
 *   version: 1,
 *   summary: 'A range of HU to 0..1 with a gamma that training finds.',
 *   params: Type.Object({
 *     from: Type.Number({ default: 0, minimum: -1024, maximum: 50, unit: 'HU', description: 'Becomes black.' }),
 *     to: Type.Number({ default: 80, minimum: 51, maximum: 3071, unit: 'HU', description: 'Becomes white.' }),
 *   }),
 *   contract: ({ from, to }) => ({ hu: [from, to] }),
 *   scale: (hu, { from, to }) => Math.min(1, Math.max(0, (hu - from) / (to - from))),
 *   // Left out, nothing is learned. [batch, size, size, 1] in 0..1 -> the same.
 *   layer: (layers, channel) =>
 *     layers.custom('gamma', [channel], {
 *       weights: { log: { shape: [1], initializer: 'zeros', trainable: true } },
 *       shape: ([image]) => image!,
 *       // Away from 0, where a power's slope is infinite.
 *       apply: (tf, [image], { log }) => tf.pow(tf.clipByValue(image!, 0.001, 1), tf.exp(log!)),
 *     }),
 * });
 * ```
 */
export const defineWindow = <P extends TObject>(c: Written<Window<P>>) => definer('window')(c) as Window<P>;

/**
 * Defines an augmentation: with `matrix` one of geometry (all of a recipe become one warp), with `pixels` one of grey
 * levels. It draws from the `random` that it is given and from nowhere else: that stream is the slice's and epoch's own.
 *
 * @example
 * ```ts
 * import { defineAugmentation, Type } from 'ichor';
 *
 * export default defineAugmentation({
 *   name: 'acme/shift',
 *   version: 1,
 *   summary: 'Shifts along the rows; the edge is repeated.',
 *   params: Type.Object({
 *     share: Type.Number({ default: 0.1, minimum: 0, maximum: 0.5, description: "Furthest, as a share of the side." }),
 *   }),
 *   contract: () => ({ changes: 'geometry' }),
 *   // The output's pixel (x, y) takes the input at (a x + b y + c, d x + e y + f).
 *   matrix: ({ share }, random, size) => [1, 0, size * random.between(-share, share), 0, 1, 0],
 * });
 * ```
 */
export const defineAugmentation = <P extends TObject>(c: WrittenAugmentation<P>) =>
  definer('augmentation')(c) as Augmentation<P>;

/**
 * Defines a backbone: the network that looks at a slice, up to the pooled vector; the layer on the six labels is added.
 * It is ONE function over the words of {@link Layers}, run over shapes for `ichor check` and over tensors for training.
 *
 * @example
 * ```ts
 * import { defineBackbone, Type } from 'ichor';
 *
 * export default defineBackbone({
 *   name: 'acme/tiny',
 *   version: 1,
 *   summary: 'Two convolutions and an average.',
 *   params: Type.Object({
 *     filters: Type.Integer({ default: 8, minimum: 1, maximum: 512, description: 'Of both convolutions.' }),
 *   }),
 *   contract: ({ filters }) => ({
 *     channels: 'any',
 *     minimumSize: 8,
 *     pixels: 'unit',
 *     embedding: filters,
 *     weights: ['none'],
 *   }),
 *   network(layers, images, { filters }) {
 *     const conv = (name: string, x: typeof images) =>
 *       layers.relu(layers.conv(name, x, { filters, kernel: 3, stride: 2, padding: 'same' }));
 *     return layers.globalAveragePool(conv('second', conv('first', images)));
 *   },
 * });
 * ```
 */
export const defineBackbone = <P extends TObject>(c: Written<Backbone<P>, BackboneCommon>) =>
  definer('backbone')(c) as Backbone<P>;

/**
 * Defines a sequence network: it reads the embeddings of a series' slices in anatomical order, under a mask, and gives
 * features for each of them; the layer on the six labels is added.
 *
 * @example
 * ```ts
 * import { defineSequence, Type } from 'ichor';
 *
 * export default defineSequence({
 *   name: 'acme/short-lstm',
 *   version: 1,
 *   summary: 'One bidirectional LSTM.',
 *   params: Type.Object({
 *     cells: Type.Integer({ default: 16, minimum: 1, maximum: 512, description: 'Of each direction.' }),
 *   }),
 *   contract: ({ cells }) => ({ needs: 'embeddings', width: 2 * cells }),
 *   network: (layers, embeddings, mask, { cells }) => layers.biLstm('lstm', embeddings, mask, { cells }),
 * });
 * ```
 */
export const defineSequence = <P extends TObject>(c: Written<Sequence<P>, SequenceCommon>) =>
  definer('sequence')(c) as Sequence<P>;

/**
 * Defines a loss: of each label of each item by itself, from the logit; the runtime reduces.
 *
 * @example
 * ```ts
 * import { defineLoss, Type } from 'ichor';
 *
 * // Lin et al. 2017, with alpha 0.5 for both classes.
 * export default defineLoss({
 *   name: 'acme/focal',
 *   version: 1,
 *   summary: 'Cross-entropy in which sure answers count less.',
 *   params: Type.Object({
 *     gamma: Type.Number({ default: 2, minimum: 0, maximum: 5, description: '0: plain cross-entropy.' }),
 *   }),
 *   contract: () => ({}),
 *   cells(tf, logits, labels, { gamma }) {
 *     // z of the right answer: the logit of a positive, minus it of a negative.
 *     const right = tf.mul(logits, tf.sub(tf.mul(labels, 2), 1));
 *     const entropy = tf.softplus(tf.neg(right));
 *     // (1 - p)^gamma as exp(gamma log(1 - p)): finite where p is 1.
 *     return tf.mul(tf.exp(tf.mul(tf.softplus(right), -gamma)), entropy);
 *   },
 * });
 * ```
 */
export const defineLoss = <P extends TObject>(c: Written<Loss<P>, LossCommon>) => definer('loss')(c) as Loss<P>;

/**
 * Defines an optimizer: the update of one weight. What it keeps from step to step lies in `slots`, zero at first, and is
 * part of each checkpoint. Clipping by `clipNorm` has happened before.
 *
 * @example
 * ```ts
 * import { defineOptimizer, Type } from 'ichor';
 *
 * export default defineOptimizer({
 *   name: 'acme/momentum',
 *   version: 1,
 *   summary: 'Gradient descent with momentum.',
 *   params: Type.Object({
 *     decay: Type.Number({ default: 0.9, minimum: 0, exclusiveMaximum: 1, description: 'Of the velocity, a step.' }),
 *   }),
 *   contract: () => ({}),
 *   slots: ['velocity'],
 *   scalars: (_step, { learningRate }) => ({ rate: learningRate }),
 *   update(tf, weight, gradient, { velocity }, { rate }, { decay }) {
 *     const next = tf.add(tf.mul(velocity!, decay), gradient);
 *     return { weight: tf.sub(weight, tf.mul(next, rate!)), slots: { velocity: next } };
 *   },
 * });
 * ```
 */
export const defineOptimizer = <P extends TObject>(c: Written<Optimizer<P>, OptimizerCommon>) =>
  definer('optimizer')(c) as Optimizer<P>;

/**
 * Defines a metric: figures over the labelled slices of one side, each with its counts; null where it is not defined.
 *
 * @example
 * ```ts
 * import { defineMetric, LABELS, Type } from 'ichor';
 *
 * export default defineMetric({
 *   name: 'acme/brier',
 *   version: 1,
 *   summary: 'Mean square of probability minus truth, of each label.',
 *   params: Type.Object({}),
 *   contract: () => ({ needs: ['slices'] }),
 *   evaluate: ({ slices }) =>
 *     LABELS.map((label, column) => {
 *       const squares = slices.map(({ probabilities, labels }) => (probabilities[column]! - labels[label]) ** 2);
 *       return {
 *         name: `acme/brier (${label})`,
 *         value: squares.length === 0 ? null : squares.reduce((sum, one) => sum + one, 0) / squares.length,
 *         better: 'lower',
 *         unit: 'slice',
 *         label,
 *         counts: { slices: slices.length },
 *       };
 *     }),
 * });
 * ```
 */
export const defineMetric = <P extends TObject>(c: Written<Metric<P>>) => definer('metric')(c) as Metric<P>;

/**
 * A plugin: components under one prefix, the default export of the module that a recipe names in `plugins:`, or of the
 * package that it names. Each component's name carries the prefix.
 *
 * @example
 * ```ts
 * import { definePlugin, defineWindow, Type } from 'ichor';
 *
 * const inverse = defineWindow({
 *   name: 'acme/inverse',
 *   version: 1,
 *   summary: 'Air white, bone black.',
 *   params: Type.Object({}),
 *   contract: () => ({}),
 *   scale: (hu) => Math.min(1, Math.max(0, (1000 - hu) / 2000)),
 * });
 *
 * export default definePlugin({ name: 'acme', api: 1, components: [inverse] });
 * ```
 */
export const definePlugin = (plugin: Plugin): Plugin => plugin;
