import { MODEL_TITLES } from '../evaluate/summary-table.ts';
import { type ChosenSeries, chooseSeries, chooseSlices } from './choose-series.ts';
import { ruleInWords } from './headline.ts';
import { type Html, html } from './html.ts';
import { MODEL_INK } from './plot-parts.ts';
import type { RunData } from './read-run.ts';
import { marked, type Section } from './section.ts';
import { type SeriesScores, seriesPlot } from './series-plot.ts';
import { sliceFigure } from './slice-figure.ts';

/** A handful of series: scores along the slices with the true labels under them, and slices in their windows. */
export async function seriesSection(data: RunData): Promise<Section | null> {
  const { final, predictions, patients, recipe } = data;
  if (final === null) return null;
  const chosen = chooseSeries(patients, predictions.get(final)!);
  const cards: Html[] = [];
  for (const [i, one] of chosen.entries()) cards.push(await card(data, one, i));
  const models = [...predictions.keys()];
  return {
    id: 'series',
    title: 'Along the series',
    body: html`<p>Predicted probability (uncalibrated) of any haemorrhage at each slice, in the order along the slice normal, and the true labels under it. The shaded run is what the rule called: ${ruleInWords(recipe.evaluation.patient)}.</p>
<p class="keys">${models.map((model) => html`<span class="key" style="--c:var(--${MODEL_INK[model]})">${MODEL_TITLES[model]} model</span>`)}<span class="key dashed" style="--c:var(--reference)">threshold</span><span class="key block" style="--c:var(--truth)">true label</span><span class="key block" style="--c:var(--band)">longest run of a positive call</span></p>
${data.noPictures && html`<p class="note">${data.noPictures}</p>`}
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
  for (const slice of shownSlices) figures.push(await sliceFigure(data, slice, `Place ${slice.order}`));
  return html`<article class="card" aria-labelledby="s${i}-h">
<h3 id="s${i}-h">${marked(marks, role)} <span class="id">${call.series}</span></h3>
<p class="facts">${call.side} · ${call.slices} slices · ${callInWords(data, call)}${call.interpolated > 0 && ` · ${call.interpolated} interpolated`}</p>
${plot}
${figures}
</article>
`;
}

function callInWords({ recipe }: RunData, call: RunData['patients'][number]): string {
  const run =
    call.longestRun === 0
      ? `no slice above ${recipe.evaluation.patient.threshold}`
      : `longest run ${call.longestRun} (${call.longestRun === 1 ? `place ${call.firstOrder}` : `places ${call.firstOrder}–${call.lastOrder}`})`;
  const truth =
    call.truthAnySlice === null
      ? 'no labels'
      : `truth: same-rule ${sign(call.truthSameRule)}, any-slice ${sign(call.truthAnySlice)}`;
  return `called ${sign(call.call)}: ${run} · ${truth}`;
}

export function sign(value: boolean | null): string {
  return value === null ? 'unknown' : value ? 'positive' : 'negative';
}
