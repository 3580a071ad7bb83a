/** One of the equal-width bins of scores: what was predicted in it, and what was there. */
export interface Bin {
  /** Scores from here, up to `high`: below it, but in the last bin. */
  low: number;
  high: number;
  count: number;
  positives: number;
  /** Mean score; null where the bin is empty. */
  predicted: number | null;
  /** Share of positives; null where the bin is empty. */
  observed: number | null;
}

const BINS = 10;

/** Ten bins of equal width, the last one closed (facts 5.3). */
export function calibrationBins(scores: Float64Array, truths: Uint8Array): Bin[] {
  const counts = new Int32Array(BINS);
  const positives = new Int32Array(BINS);
  const sums = new Float64Array(BINS);
  scores.forEach((score, i) => {
    const bin = Math.min(BINS - 1, Math.floor(score * BINS));
    counts[bin] = (counts[bin] as number) + 1;
    positives[bin] = (positives[bin] as number) + (truths[i] as number);
    sums[bin] = (sums[bin] as number) + score;
  });
  return Array.from(counts, (count, bin): Bin => {
    const positive = positives[bin] as number;
    const mean = (sum: number) => (count === 0 ? null : sum / count);
    return {
      low: bin / BINS,
      high: (bin + 1) / BINS,
      count,
      positives: positive,
      predicted: mean(sums[bin] as number),
      observed: mean(positive),
    };
  });
}
