import type { Side } from '../../registry/kinds.ts';

/** One row of `split.csv`: every slice of the index, in its order. */
export interface SplitRow {
  slice: string;
  /** Side and fold for the backbone; fold 0 until cross-fit exists. */
  backbone: Side;
  backboneFold: number;
  sequence: Side;
  sequenceFold: number;
}
