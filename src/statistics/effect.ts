/** A mean difference with what is known of its error: everything that is decided of a claim follows from it. */
export interface Effect {
  /** Of the figure, in its unit. */
  mean: number;
  /** Above 0. */
  standardError: number;
  /** Degrees of freedom of the standard error; Satterthwaite's are no whole number. */
  df: number;
  /** Standard deviations, in the figure's unit: of what the difference varies with. An estimate below zero is 0. */
  spread: Readonly<Record<string, number>>;
}

/** Why there is no effect: nothing varies, or there are too few of something. */
export interface NoEffect {
  why: string;
}

/**
 * What differs by less is rounding, in the unit of `values`: five gains that are equal on paper differ in their last bits, and would
 * pass for the surest of all.
 */
export const roundingOf = (values: readonly number[]): number =>
  1e-12 * values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

export const isEffect = (found: Effect | NoEffect): found is Effect => !('why' in found);
