import type { TObject } from 'typebox';
import type { SliceLabels } from '../../labels.ts';
import type { Random } from '../../random.ts';
import type { Base, Params } from './base.ts';
import { definer, type Written } from './definer.ts';

/** A slice that there is to learn from, as a sampler sees it: no pixels. */
export interface SampledSlice {
  slice: string;
  series: string;
  /** Pseudonym, or an HMAC where identities are private: whom index takes for one person. */
  patient: string;
  labels: SliceLabels;
}

/** Which epoch is drawn, and what it is drawn from. */
export interface SampledEpoch {
  /** 0 for the first one. */
  epoch: number;
  /** The stream of this epoch alone, so that an interrupted training goes on with the order it would have had. */
  random: Random;
}

/** What a sampler promises. */
export interface SamplerPromises {
  /** How many slices an epoch has, which plans and schedules go by: as many as there are, or as many as there are patients. */
  draws: 'slices' | 'patients';
  /**
   * `kept` where a label comes as often as it occurs in the slices; `changed` where it does not: what is learned is then no
   * probability of such a slice, and log loss and calibration figures say so.
   */
  prevalence: 'kept' | 'changed';
}

/** Which slices an epoch of the slice stage shows, and in which order: see `defineSampler`. */
export interface Sampler<P extends TObject = TObject> extends Base<P> {
  kind: 'sampler';
  contract(params: Params<P>): SamplerPromises;
  /**
   * The slices of one epoch in their order, as places in `slices`: as many as `draws` of the contract says. A place may come
   * again. A pure function. Throws IchorError (exit 2) where these slices cannot be drawn so.
   * @param slices every labelled slice of the training side, in the order of the index; at least one.
   */
  order(slices: readonly SampledSlice[], epoch: SampledEpoch, params: Params<P>): readonly number[];
}

/**
 * Defines a sampler: which labelled slices of the training side an epoch of the backbone shows, and in which order. Batches are
 * cut from that order, and the last one is as small as it comes. Validation and prediction see every slice.
 *
 * @example
 * ```ts
 * import { defineSampler, Type } from 'ichor';
 *
 * export default defineSampler({
 *   name: 'acme/easy-first',
 *   version: 1,
 *   summary: 'In the first epochs slices without haemorrhage come first.',
 *   params: Type.Object({
 *     epochs: Type.Integer({ default: 1, minimum: 0, maximum: 1000, unit: 'epochs', description: 'How many.' }),
 *   }),
 *   contract: () => ({ draws: 'slices', prevalence: 'kept' }),
 *   order(slices, { epoch, random }, { epochs }) {
 *     const drawn = random.shuffle(slices.map((_, place) => place));
 *     return epoch < epochs ? drawn.sort((a, b) => slices[a]!.labels.any - slices[b]!.labels.any) : drawn;
 *   },
 * });
 * ```
 */
export const defineSampler = <P extends TObject>(c: Written<Sampler<P>>) => definer('sampler')(c) as Sampler<P>;
