import type { MetricFigure } from '../../registry/kinds/metric.ts';

/** The name of a figure of one label without that label: `auc (patient, truth: any-slice)`, `auc`. */
export function figureStem({ name, label }: Pick<MetricFigure, 'name' | 'label'>): string {
  const cut = name.indexOf(' (');
  if (label === undefined || cut < 0) return name;
  const words = name
    .slice(cut + 2, -1)
    .split(', ')
    .filter((word) => word !== label);
  return words.length === 0 ? name.slice(0, cut) : `${name.slice(0, cut)} (${words.join(', ')})`;
}
