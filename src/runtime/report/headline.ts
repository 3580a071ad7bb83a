import type { MetricFigure } from '../../registry/kinds/metric.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import { hasOwnSplit } from '../evaluate/own-split.ts';
import { isShownAsNumber, shown, shownInterval } from '../evaluate/shown.ts';
import { count } from '../evaluate/summary-table.ts';
import { worseThan } from '../evaluate/worse-than.ts';
import { type Html, html } from './html.ts';
import type { RunData } from './read-run.ts';
import { marked } from './section.ts';

/** What was run, in a sentence or two. */
export function leads({ recipe, page }: RunData): (Html | string)[] {
  const by = page.predictsWith;
  const words = inWords(recipe);
  return by ? [words, html`Predicted with the networks of run <b>${by}</b>; nothing was trained here.`] : [words];
}

function inWords({ backbone, sequence, channels, data, augment }: ResolvedRecipe): string {
  const windows = channels.map(({ window }) => window).join(', ');
  return [
    backbone === 'none' ? 'no backbone' : backbone.type,
    `${channels.length === 1 ? 'window' : 'windows'} ${windows} at ${data.image.size} px`,
    augment.length === 0 ? 'no augmentation' : `augmentation: ${augment.map(({ type }) => type).join(', ')}`,
    sequence === 'none' ? 'slice by slice' : `${sequence.type} along each ${String(sequence.group)}`,
    `source ${data.source.type}`,
  ].join(' · ');
}

/** The final model's main figures on validation, or what was predicted where nothing has a label. */
export function tiles({ metrics, predictions, patients, final, marks, recipe }: RunData): Html {
  const model = metrics?.models.find((one) => one.model === final);
  const side = model?.sides.find((one) => one.side === 'validation');
  if (metrics === null || model === undefined || side === undefined) {
    const slices = final ? (predictions.get(final)?.length ?? 0) : 0;
    const called = patients.filter(({ call }) => call).length;
    return html`<p class="lead">No slice of a validation side has a label: calls without metrics.</p>
<dl class="tiles">${[
      ['predicted', count(slices, 'slice'), `${patients.length.toLocaleString('en-GB')} series`],
      ['called positive', `${called} of ${patients.length} series`, ruleInWords(metrics?.patient)],
    ].map(
      ([title, value, under]) =>
        html`<div class="tile"><dt>${title}</dt><dd><strong class="words">${value}</strong><span>${under}</span></dd></div>`,
    )}</dl>`;
  }
  const tile = (figure: MetricFigure) => {
    const patientsHere = side.labelled.patients;
    const base = side.baselines.constant?.find(({ name }) => name === figure.name);
    const all = side.baselines.allPositive.find(({ name }) => name === figure.name);
    const within = shownInterval(figure, side.intervals?.[figure.name], patientsHere);
    const under = base
      ? `constant predictor ${shown(base, patientsHere)}`
      : all
        ? `all positive: ${unbroken(shown(all, patientsHere))}`
        : '';
    const size = isShownAsNumber(figure, patientsHere) ? 'number' : 'words';
    return html`<div class="tile"><dt>${figure.name}</dt><dd><strong class="${size}">${unbroken(shown(figure, patientsHere))}</strong>${within && html`<span>95 % interval by patient: ${within}</span>`}<span>${under}</span></dd></div>`;
  };
  const main = side.figures.filter(
    ({ label, truth }) => label === undefined && (truth === undefined || truth === metrics.patient.truth[0]),
  );
  return html`<h2 class="small">${marked(marks, `Validation, ${model.component}: ${count(side.labelled.slices, 'slice')} of ${count(side.labelled.patients, 'patient')}`)}</h2>
<dl class="tiles">${main.map(tile)}</dl>
${worseThan(metrics, hasOwnSplit(recipe)).map((text) => html`<p class="paper"><b>${text}</b></p>`)}`;
}

/** A name and its number stay on one line: `TP 2`. */
function unbroken(text: string): string {
  return text.replace(/ (?=\d)/g, '\u00a0');
}

export function ruleInWords(rule: ResolvedRecipe['evaluation']['patient'] | undefined): string {
  if (rule === undefined) return '';
  const where = rule.rule === 'count' ? 'slices anywhere in the series' : 'neighbouring slices';
  return `at least ${rule.slices} ${where} with p(any) > ${rule.threshold}`;
}
