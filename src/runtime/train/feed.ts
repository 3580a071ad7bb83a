import { LABELS } from '../../labels.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import type { HostTensors } from '../engine/engine.ts';

/** What a step is made of: tensors of the network's inputs, and which slice each item of the loss is. */
export interface Batch {
  tensors: HostTensors;
  /** Row of the index for each item in order; -1: padding. */
  slices: readonly number[];
  /** For each item: whether it counts in the loss. Padding, slices without labels and those of another side do not. */
  counts: readonly boolean[];
}

/** One side's data: slices for a backbone, series for a sequence network. */
export interface Feed {
  /** How many items there are to batch. */
  items: number;
  /** Items are places in an order that `load` draws for each epoch: they are taken one after the other. */
  ordered?: true;
  /** `epoch` null: no augmentation, no sampling. */
  load(items: readonly number[], epoch: number | null): Promise<Batch>;
}

/** `labels` `[items, 6]` and `weights` `[items]` of a batch; those of items that do not count are 0. */
export function targets(index: readonly SliceRow[], { slices, counts }: Pick<Batch, 'slices' | 'counts'>) {
  const labels = new Float32Array(slices.length * LABELS.length);
  const weights = new Float32Array(slices.length);
  slices.forEach((row, item) => {
    const truth = index[row]?.labels;
    if (!counts[item] || !truth) return;
    weights[item] = 1;
    LABELS.forEach((label, column) => {
      labels[item * LABELS.length + column] = truth[label];
    });
  });
  return {
    labels: { shape: [slices.length, LABELS.length], dtype: 'float32', data: labels },
    weights: { shape: [slices.length], dtype: 'float32', data: weights },
  } satisfies HostTensors;
}

/** The share of positives by label, order of LABELS, half a positive and half a negative added: never 0 or 1. */
export function prevalence(index: readonly SliceRow[], rows: readonly number[]): number[] {
  return LABELS.map((label) => {
    const positives = rows.reduce((sum, row) => sum + (index[row]?.labels?.[label] ?? 0), 0);
    return (positives + 0.5) / (rows.length + 1);
  });
}
