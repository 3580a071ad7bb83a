import type { TObject } from 'typebox';
import type {
  Augmentation,
  Backbone,
  Loss,
  Metric,
  Optimizer,
  Plugin,
  Sequence,
  Source,
  Split,
  Window,
} from './kinds.ts';

/** A definer only adds the kind: it exists so that the parameters' types reach the functions. */
const definer =
  <K extends string>(kind: K) =>
  <C extends object>(component: C): C & { kind: K } => ({ ...component, kind });

export const defineSource = <P extends TObject>(c: Omit<Source<P>, 'kind'>) => definer('source')(c) as Source<P>;
export const defineSplit = <P extends TObject>(c: Omit<Split<P>, 'kind'>) => definer('split')(c) as Split<P>;
export const defineWindow = <P extends TObject>(c: Omit<Window<P>, 'kind'>) => definer('window')(c) as Window<P>;
export const defineAugmentation = <P extends TObject>(c: Omit<Augmentation<P>, 'kind'>) =>
  definer('augmentation')(c) as Augmentation<P>;
export const defineBackbone = <P extends TObject>(c: Omit<Backbone<P>, 'kind'>) =>
  definer('backbone')(c) as Backbone<P>;
export const defineSequence = <P extends TObject>(c: Omit<Sequence<P>, 'kind'>) =>
  definer('sequence')(c) as Sequence<P>;
export const defineLoss = <P extends TObject>(c: Omit<Loss<P>, 'kind'>) => definer('loss')(c) as Loss<P>;
export const defineOptimizer = <P extends TObject>(c: Omit<Optimizer<P>, 'kind'>) =>
  definer('optimizer')(c) as Optimizer<P>;
export const defineMetric = <P extends TObject>(c: Omit<Metric<P>, 'kind'>) => definer('metric')(c) as Metric<P>;

/**
 * A plugin: components under one prefix, the default export of the module that a recipe names in `plugins:`.
 *
 *     export default definePlugin({ name: 'acme', api: 1, components: [sigmoid, smallNet] });
 */
export const definePlugin = (plugin: Plugin): Plugin => plugin;
