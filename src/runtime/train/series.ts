import type { SliceRow } from '../artifacts/slices.ts';

/** A series as rows of the index, in anatomical order. */
export interface SeriesRows {
  series: string;
  /** Contiguous: the index is ordered by series. */
  from: number;
  /** Exclusive. */
  to: number;
}

/** All series of the index, in its order. */
export function seriesRows(index: readonly Pick<SliceRow, 'series'>[]): SeriesRows[] {
  const found: SeriesRows[] = [];
  index.forEach(({ series }, row) => {
    const last = found.at(-1);
    if (last?.series === series) last.to = row + 1;
    else found.push({ series, from: row, to: row + 1 });
  });
  return found;
}

/** The slices that stand in for one without pixels: weights sum to 1. */
export interface StandIn {
  row: number;
  /** Empty where no slice of the series has pixels. */
  from: readonly { row: number; weight: number }[];
}

/**
 * For each slice without pixels the nearest slices with some on either side within its series, weighted linearly by
 * the number of places between; at an end of the series the nearest one alone.
 */
export function standIns(index: readonly Pick<SliceRow, 'series'>[], readable: readonly boolean[]): StandIn[] {
  const found: StandIn[] = [];
  for (const { from, to } of seriesRows(index)) {
    for (let row = from; row < to; row++) {
      if (readable[row]) continue;
      let [before, after] = [row - 1, row + 1];
      while (before >= from && !readable[before]) before--;
      while (after < to && !readable[after]) after++;
      if (before < from && after >= to) found.push({ row, from: [] });
      else if (before < from) found.push({ row, from: [{ row: after, weight: 1 }] });
      else if (after >= to) found.push({ row, from: [{ row: before, weight: 1 }] });
      else {
        const share = (row - before) / (after - before);
        found.push({
          row,
          from: [
            { row: before, weight: 1 - share },
            { row: after, weight: share },
          ],
        });
      }
    }
  }
  return found;
}

/** The weighted mean of vectors of one width, in double precision. */
export function blend(vectors: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const width = vectors[0]?.length ?? 0;
  return Float32Array.from({ length: width }, (_, column) =>
    vectors.reduce((sum, vector, i) => sum + (vector[column] as number) * (weights[i] as number), 0),
  );
}
