import { decimals, isShownAsNumber } from '../evaluate/shown.ts';
import { mean } from '../sweep/results.ts';
import type { RowResult } from './results.ts';

/**
 * `no better than constant (0.2734)`, `1 of 3 seeds no better than constant (0.2734)`: a row, or a run of it, that says no more
 * than what looks at no picture. Empty where it does, and where no number stands.
 */
export function noBetterText({ seeds }: Pick<RowResult, 'seeds'>, name: string): string {
  const found = seeds.flatMap(({ figures, predictors, patients }) => {
    const own = figures?.find((one) => one.name === name);
    const other = predictors.find((one) => one.name === name);
    if (!own || own.value === null || !other || !isShownAsNumber(own, patients)) return [];
    const by = own.better === 'lower' ? other.value - own.value : own.value - other.value;
    return [{ by, predictor: other.predictor, value: other.value }];
  });
  const [first] = found;
  if (first === undefined || found.length < seeds.length) return '';
  const beaten = found.filter(({ by }) => by <= 0).length;
  const whole = mean(found.map(({ by }) => by)) <= 0;
  if (beaten === 0) return '';
  const some = beaten === found.length ? '' : `${beaten} of ${found.length} seeds `;
  const what = `no better than ${first.predictor} (${decimals(mean(found.map(({ value }) => value)))})`;
  return whole && some !== '' ? `${what}, nor are ${some.trim()}` : `${some}${what}`;
}
