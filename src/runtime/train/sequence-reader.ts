import { stream } from '../../random.ts';
import type { SequenceCommon } from '../../registry/kinds/sequence.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import { inOrder } from './group-order.ts';
import type { Group } from './groups.ts';
import { regularInterval } from './sampling.ts';
import { sliceFeatures } from './slice-features.ts';
import type { SliceVectors } from './slice-vectors.ts';

/** One group as the network reads it. */
export interface Sequence {
  /** Row of the index for each step; -1: a random vector that stands in the place of a slice. */
  rows: readonly number[];
  /** `[steps, width]`. */
  vectors: Float32Array;
}

export interface SequenceReader {
  width: number;
  /** The longest sequence of these groups in training. */
  longest(groups: readonly Group[]): number;
  /** `epoch` null: validation and prediction, the whole group, every slice of it. `reversed`: from its other end. */
  read(group: Group, epoch: number | null, reversed?: boolean): Promise<Sequence>;
}

export interface SequenceReaderOptions {
  vectors: SliceVectors;
  index: readonly SliceRow[];
  common: Pick<SequenceCommon, 'order' | 'steps' | 'training' | 'pad' | 'features'>;
  seed: number;
}

/**
 * From groups of slices to what the network reads: their order, features beside their vectors, then (in training) at
 * most `steps` of them, then padding that the network is to read. A group depends on nothing but itself: all that is drawn
 * for it comes from streams of its own.
 */
export function sequenceReader({ vectors, index, common, seed }: SequenceReaderOptions): SequenceReader {
  const { order, steps, training, pad, features: wanted } = common;
  const features = sliceFeatures(wanted, index);
  const width = features.width(vectors.width);
  const taken = (length: number, epoch: number | null, id: string): number[] => {
    if (epoch === null || length <= steps) return regularInterval(length, length);
    if (training === 'regular') return regularInterval(length, steps);
    const first = stream(seed, 'sequence-chunk', epoch, id).integer(length - steps + 1);
    return Array.from({ length: steps }, (_, step) => first + step);
  };
  return {
    width,
    longest: (groups) =>
      pad === 'random-front' ? steps : Math.min(steps, Math.max(0, ...groups.map(({ rows }) => rows.length))),
    async read(group, epoch, reversed = false) {
      const whole = inOrder(group, index, { order, seed, epoch });
      if (reversed) whole.reverse();
      const all = features.add(await vectors.read(whole), whole);
      const places = taken(whole.length, epoch, group.id);
      const front = pad === 'random-front' ? Math.max(0, steps - places.length) : 0;
      const result = new Float32Array((front + places.length) * width);
      if (front > 0) {
        const random = stream(seed, 'sequence-pad', epoch ?? 'prediction', group.id);
        for (let cell = 0; cell < front * width; cell++) result[cell] = random.uniform();
      }
      places.forEach((place, step) => {
        result.set(all.subarray(place * width, (place + 1) * width), (front + step) * width);
      });
      const rows = [...new Array<number>(front).fill(-1), ...places.map((place) => whole[place] as number)];
      return { rows, vectors: result };
    },
  };
}
