import type { TObject } from 'typebox';
import type { SliceLabels } from '../../labels.ts';
import type { Base, Params } from './base.ts';
import { definer, type Written } from './definer.ts';

/**
 * What a slice is for. `test` slices are those of the source's test set, never trained on; `unlabelled` ones of the train set are only
 * predicted; `held-out` ones have labels that nothing sees until they are opened (`data.test`).
 */
export type Side = 'train' | 'validation' | 'held-out' | 'test' | 'unlabelled';

/** A patient of the train set with a labelled slice. */
export interface SplitPatient {
  /** Pseudonym, or an HMAC where identities are private. Patients that share a study or a series are one (`group` of the index). */
  patient: string;
  /** Labelled slices of the train set only. */
  slices: readonly {
    slice: string;
    any: boolean;
    /** All six labels of the slice. A run always says them; patients that are made up for a test may have `any` alone. */
    labels?: SliceLabels;
    /** Equal for slices that show the same picture; absent where it is blank or cannot be read. */
    picture?: string;
  }[];
  /** Patients that share a non-blank picture have the same group. */
  group: string;
}

/** Which part of the data validates, of a split that deals them into folds. */
export interface SplitFold {
  /** From 0. */
  fold: number;
  folds: number;
}

/** Who trains and who validates: see `defineSplit`. */
export interface Split<P extends TObject = TObject> extends Base<P> {
  kind: 'split';
  /**
   * `slice`: slices of one patient may stand on both sides, which is a leak that a recipe has to accept. `folds`: under one
   * seed each labelled slice validates in exactly one of `folds` folds, whichever `fold` is chosen; the parameters are named
   * `fold` and `folds`, so that a table can set them.
   */
  contract(params: Params<P>): { by: 'patient' | 'slice'; folds?: SplitFold };
  /**
   * The side of each labelled slice: every slice of every patient, and no other. Depends on the arguments alone, not on
   * the patients' order. Throws IchorError (exit 2) where the data cannot be split so.
   */
  assign(
    patients: readonly SplitPatient[],
    params: Params<P>,
    seed: number,
  ): ReadonlyMap<string, 'train' | 'validation'>;
}

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
