import { describe, expect, it } from 'vitest';
import auc from '../../../plugins/metrics/auc.ts';
import reference from '../../fixtures/metrics.json' with { type: 'json' };
import { anyOnly } from '../../runtime/evaluate/scored-fixture.ts';

type Truths = (0 | 1)[];

const slices = { level: 'slice', score: 'rule' } as const;

/** Of label any, a patient a slice. */
function rankAuc(scores: readonly number[], truths: Truths): number | null {
  const figures = auc.evaluate(anyOnly(scores.map((p, i) => ({ p: [p], y: [truths[i]!] }))), slices);
  return figures.find(({ label }) => label === 'any')!.value;
}

describe('auc', () => {
  it('counts ties half, as scikit-learn does', () => {
    const { y, score, auc: value, all_tied: tied } = reference.auc_ties;
    expect(rankAuc(score, y as Truths)).toBeCloseTo(value, 12);
    expect(rankAuc(tied.score, tied.y as Truths)).toBe(tied.auc);
  });

  it('equals the pairs counted one by one', () => {
    const scores = Array.from({ length: 60 }, (_, i) => ((i * 37) % 11) / 10);
    const truths = scores.map((_, i) => ((i * 13) % 5 < 2 ? 1 : 0)) as Truths;
    let won = 0;
    let pairs = 0;
    for (const [i, a] of scores.entries()) {
      for (const [k, b] of scores.entries()) {
        if (truths[i] !== 1 || truths[k] !== 0) continue;
        pairs++;
        won += a > b ? 1 : a === b ? 0.5 : 0;
      }
    }
    expect(rankAuc(scores, truths)).toBeCloseTo(won / pairs, 12);
  });

  it('is null when one class is absent, with the counts', () => {
    const figures = auc.evaluate(anyOnly([{ p: [0.2, 0.7], y: [1, 1] }]), slices);
    const any = figures.find((one) => one.label === 'any');
    expect(any).toMatchObject({ value: null, counts: { slices: 2, positives: 2, negatives: 0 } });
    expect(figures).toHaveLength(6);
  });
});
