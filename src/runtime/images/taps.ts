import { remembered } from './remembered.ts';
import { type Interpolation, type Taps, tapsOf } from './resize.ts';

/** The slices of a set share them: one object for equal arguments, as long as it is remembered. */
export const sharedTaps = remembered(
  16,
  (interpolation: Interpolation, source: number, target: number): Taps => tapsOf(interpolation, source, target),
);
