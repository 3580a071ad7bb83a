import { ANY, LABELS, type Label } from '../../../labels.ts';
import type { Side } from '../../../registry/kinds/split.ts';
import type { JoinedSlice } from '../../evaluate/scored.ts';

/** The labelled slices of one side as columns: of each label a score and a truth a slice. */
export interface SideScores {
  slices: number;
  patients: number;
  scores: Readonly<Record<Label, Float64Array>>;
  /** The same before a calibration, which keeps their order: what goes by order reads these. */
  ranked: Readonly<Record<Label, Float64Array>>;
  truths: Readonly<Record<Label, Uint8Array>>;
  positives: Readonly<Record<Label, number>>;
}

export function sideScores(all: readonly JoinedSlice[], side: Side): SideScores {
  const slices = all.filter((slice) => slice.side === side && slice.labels !== null);
  const columns = <T>(of: (label: Label, place: number) => T) =>
    Object.fromEntries(LABELS.map((label, place) => [label, of(label, place)])) as Record<Label, T>;
  const truths = columns((label) => Uint8Array.from(slices, ({ labels }) => labels?.[label] ?? 0));
  return {
    slices: slices.length,
    patients: new Set(slices.map(({ patient }) => patient)).size,
    scores: columns((_, place) => Float64Array.from(slices, ({ probabilities }) => probabilities[place] as number)),
    ranked: columns((_, place) =>
      Float64Array.from(slices, ({ uncalibrated, probabilities }) => (uncalibrated ?? probabilities)[place] as number),
    ),
    truths,
    positives: columns((label) => truths[label].reduce((sum, truth) => sum + truth, 0)),
  };
}

/** In the order in which a reader asks for them: any first. */
export const LABELS_ANY_FIRST: readonly Label[] = [LABELS[ANY] as Label, ...LABELS.slice(0, ANY)];
