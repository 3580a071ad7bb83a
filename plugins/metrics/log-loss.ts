const CLIP = 1e-15;

/** One cell's loss in nats, clipped as Kaggle does (facts 2.1): p to [1e-15, 1 - 1e-15], in double precision. */
export function cellLoss(probability: number, truth: 0 | 1): number {
  const p = Math.max(Math.min(probability, 1 - CLIP), CLIP);
  return -Math.log(truth === 1 ? p : 1 - p);
}
