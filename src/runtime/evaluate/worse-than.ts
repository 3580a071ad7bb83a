import { judgedSide, type Metrics } from '../artifacts/metrics.ts';
import { judgedWords } from './judged-words.ts';
import { decimals } from './shown.ts';

/**
 * A sentence for each model that says less than what stands beside it: the constant predictor, which looks at no picture,
 * and of a sequence model its own base network where both validate on the same slices. By the first loss over slices
 * that the recipe names, on the side that is judged.
 */
export function worseThan(metrics: Metrics, ownSplit: boolean): string[] {
  const judged = judgedSide(metrics);
  const { on } = judgedWords(judged);
  const models = metrics.models.flatMap(({ model, component, sides }) => {
    const side = sides.find((one) => one.side === judged);
    const figure = side?.figures.find(({ better, unit, label }) => better === 'lower' && unit === 'slice' && !label);
    const constant = side?.baselines.constant?.find(({ name }) => name === figure?.name);
    if (!figure || figure.value === null) return [];
    const title = model === 'backbone' ? `the base network (${component})` : `the sequence model (${component})`;
    return [{ model, title, name: figure.name, value: figure.value, constant: constant?.value ?? null }];
  });
  const base = models.find(({ model }) => model === 'backbone');
  return models.flatMap(({ model, title, name, value, constant }) => {
    const say = (other: string, than: number) =>
      `Worse than ${other}: ${title} has a ${name} of ${decimals(value)} on ${on}, ${other} ${decimals(than)}.`;
    const compared = model === 'sequence' && base?.name === name && !ownSplit ? base : undefined;
    return [
      ...(constant !== null && value > constant ? [say('the constant predictor', constant)] : []),
      ...(compared && value > compared.value ? [say('its own base network', compared.value)] : []),
    ];
  });
}
