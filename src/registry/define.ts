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

/** Where slices and labels come from: files in a folder, or what generates them. */
export const defineSource = <P extends TObject>(c: Written<Source<P>>) => definer('source')(c) as Source<P>;
/** Which labelled slices train and which validate. */
export const defineSplit = <P extends TObject>(c: Written<Split<P>>) => definer('split')(c) as Split<P>;
/** How Hounsfield units become grey values, 0..1. */
export const defineWindow = <P extends TObject>(c: Written<Window<P>>) => definer('window')(c) as Window<P>;
/** A change of training pictures: of their geometry (`matrix`) or of their pixels (`pixels`), as its contract says. */
export const defineAugmentation = <P extends TObject>(c: WrittenAugmentation<P>) =>
  definer('augmentation')(c) as Augmentation<P>;
/** The network that looks at one slice: `[batch, size, size, channels]` to an embedding `[batch, embedding]`. */
export const defineBackbone = <P extends TObject>(c: Written<Backbone<P>, BackboneCommon>) =>
  definer('backbone')(c) as Backbone<P>;
/** The network that reads a series' embeddings in anatomical order: `[batch, steps, embedding]` to `[batch, steps, width]`. */
export const defineSequence = <P extends TObject>(c: Written<Sequence<P>, SequenceCommon>) =>
  definer('sequence')(c) as Sequence<P>;
/** What training lowers: the loss of each cell of `[items, 6]` logits and labels. */
export const defineLoss = <P extends TObject>(c: Written<Loss<P>, LossCommon>) => definer('loss')(c) as Loss<P>;
/** How weights change by their gradients. */
export const defineOptimizer = <P extends TObject>(c: Written<Optimizer<P>, OptimizerCommon>) =>
  definer('optimizer')(c) as Optimizer<P>;
/** Figures over the predictions of one side. */
export const defineMetric = <P extends TObject>(c: Written<Metric<P>>) => definer('metric')(c) as Metric<P>;

/**
 * A plugin: components under one prefix, the default export of the module that a recipe names in `plugins:`.
 *
 *     export default definePlugin({ name: 'acme', api: 1, components: [sigmoid, smallNet] });
 */
export const definePlugin = (plugin: Plugin): Plugin => plugin;
