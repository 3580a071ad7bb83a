import { ANY, LABELS } from '../../../labels.ts';
import type { JoinedSlice } from '../../evaluate/scored.ts';
import { MODEL_TITLES } from '../../evaluate/summary-table.ts';
import { type Html, html, trusted } from '../html.ts';
import { slicePictures } from '../pictures.ts';
import { MODEL_INK } from '../plot-parts.ts';
import type { RunData } from '../read-run.ts';
import { marked } from '../section.ts';
import type { SeriesScores } from '../series-plot.ts';
import { truthsInWords } from '../slice-figure.ts';
import { heatPictures } from './heat-pictures.ts';

const PLOT = { width: 300, height: 96, left: 4, right: 4, top: 6, bottom: 6 };

/** A series to step through: each slice in its windows, what in it speaks for a label, and the probability along the series. */
export async function viewer(
  data: RunData,
  series: string,
  slices: readonly JoinedSlice[],
  scores: readonly SeriesScores[],
): Promise<Html | null> {
  const { shards, heatMaps, marks, recipe } = data;
  if (shards === null || heatMaps === null) return null;
  const readable = new Set(shards.slices);
  const heat = await heatPictures(
    heatMaps,
    slices.map(({ slice }) => slice),
  );
  const shown = [];
  for (const [i, slice] of slices.entries()) {
    const values = scores.map(
      ({ model, slices: own }) => `${MODEL_TITLES[model]} ${own[i]?.probabilities[ANY]?.toFixed(2) ?? '?'}`,
    );
    const said = `Place ${slice.order}: p(any) ${values.join(', ')}; ${truthsInWords(slice)}.`;
    const pictures = readable.has(slice.slice) ? await slicePictures(shards, slice.slice) : [];
    shown.push({ said, alt: marked(marks, said), pictures, maps: heat.of.get(slice.slice) ?? LABELS.map(() => null) });
  }
  const wide = (PLOT.width - PLOT.left - PLOT.right) / Math.max(slices.length, 1);
  const start = highestAny(slices);
  const facts = { slices: shown, start, first: PLOT.left, wide, width: PLOT.width, none: NOTHING };
  const channels = shards.channels;
  const name = marked(marks, `Series ${series}, slice by slice`);
  const id = `v-${series.replaceAll(/[^A-Za-z0-9]+/g, '-')}`;
  return html`<div class="viewer" data-viewer hidden role="group" aria-label="${name}">
<div class="stage" data-stage tabindex="0" role="application" aria-label="${name}: arrow keys step, m toggles the heat map, w the window"><img data-picture src="${NOTHING}" width="320" height="320" alt=""><img data-map class="map" src="${NOTHING}" width="320" height="320" alt="" hidden></div>
<div class="panel-of">
<p class="viewer-title">${marks.length > 0 && html`<b>${marks.join(' · ')}</b> · `}Step with the arrow keys, the wheel over the picture, or a swipe to the side.</p>
<div class="steps"><button type="button" data-step="-1" aria-label="Slice before">◂</button><input type="range" data-range min="0" max="${slices.length - 1}" value="${start}" aria-label="Slice of the series"><button type="button" data-step="1" aria-label="Next slice">▸</button></div>
${along(scores, recipe.evaluation.patient.threshold, wide)}
<p class="said-of" data-said aria-live="polite"></p>
<fieldset class="switches"><legend>window</legend>${channels.map((channel, i) => html`<label><input type="radio" data-window name="${id}"${i === 0 && html` checked`}> ${channel}</label>`)}</fieldset>
<p class="switches"><label><input type="checkbox" data-shown checked> heat map of</label> <select data-label aria-label="Label of the heat map">${LABELS.map((label, i) => html`<option${i === ANY && html` selected`}>${label}</option>`)}</select></p>
</div>
<script type="application/json">${trusted(JSON.stringify(facts).replaceAll('<', '\\u003c'))}</script>
</div>
`;
}

/** What is said of all viewers of a page, once. */
export const ABOUT_MAPS = `Heat maps are Grad-CAM of the base network: where on its last map something speaks for the label. They are as coarse as that map, each label has one scale through a series (the palest is its highest value there), and they explain neither the sequence model nor whether the network is right. Pictures that one steps through are compressed for the page.`;

/** One transparent pixel. */
const NOTHING = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

const highestAny = (slices: readonly JoinedSlice[]): number =>
  slices.reduce(
    (best, { probabilities }, at) =>
      (probabilities[ANY] as number) > (slices[best]?.probabilities[ANY] as number) ? at : best,
    0,
  );

/** p(any) of each model along the series, and where one is. */
function along(scores: readonly SeriesScores[], threshold: number, wide: number): Html {
  const { width, height, left, right, top, bottom } = PLOT;
  const y = (value: number) => (top + (1 - value) * (height - top - bottom)).toFixed(1);
  const line = (slices: readonly JoinedSlice[]) =>
    slices.map(({ probabilities }, i) => `${(left + (i + 0.5) * wide).toFixed(1)},${y(probabilities[ANY] as number)}`);
  return html`<svg data-plot class="along" viewBox="0 0 ${width} ${height}" role="img" aria-label="p(any) along the series; a click goes to a place"><line x1="${left}" x2="${width - right}" y1="${y(threshold)}" y2="${y(threshold)}" stroke="var(--reference)" stroke-dasharray="4 3"/>${scores.map(({ model, slices }, i) => html`<polyline points="${line(slices).join(' ')}" fill="none" stroke="var(--${MODEL_INK[model]})" stroke-width="${i === scores.length - 1 ? 2.5 : 1.5}"/>`)}<line data-cursor y1="0" y2="${height}" stroke="var(--accent)" stroke-width="2"/></svg>`;
}
