import { builtIn } from '../../../plugins/index.ts';
import type { Metric } from '../../../src/index.ts';
import { fieldsOf } from '../../../src/registry/language/fields.ts';
import type { ComponentValue } from '../../../src/registry/recipe.ts';

export const metrics = builtIn.filter((component): component is Metric => component.kind === 'metric');

/** A metric as a resolved recipe states it, with every default. */
export function metricValue(type: string, more: object = {}): ComponentValue {
  const metric = metrics.find(({ name }) => name === type) as Metric;
  const defaults = Object.entries(fieldsOf(metric)).map(([name, schema]) => [name, schema.default]);
  return { type, ...Object.fromEntries(defaults), ...more };
}

/** Every metric, at each of its levels and by both scores. */
export const metricCases = metrics.flatMap((metric) => {
  const levels = ['slice', 'series', 'patient'].flatMap((level) => [{ level }, { level, score: 'highest' }]);
  const own = 'level' in fieldsOf(metric) ? levels : [{}];
  const ruled = [{ rule: 'count' }, { rule: 'consecutive', slices: 'judged' }];
  const more: Record<string, object[]> = {
    ...{ 'patient-f1': ruled, 'series-f1': ruled },
    f1: [{ threshold: 'best' }],
    'batch-mean-f1': [{ batch: 3 }, ...ruled],
  };
  return [...own, ...(more[metric.name] ?? [])].map((params) => ({ metric, value: metricValue(metric.name, params) }));
});
