import type { Side } from '../../registry/kinds.ts';

/** One row of `predictions.csv`: every slice of the index, in its order, labelled or not. */
export interface PredictionRow {
  slice: string;
  series: string;
  patient: string;
  order: number;
  side: Side;
  /** `interpolated`: its pixels could not be read, the neighbours of its series stand in. */
  how: 'predicted' | 'interpolated';
  /** In the order of LABELS. */
  probabilities: number[];
}
