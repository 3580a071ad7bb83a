import type { SequenceCommon } from '../../registry/kinds/sequence.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import { placeInSeries, seriesLengths } from './slice-vectors.ts';

/** Puts features beside the vectors of a sequence whose slices stand in the order in which the network sees them. */
export interface SliceFeatures {
  /** Of what comes out, for vectors of this width. */
  width(of: number): number;
  add(vectors: Float32Array, rows: readonly number[]): Float32Array;
}

/** Millimetres are written in cm: between slices of a head about one half. */
const MILLIMETRES = 10;

/**
 * `[vector, vector - that before, vector - that after, spacing, place]`, each where it is asked for. Differences are those
 * of the whole sequence, whatever training takes of it afterwards, and 0 where there is no neighbour. The distance to the
 * slice before is that within its series (of the first: to the next one), 0 where no geometry is known.
 */
export function sliceFeatures(features: SequenceCommon['features'], index: readonly SliceRow[]): SliceFeatures {
  const { deltas, spacing, position } = features;
  const counts = position ? seriesLengths(index) : new Map<string, number>();
  const width = (of: number) => of * (deltas ? 3 : 1) + (spacing ? 1 : 0) + (position ? 1 : 0);
  return {
    width,
    add(vectors, rows) {
      const own = rows.length === 0 ? 0 : vectors.length / rows.length;
      const whole = width(own);
      if (whole === own) return vectors;
      const result = new Float32Array(rows.length * whole);
      rows.forEach((row, step) => {
        const at = (other: number, column: number) => vectors[other * own + column] as number;
        let cell = step * whole;
        for (let column = 0; column < own; column++) result[cell++] = at(step, column);
        for (const other of deltas ? [step - 1, step + 1] : []) {
          const there = other >= 0 && other < rows.length;
          for (let column = 0; column < own; column++)
            result[cell++] = there ? at(step, column) - at(other, column) : 0;
        }
        if (spacing) result[cell++] = spacingOf(index, row) / MILLIMETRES;
        if (position) result[cell++] = placeInSeries(index, counts, row);
      });
      return result;
    },
  };
}

function spacingOf(index: readonly SliceRow[], row: number): number {
  const own = index[row]?.spacingMm;
  if (own !== null && own !== undefined) return own;
  const next = index[row + 1];
  return next && next.series === index[row]?.series ? (next.spacingMm ?? 0) : 0;
}
