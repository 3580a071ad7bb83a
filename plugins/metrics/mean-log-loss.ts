import { defineMetric, LABELS, type MetricFigure, Type } from '../../src/index.ts';
import { lossPerLabel, sliceCounts } from './log-loss.ts';

/** Plain mean over slices and six labels (facts 0.3: what the paper's validation column probably is), then each label's own. */
export default defineMetric({
  name: 'mean-log-loss',
  version: 1,
  summary:
    'Log loss in nats, the plain mean over all labelled slices and the six labels; probabilities are clipped to 1e-15 from 0 and 1.',
  params: Type.Object({}),
  contract: () => ({ needs: ['slices'] }),
  evaluate({ slices }) {
    const losses = lossPerLabel(slices);
    const figure = { name: 'mean-log-loss', better: 'lower', unit: 'slice' } as const;
    const overall: MetricFigure = {
      ...figure,
      value: losses && losses.reduce((sum, loss) => sum + loss, 0) / LABELS.length,
      counts: { slices: slices.length, labels: LABELS.length },
    };
    const perLabel = LABELS.map(
      (label, column): MetricFigure => ({
        ...figure,
        name: `mean-log-loss (${label})`,
        value: losses && losses[column]!,
        label,
        counts: sliceCounts(slices, label),
      }),
    );
    return [overall, ...perLabel];
  },
});
