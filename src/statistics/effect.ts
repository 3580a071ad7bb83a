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

export const isEffect = (found: Effect | NoEffect): found is Effect => !('why' in found);
