import type { MetricFigure } from '../../registry/kinds/metric.ts';

/** Which way a figure is better, until a run has said it. */
export const betterByName = (name: string): MetricFigure['better'] =>
  /loss|brier|error/.test(name) ? 'lower' : 'higher';
