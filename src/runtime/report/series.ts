import { ANY } from '../../labels.ts';
import { MODEL_TITLES } from '../evaluate/summary-table.ts';
import { type ChosenSeries, chooseSeries, chooseSlices, SERIES_CHOSEN, slicesChosen } from './choose-series.ts';
import { ruleInWords } from './headline.ts';
import { type Html, html } from './html.ts';
import { MODEL_INK } from './plot-parts.ts';
import type { RunData } from './read-run.ts';
import { marked, type Section } from './section.ts';
import { type SeriesScores, seriesPlot } from './series-plot.ts';
import { sliceFigure, truthsInWords } from './slice-figure.ts';
import { dataTable } from './table.ts';
import { ABOUT_MAPS, viewer } from './viewer/viewer.ts';

/** A handful of series: scores along the slices with the true labels under them, and slices in their windows. */
export async function seriesSection(data: RunData): Promise<Section | null> {
  const { final, judged, predictions, patients, recipe } = data;
  if (final === null) return null;
  const { how, chosen } = chooseSeries(patients, predictions.get(final)!, judged.side);
  const cards: Html[] = [];
  for (const [i, one] of chosen.entries()) cards.push(await card(data, one, i));
  const models = [...predictions.keys()];
  return {
    id: 'series',
    title: 'Along the series',
    short: 'Series',
    body: html`<p>Predicted probability (${data.calibrated === null ? 'uncalibrated' : 'calibrated'}) of any haemorrhage at each slice, in the order along the slice normal, and the true labels under it. The shaded run is what the rule called: ${ruleInWords(recipe.evaluation.patient)}. A pointer on a plot gives each place’s values; below it stand those of every slice.</p>
<p class="note">${SERIES_CHOSEN[how]}${data.shards && html` The pictures are, by the final model’s p(any), ${slicesChosen(how)}.`}</p>
<p class="keys">${models.map((model) => html`<span class="key" style="--c:var(--${MODEL_INK[model]})">${MODEL_TITLES[model]} model</span>`)}<span class="key dashed" style="--c:var(--reference)">threshold</span><span class="key block" style="--c:var(--truth)">true label</span><span class="key block" style="--c:var(--band)">longest run of a positive call</span></p>
${data.noPictures && html`<p class="note">${data.noPictures}</p>`}${data.heatMaps && html`<p class="note">${ABOUT_MAPS}</p>`}
${cards}`,
  };
}

async function card(data: RunData, { role, call, slices }: ChosenSeries, i: number): Promise<Html> {
  const { predictions, recipe, marks } = data;
  const scores: readonly SeriesScores[] = [...predictions].map(([model, all]) => ({
    model,
    slices: all.filter(({ series }) => series === call.series),
  }));
  const label = marked(
    marks,
    `${role}: series ${call.series}, ${call.slices} slices, highest p(any) ${call.highestAny.toFixed(2)}, ${callInWords(data, call)}.`,
  );
  const plot = await seriesPlot(`s${i}`, label, call, scores, recipe.evaluation.patient.threshold, marks.join(' · '));
  const readable = new Set(data.shards?.slices ?? []);
  const shownSlices = data.shards ? chooseSlices(slices, readable) : [];
  const figures: Html[] = [];
  for (const { slice, why } of shownSlices)
    figures.push(await sliceFigure(data, slice, `Place ${slice.order}: ${why}`));
  return html`<article class="card" aria-labelledby="s${i}-h">
<h3 id="s${i}-h">${marked(marks, role)} <span class="id">${call.series}</span></h3>
<p class="facts">${call.side} · ${call.slices} slices · ${callInWords(data, call)}${call.interpolated > 0 && ` · ${call.interpolated} interpolated`}${call.holes > 0 && ` · ${call.holes} ${call.holes === 1 ? 'hole' : 'holes'}`}${call.doubtful !== null && html` · <b>doubtful: ${call.doubtful}</b>`}</p>
${plot}
${await viewer(data, call.series, slices, scores)}
${everySlice(data, call.series, scores)}
${figures.length > 0 && html`<div class="slices">${figures}</div>`}
</article>
`;
}

/** What the plot draws, in numbers: for whoever has no pointer, or wants the slices between the pictures. */
function everySlice({ marks }: RunData, series: string, scores: readonly SeriesScores[]): Html {
  const slices = scores.at(-1)?.slices ?? [];
  const table = dataTable(
    marked(marks, `Series ${series}, slice by slice: p(any) of each model, and the true labels`),
    [
      { title: 'place', number: true },
      { title: 'slice', code: true },
      ...scores.map(({ model }) => ({ title: MODEL_TITLES[model], number: true })),
      { title: 'true labels', wrap: true },
    ],
    slices.map((slice, i) => [
      slice.order,
      slice.slice,
      ...scores.map((one) => one.slices[i]?.probabilities[ANY]?.toFixed(3) ?? ''),
      `${truthsInWords(slice)}${slice.how === 'interpolated' ? ' (interpolated)' : ''}`,
    ]),
  );
  return html`<details><summary>Every slice in numbers</summary>${table}</details>`;
}

function callInWords({ recipe }: RunData, call: RunData['patients'][number]): string {
  const run =
    call.longestRun === 0
      ? `no slice above ${recipe.evaluation.patient.threshold}`
      : `longest run ${call.longestRun} (${call.longestRun === 1 ? `place ${call.firstOrder}` : `places ${call.firstOrder}–${call.lastOrder}`})`;
  const truth =
    call.labelled === 0
      ? 'no labels'
      : `truth: same-rule ${sign(call.truthSameRule)}, any-slice ${sign(call.truthAnySlice)}${call.labelled < call.slices ? ` (${call.labelled} of ${call.slices} slices labelled)` : ''}`;
  return `called ${sign(call.call)}: ${run} · ${truth}`;
}

export function sign(value: boolean | null): string {
  return value === null ? 'unknown' : value ? 'positive' : 'negative';
}
