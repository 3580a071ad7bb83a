import { describe, expect, it } from 'vitest';
import kaggleLogLoss from '../../../plugins/metrics/kaggle-log-loss.ts';
import { cellLoss } from '../../../plugins/metrics/log-loss.ts';
import meanLogLoss from '../../../plugins/metrics/mean-log-loss.ts';
import { LABELS } from '../../../src/index.ts';
import reference from '../../fixtures/metrics.json' with { type: 'json' };
import { labelled, rule } from '../../runtime/evaluate/scored-fixture.ts';

const { weighted_log_loss: weighted, log_loss_clip: clip, constant_predictor_baseline: constant } = reference;
const slices = weighted.y.map((y, i) => ({
  slice: `${i}`,
  series: 's',
  patient: 'p',
  probabilities: weighted.p[i] as number[],
  labels: labelled(y),
}));
const params = { level: 'slice', score: 'rule' } as const;
const input = { slices, series: [], patient: rule };

describe('log loss', () => {
  it('clips each cell as the reference does, in double precision', () => {
    for (const { y, p, loss } of clip.cases) {
      expect(Math.abs(cellLoss(p, y as 0 | 1) / loss - 1)).toBeLessThan(1e-9);
    }
  });

  it('kaggle counts any 2 of 7', () => {
    const [figure] = kaggleLogLoss.evaluate(input, {});
    expect(figure?.value).toBeCloseTo(weighted.kaggle, 12);
    expect(figure?.counts.slices).toBe(3);
  });

  it('mean counts every label once, and gives each label its own', () => {
    const figures = meanLogLoss.evaluate(input, params);
    expect(figures[0]?.value).toBeCloseTo(weighted.unweighted, 12);
    for (const label of LABELS) {
      const figure = figures.find((one) => one.label === label);
      expect(figure?.value).toBeCloseTo(weighted.per_label[label], 12);
    }
    expect(figures.find((one) => one.label === 'any')?.counts).toEqual({ slices: 3, positives: 2, negatives: 1 });
  });

  it('gives the entropy of the stage 1 prevalence for the constant predictor', () => {
    const shares = LABELS.map((label) => constant.prevalence[label]);
    const losses = shares.map((share) => share * cellLoss(share, 1) + (1 - share) * cellLoss(share, 0));
    LABELS.forEach((label, i) => {
      expect(losses[i]).toBeCloseTo(constant.entropy[label], 12);
    });
  });

  it('is not defined without a slice', () => {
    expect(kaggleLogLoss.evaluate({ ...input, slices: [] }, {})[0]?.value).toBeNull();
    expect(meanLogLoss.evaluate({ ...input, slices: [] }, params).every((one) => one.value === null)).toBe(true);
  });
});
