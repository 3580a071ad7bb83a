import { defineMetric, LABELS, Type } from '../../src/index.ts';
import { sliceCounts } from './log-loss.ts';

/** Mann-Whitney's statistic with mid-ranks: equal scores count half (facts 5.3). Null when one class is absent. */
export function rankAuc(scores: readonly number[], truths: readonly (0 | 1)[]): number | null {
  const order = scores.map((_, item) => item).sort((a, b) => scores[a]! - scores[b]!);
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) end++;
    const midRank = (start + 1 + end) / 2;
    for (let place = start; place < end; place++) {
      if (truths[order[place]!] !== 1) continue;
      positives++;
      rankSum += midRank;
    }
    start = end;
  }
  const negatives = scores.length - positives;
  if (positives === 0 || negatives === 0) return null;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

export default defineMetric({
  name: 'auc',
  version: 1,
  summary:
    'Area under the ROC curve of each label over slices: the chance that a positive slice has a higher score than a negative one, ties counted half; not defined where a class is absent.',
  params: Type.Object({}),
  contract: () => ({ needs: ['slices'] }),
  evaluate: ({ slices }) =>
    LABELS.map((label, column) => ({
      name: `auc (${label})`,
      value: rankAuc(
        slices.map((slice) => slice.probabilities[column]!),
        slices.map((slice) => slice.labels[label]),
      ),
      better: 'higher',
      unit: 'slice',
      label,
      counts: sliceCounts(slices, label),
    })),
});
