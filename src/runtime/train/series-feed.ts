import type { EmbeddingReader } from '../artifacts/embeddings.ts';
import type { HostTensors } from '../engine/engine.ts';
import type { Feed } from './feed.ts';
import { regularInterval } from './sampling.ts';
import type { SeriesRows } from './series.ts';

/**
 * Series as sequences of embeddings. In training each has at most `steps` slices, at regular intervals, and every step
 * of the training has one shape, padded under the mask with zeros (padding changes no loss and no output); else the
 * whole series is taken, padded to the longest of its batch.
 */
export function seriesFeed({
  embeddings,
  series,
  steps,
  batch,
  counts,
}: {
  embeddings: EmbeddingReader;
  series: readonly SeriesRows[];
  /** Of a training sequence at most. */
  steps: number;
  /** Series in one training step. */
  batch: number;
  /** Whether a row of the index counts in the loss. */
  counts(row: number): boolean;
}): Feed {
  const longest = series.reduce((most, { from, to }) => Math.max(most, to - from), 0);
  return {
    items: series.length,
    async load(items, epoch) {
      const sequences = await Promise.all(
        items.map(async (item) => {
          const { from, to } = series[item] as SeriesRows;
          const places = epoch === null ? regularInterval(to - from, to - from) : regularInterval(to - from, steps);
          return { from, places, vectors: await embeddings.read(from, to) };
        }),
      );
      const training = epoch !== null;
      const length = training ? Math.min(steps, longest) : Math.max(...sequences.map(({ places }) => places.length));
      const rows = training ? Math.min(batch, series.length) : sequences.length;
      const slices = new Array<number>(rows * length).fill(-1);
      const tensors = sequenceTensors(rows, length, embeddings.width);
      sequences.forEach(({ from, places, vectors }, row) => {
        places.forEach((place, step) => {
          const cell = row * length + step;
          slices[cell] = from + place;
          tensors.mask.data[cell] = 1;
          const vector = vectors.subarray(place * embeddings.width, (place + 1) * embeddings.width);
          tensors.embeddings.data.set(vector, cell * embeddings.width);
        });
      });
      return { tensors, slices, counts: slices.map((row) => row >= 0 && counts(row)) };
    },
  };
}

/** Zeros: `embeddings` `[rows, length, width]` and `mask` `[rows, length]`. */
function sequenceTensors(rows: number, length: number, width: number) {
  return {
    embeddings: { shape: [rows, length, width], dtype: 'float32', data: new Float32Array(rows * length * width) },
    mask: { shape: [rows, length], dtype: 'float32', data: new Float32Array(rows * length) },
  } satisfies HostTensors;
}
