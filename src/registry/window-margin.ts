import type { Window } from './kinds/window.ts';

/** From where to where, the lower first. */
export type Range = readonly [number, number];

/** All that is stored. */
export const WHOLE: Range = [0, 1];

/**
 * The part of 0..1, as `scale` gives it and shards store it, that a network sees: where `shown` lies in `hu`. `WHOLE` itself
 * where a window has no margin.
 */
export function shownRange({ hu, shown }: ReturnType<Window['contract']>): Range {
  if (hu === undefined || shown === undefined) return WHOLE;
  const place = (value: number) => (value - hu[0]) / (hu[1] - hu[0]);
  return [place(shown[0]), place(shown[1])];
}

/** How far beyond what is shown a channel is stored, on the side where that is less, as a share of what is shown. */
export const marginOf = ([from, to]: Range): number => Math.min(from, 1 - to) / (to - from);
