import { THINNEST_MM } from '../../patient-rule.ts';
import type { MetricFigure } from '../../registry/kinds/metric.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import { judgedWords } from '../evaluate/judged-words.ts';
import { openedText } from '../evaluate/opened-text.ts';
import { hasOwnSplit } from '../evaluate/own-split.ts';
import { countsText, decimals, shown, shownInterval, withheldFor } from '../evaluate/shown.ts';
import { count, MODEL_TITLES } from '../evaluate/summary-table.ts';
import { worseThan } from '../evaluate/worse-than.ts';
import { type Networks, trainedOnText, verdicts } from '../train/network-marks.ts';
import { type Html, html } from './html.ts';
import type { RunData } from './read-run.ts';
import { marked } from './section.ts';

/** What was run, in a sentence or two; of a prediction first what came out of it. */
export function leads(data: RunData): (Html | string)[] {
  const { recipe, page } = data;
  const by = page.predictsWith;
  const words = inWords(recipe);
  if (by === null) return [words];
  if (page.testSideOpened !== undefined)
    return [
      html`The <b>test side</b> of run <b>${by}</b>, ${openedText(page.testSideOpened)}. ${rightText(data)} Nothing else on this page sees a label; what was fitted and chosen stands on the page of that run.`,
      words,
    ];
  return [
    html`${calledText(data)} ${rightText(data)}`,
    html`Predicted with the networks of run <b>${by}</b>; nothing was trained here.`,
    words,
  ];
}

/** Whether anything says how many of the calls are right. */
function rightText({ final, judged }: RunData): string {
  const slices = (final === null ? undefined : judged.slices.get(final)) ?? [];
  const labelled = slices.filter(({ labels }) => labels !== null).length;
  return labelled === 0
    ? 'The files have no labels, so nothing on this page says how many of these calls are right.'
    : `Judged by the labels of ${count(labelled, 'slice')}.`;
}

/** `2 of 5 series (of 4 patients, 140 slices) are called positive: …`: what somebody who wanted predictions looks for. */
function calledText({ patients, predictions, final, metrics }: RunData): string {
  const called = patients.filter(({ call }) => call).length;
  const people = new Set(patients.map(({ patient }) => patient)).size;
  const slices = final ? (predictions.get(final)?.length ?? 0) : 0;
  const of = `${patients.length.toLocaleString('en-GB')} series (${count(people, 'patient')}, ${count(slices, 'slice')})`;
  const verb = called === 1 ? 'is' : 'are';
  return `${called.toLocaleString('en-GB')} of ${of} ${verb} called positive for haemorrhage, which takes ${ruleInWords(metrics?.patient)}.`;
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

/** The final model's main figures on the slices that are judged, or what was predicted where nothing has a label. */
export function tiles({ metrics, predictions, patients, final, judged, marks, recipe, page, networks }: RunData): Html {
  const model = metrics?.models.find((one) => one.model === final);
  const side = model?.sides.find((one) => one.side === judged.side);
  if (metrics === null || model === undefined || side === undefined) {
    const slices = final ? (predictions.get(final)?.length ?? 0) : 0;
    const called = patients.filter(({ call }) => call).length;
    return html`${page.predictsWith === null && html`<p class="lead">No slice of a validation side has a label: calls without metrics.</p>`}
<dl class="tiles">${[
      ['predicted', count(slices, 'slice'), `${patients.length.toLocaleString('en-GB')} series`],
      ['called positive', `${called} of ${patients.length} series`, ruleInWords(metrics?.patient)],
      ...(page.predictsWith === null ? [] : trainedTiles(networks, page.predictsWith)),
    ].map(
      ([title, value, under]) =>
        html`<div class="tile"><dt>${title}</dt><dd><strong class="words">${value}</strong><span>${under}</span></dd></div>`,
    )}</dl>
${
  page.predictsWith !== null &&
  [...verdicts(networks, recipe), ...trainedOnText(marks)].map((text) => html`<p class="paper"><b>${text}</b></p>`)
}`;
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
    const withheld = withheldFor(figure, patientsHere);
    const value =
      withheld !== null
        ? html`<strong class="words withheld">withheld: ${withheld}</strong><span>${unbroken(countsText(figure))}</span>`
        : html`<strong class="${figure.value === null ? 'words' : 'number'}">${unbroken(shown(figure, patientsHere))}</strong>`;
    return html`<div class="tile"><dt>${figure.name}</dt><dd>${value}${within && html`<span>95 % interval by patient: ${within}</span>`}<span>${under}</span></dd></div>`;
  };
  const main = side.figures.filter(
    ({ label, truth }) => label === undefined && (truth === undefined || truth === metrics.patient.truth[0]),
  );
  return html`<h2 class="small">${marked(marks, `${judgedWords(judged.side).title}, ${model.component}: ${count(side.labelled.slices, 'slice')} of ${count(side.labelled.patients, 'patient')}`)}</h2>
<dl class="tiles">${main.map(tile)}</dl>
${worseThan(metrics, hasOwnSplit(recipe)).map((text) => html`<p class="paper"><b>${text}</b></p>`)}`;
}

/** How the networks fared where they were trained: what calls without labels rest on. */
function trainedTiles(networks: Networks, run: string): [string, string, string][] {
  return [...networks].flatMap(([model, { type, training }]): [string, string, string][] => {
    const validation = training?.validation;
    if (!validation) return [];
    const { 'mean-log-loss': loss, constant } = validation;
    const under = `on ${count(validation.slices, 'validation slice')} of run ${run}; constant predictor ${decimals(constant)}`;
    return [[`mean-log-loss, ${MODEL_TITLES[model]} (${type})`, decimals(loss), under]];
  });
}

/** A name and its number stay on one line: `TP 2`. */
function unbroken(text: string): string {
  return text.replace(/ (?=\d)/g, '\u00a0');
}

export function ruleInWords(rule: ResolvedRecipe['evaluation']['patient'] | undefined): string {
  if (rule === undefined) return '';
  const where = rule.rule === 'count' ? 'slices anywhere in the series' : 'neighbouring slices';
  if (rule.millimetres !== null && rule.millimetres !== undefined) {
    const along = rule.rule === 'count' ? 'of slices anywhere in the series' : 'of neighbouring slices';
    return `at least ${rule.millimetres} mm ${along} with p(any) > ${rule.threshold} (${rule.slices} ${where} where slices are closer than ${THINNEST_MM} mm, or nobody knows how far apart)`;
  }
  return `at least ${rule.slices} ${where} with p(any) > ${rule.threshold}`;
}
