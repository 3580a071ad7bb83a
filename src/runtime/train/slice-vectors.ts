import { LABELS } from '../../labels.ts';
import { stream } from '../../random.ts';
import type { EmbeddingReader } from '../artifacts/embeddings.ts';
import type { SliceRow } from '../artifacts/slices.ts';

/** What a sequence model reads of each slice, before features. */
export interface SliceVectors {
  width: number;
  /** `[rows, width]`, in the order of `rows`. */
  read(rows: readonly number[]): Promise<Float32Array>;
}

/** The embeddings of one backbone, or of several side by side. Neighbouring rows are read at once. */
export function embeddingVectors(readers: readonly Pick<EmbeddingReader, 'width' | 'read'>[]): SliceVectors {
  const width = readers.reduce((sum, reader) => sum + reader.width, 0);
  return {
    width,
    async read(rows) {
      const vectors = new Float32Array(rows.length * width);
      let column = 0;
      for (const reader of readers) {
        for (const { place, from, to } of runs(rows)) {
          const data = await reader.read(from, to);
          for (let i = 0; i < to - from; i++) {
            const vector = data.subarray(i * reader.width, (i + 1) * reader.width);
            vectors.set(vector, (place + i) * width + column);
          }
        }
        column += reader.width;
      }
      return vectors;
    },
  };
}

/** Neighbouring rows of the file that follow each other in the list too. */
function runs(rows: readonly number[]): { place: number; from: number; to: number }[] {
  const found: { place: number; from: number; to: number }[] = [];
  rows.forEach((row, place) => {
    const last = found.at(-1);
    if (last?.to === row) last.to = row + 1;
    else found.push({ place, from: row, to: row + 1 });
  });
  return found;
}

/** Random vectors from 0 to 1 in the place of these rows' own, the same ones each time. */
export function withRandom(
  vectors: SliceVectors,
  replaced: ReadonlySet<number>,
  { index, seed }: { index: readonly Pick<SliceRow, 'slice'>[]; seed: number },
): SliceVectors {
  const { width } = vectors;
  return {
    width,
    async read(rows) {
      const read = Float32Array.from(await vectors.read(rows));
      rows.forEach((row, place) => {
        if (!replaced.has(row)) return;
        const random = stream(seed, 'sequence-little-brain', index[row]?.slice ?? '');
        for (let column = 0; column < width; column++) read[place * width + column] = random.uniform();
      });
      return read;
    },
  };
}

/** The backbone's logits `[slices, 6]`. */
export const logitVectors = (logits: Float32Array): SliceVectors =>
  embeddingVectors([
    {
      width: LABELS.length,
      read: async (from, to) => logits.subarray(from * LABELS.length, to * LABELS.length),
    },
  ]);

/** Of what `positionVectors` gives. */
export const POSITION_WIDTH = 2;

/** The place of a slice in its series, and the number of slices that the series has, in hundreds: no picture at all. */
export function positionVectors(index: readonly SliceRow[]): SliceVectors {
  const counts = seriesLengths(index);
  return {
    width: POSITION_WIDTH,
    read: async (rows) =>
      Float32Array.from(
        rows.flatMap((row) => {
          const count = counts.get(index[row]?.series ?? '') ?? 1;
          return [placeInSeries(index, counts, row), count / 100];
        }),
      ),
  };
}

export function seriesLengths(index: readonly Pick<SliceRow, 'series'>[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { series } of index) counts.set(series, (counts.get(series) ?? 0) + 1);
  return counts;
}

/** From 0 to 1 along the normal; the only slice of a series stands in the middle. */
export function placeInSeries(index: readonly SliceRow[], counts: ReadonlyMap<string, number>, row: number): number {
  const { series = '', order = 0 } = index[row] ?? {};
  const count = counts.get(series) ?? 1;
  return count > 1 ? order / (count - 1) : 0.5;
}
