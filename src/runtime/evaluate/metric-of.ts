import { IchorError } from '../../errors.ts';
import type { Metric } from '../../registry/kinds/metric.ts';
import type { ComponentValue } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';

/** The metric that an item of `evaluation.metrics` names. Throws `unknown-component` for a name that the registry lacks. */
export function metricOf(registry: Registry, { type }: ComponentValue): Metric {
  const metric = registry.get('metric', type);
  if (metric === undefined) throw new IchorError('unknown-component', `There is no metric ${type}.`, undefined, 2);
  return metric;
}
