import { stream } from '../../random.ts';
import type { ShardReader } from '../artifacts/shards.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import type { HostTensor, HostTensors } from '../engine/engine.ts';
import type { Augmentations } from './augment.ts';
import type { Feed } from './feed.ts';
import type { Group } from './groups.ts';
import type { sliceFeatures } from './slice-features.ts';

export interface RunFeedOptions {
  reader: Pick<ShardReader, 'read' | 'size' | 'channels'>;
  index: readonly SliceRow[];
  /** Series, as rows that have pixels, in anatomical order. */
  groups: readonly Group[];
  /** Length of a run, and runs in a full batch. */
  slices: number;
  batch: number;
  seed: number;
  /** Whether a row of the index counts in the loss. */
  counts(row: number): boolean;
  augment: Augmentations;
  /** What stands beside the vectors of slices, of none but the index. */
  features: ReturnType<typeof sliceFeatures>;
  /** Whether black pictures stand for steps without a slice: never where batch norm's statistics would see them. */
  padsPictures: boolean;
}

/**
 * Runs of adjacent slices for both networks as one: of each series one run an epoch, from a place drawn from a stream of the
 * series, so that it depends on nothing beside it. A shorter series is a run as it is. Augmentations are drawn for a run, not for
 * each of its slices: a head that is turned is turned as a whole. A batch holds at most `slices` x `batch` pictures.
 */
export function runFeed(options: RunFeedOptions): Feed {
  const { reader, index, groups, slices, batch, seed, counts, augment, features, padsPictures } = options;
  const longest = Math.min(slices, Math.max(0, ...groups.map(({ rows }) => rows.length)));
  const inBatch = Math.min(batch, groups.length);
  const width = features.width(0);
  const runOf = ({ id, rows }: Group, epoch: number): Run => {
    const from =
      rows.length <= slices ? 0 : stream(seed, 'end-to-end-run', epoch, id).integer(rows.length - slices + 1);
    // Of the whole series: what stands beside a slice is not a matter of the run.
    const beside = features.add(new Float32Array(0), rows);
    return {
      id,
      rows: rows.slice(from, from + slices),
      features: beside.subarray(from * width, (from + slices) * width),
    };
  };
  return {
    items: groups.length,
    async load(items, epoch) {
      if (epoch === null) throw new TypeError('runs are of training: validation reads whole series');
      const runs = items.map((item) => runOf(groups[item] as Group, epoch));
      const steps = inBatch * longest;
      const rows = new Array<number>(steps).fill(-1);
      const mask = new Float32Array(steps);
      const beside = new Float32Array(steps * width);
      runs.forEach((run, at) => {
        run.rows.forEach((row, step) => {
          rows[at * longest + step] = row;
          mask[at * longest + step] = 1;
        });
        beside.set(run.features, at * longest * width);
      });
      const shown = rows.flatMap((row, step) => (row >= 0 || padsPictures ? [step] : []));
      const drawn = augment.draw(
        shown.map((step) => runs[Math.floor(step / longest)]?.id ?? ''),
        epoch,
      );
      const tensors: HostTensors = {
        images: await pictures(
          reader,
          shown.map((step) => index[rows[step] as number]?.slice ?? null),
        ),
        ...drawn,
        mask: { shape: [inBatch, longest], dtype: 'float32', data: mask },
        ...(width === 0 ? {} : { features: { shape: [inBatch, longest, width], dtype: 'float32', data: beside } }),
        ...(shown.length === steps ? {} : { places: placesOf(shown, steps) }),
      };
      return { tensors, slices: rows, counts: rows.map((row) => row >= 0 && counts(row)) };
    },
  };
}

/** A run of a series, with what stands beside the vectors of its slices. */
interface Run {
  id: string;
  rows: readonly number[];
  /** `[slices, width]`. */
  features: Float32Array;
}

/** `[slices, size, size, channels]`; null: a black one. */
async function pictures(reader: RunFeedOptions['reader'], slices: readonly (string | null)[]): Promise<HostTensor> {
  const { size, channels } = reader;
  const one = size * size * channels.length;
  const read = await reader.read(slices.filter((slice) => slice !== null));
  const data = new Uint8Array(slices.length * one);
  let from = 0;
  slices.forEach((slice, at) => {
    if (slice === null) return;
    data.set(read.subarray(from, from + one), at * one);
    from += one;
  });
  return { shape: [slices.length, size, size, channels.length], dtype: 'int32', data };
}

/** `[steps, pictures]`: 1 where a picture is that step's. */
function placesOf(shown: readonly number[], steps: number): HostTensor {
  const data = new Float32Array(steps * shown.length);
  shown.forEach((step, picture) => {
    data[step * shown.length + picture] = 1;
  });
  return { shape: [steps, shown.length], dtype: 'float32', data };
}
