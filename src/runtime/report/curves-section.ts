import type { Label } from '../../labels.ts';
import type { ModelName } from '../artifacts/metrics.ts';
import { judgedWords } from '../evaluate/judged-words.ts';
import { SMALLEST } from '../evaluate/shown.ts';
import { count, MODEL_TITLES } from '../evaluate/summary-table.ts';
import { type Choice, chooser } from './chooser.ts';
import { type Bin, calibrationBins } from './curves/calibration.ts';
import { type Point, precisionRecallPoints, rocPoints } from './curves/curve-points.ts';
import { type Ranked, rank } from './curves/ranked.ts';
import { LABELS_ANY_FIRST, type SideScores, sideScores } from './curves/side-scores.ts';
import { thinned } from './curves/thinned.ts';
import { unitPlot } from './curves/unit-plot.ts';
import { type Html, html } from './html.ts';
import { MODEL_INK } from './plot-parts.ts';
import type { RunData } from './read-run.ts';
import { marked, type Section } from './section.ts';
import { dataTable } from './table.ts';

/** A ring in the plots: where a slice counts as positive. */
const RING = 0.5;
/** A bin of fewer slices is drawn hollow. */
const FEW = 5;

/** ROC, precision and recall, and calibration of each label on the slices that are judged. Null where none of them has a label. */
export async function curvesSection(data: RunData): Promise<Section | null> {
  const { judged, marks } = data;
  const { title } = judgedWords(judged.side);
  const models = [...judged.slices].map(([model, slices]) => ({ model, side: sideScores(slices, judged.side) }));
  const side = models.at(-1)?.side;
  if (side === undefined || side.slices === 0) return null;
  const known = LABELS_ANY_FIRST.filter((label) => judged.known.includes(label));
  const drawn = known.filter((label) => isDrawn(side, label));
  const rest = known.filter((label) => !isDrawn(side, label));
  const choices: Choice[] = [];
  for (const label of drawn) choices.push({ title: label, body: await panel(data, models, label) });
  const tooFew = `It takes ${SMALLEST.patients} patients, ${SMALLEST.positives} positive and ${SMALLEST.negatives} negative slices to draw a curve`;
  return {
    id: 'curves',
    title: 'Curves and calibration',
    short: 'Curves',
    body: html`<p>${judged.side === 'validation' ? `${title} side` : title}, slice by slice: ${count(side.slices, 'slice')} of ${count(side.patients, 'patient')}. Slices of one series resemble each other, so that these curves rest on far fewer independent cases than they have slices.</p>
${
  drawn.length > 0 &&
  html`<p class="keys">${models.map(({ model }) => html`<span class="key" style="--c:var(--${MODEL_INK[model]})">${MODEL_TITLES[model]} model</span>`)}<span class="key ring">p &gt; ${RING}</span><span class="key dashed" style="--c:var(--reference)">no skill; in the calibration, the right share</span><span>hollow: under ${FEW} slices in the bin</span></p>
${chooser('label', 'Label', choices)}`
}
${
  rest.length > 0 &&
  html`<p class="note">${tooFew}: counts stand in ${drawn.length > 0 ? 'the place of these' : 'their place'}.</p>
${dataTable(
  marked(
    marks,
    `${judged.side === 'validation' ? 'Validation slices' : title}, ${drawn.length > 0 ? 'labels without a curve' : 'label by label'}`,
  ),
  ['label', 'positive', 'negative', 'patients'].map((title, i) => ({ title, number: i > 0 })),
  rest.map((label) => [label, side.positives[label], side.slices - side.positives[label], side.patients]),
)}`
}`,
  };
}

function isDrawn({ slices, patients, positives }: SideScores, label: Label): boolean {
  const enough = positives[label] >= SMALLEST.positives && slices - positives[label] >= SMALLEST.negatives;
  return enough && patients >= SMALLEST.patients;
}

type SideOf = { model: ModelName; side: SideScores };

async function panel({ marks, judged }: RunData, models: readonly SideOf[], label: Label): Promise<Html> {
  const of = models.map(({ model, side }) => ({
    model,
    ink: MODEL_INK[model],
    // Cross-fitted scores are of several fits, across which an order means nothing.
    ranked: rank(side.ranked[label], side.truths[label]),
    bins: calibrationBins(side.scores[label], side.truths[label]),
  }));
  const { side } = models[0] as SideOf;
  const { on } = judgedWords(judged.side);
  const positives = side.positives[label];
  const prevalence = positives / side.slices;
  const counted = `${positives.toLocaleString('en-GB')} positive, ${count(side.slices - positives, 'negative slice')}`;
  const mark = marks.join(' · ');
  const words = (what: string) => marked(marks, `${what} of ${label} on ${on}, ${counted}.`);
  const roc = await unitPlot({
    id: `roc-${label}`,
    label: words('ROC curve'),
    x: 'false positive rate',
    y: 'sensitivity',
    mark,
    reference: [
      [0, 0],
      [1, 1],
    ],
    lines: of.map(({ ink, ranked }) => ({ ink, points: thinned(rocPoints(ranked)), ring: rocAt(ranked) })),
  });
  const precision = await unitPlot({
    id: `pr-${label}`,
    label: words('Precision-recall curve'),
    x: 'recall (sensitivity)',
    y: 'precision',
    mark,
    reference: [
      [0, prevalence],
      [1, prevalence],
    ],
    lines: of.map(({ ink, ranked }) => ({
      ink,
      points: thinned(precisionRecallPoints(ranked)),
      ring: precisionAt(ranked),
    })),
  });
  const reliability = await unitPlot({
    id: `cal-${label}`,
    label: words('Calibration in ten bins'),
    x: 'mean score in the bin',
    y: 'share of positives',
    mark,
    reference: [
      [0, 0],
      [1, 1],
    ],
    lines: of.map(({ ink, bins }) => ({
      ink,
      dots: bins.flatMap(({ count: n }) => (n === 0 ? [] : [{ hollow: n < FEW }])),
      points: bins.flatMap(({ predicted, observed }): Point[] =>
        predicted === null || observed === null ? [] : [[predicted, observed]],
      ),
    })),
    counts: of.map(({ ink, bins }) => ({ ink, values: bins.map(({ count: n }) => n) })),
  });
  return html`<p class="facts">${counted} (${(100 * prevalence).toFixed(1)} % positive)</p>
<div class="triple">
<figure><figcaption>ROC</figcaption>${roc}</figure>
<figure><figcaption>Precision and recall</figcaption>${precision}</figure>
<figure><figcaption>Calibration; bars: slices in a bin (log)</figcaption>${reliability}</figure>
</div>
<details><summary>Bins of ${label} in numbers</summary>${dataTable(
    marked(marks, `Calibration of ${label}, ${on}, ten bins of equal width`),
    [
      { title: 'scores' },
      ...of.flatMap(({ model }) =>
        ['slices', 'positive', 'mean score', 'share of positives'].map((title) => ({
          title: `${title}, ${MODEL_TITLES[model]}`,
          number: true,
        })),
      ),
    ],
    (of[0]?.bins ?? []).map(({ low, high }, i) => [
      `${low.toFixed(1)} to ${high.toFixed(1)}`,
      ...of.flatMap(({ bins }) => binCells(bins[i] as Bin)),
    ]),
  )}</details>`;
}

const binCells = ({ count: n, positives, predicted, observed }: Bin): string[] => [
  n.toLocaleString('en-GB'),
  positives.toLocaleString('en-GB'),
  predicted?.toFixed(3) ?? '–',
  observed?.toFixed(3) ?? '–',
];

const above = (ascending: Float64Array): number => ascending.length - firstAbove(ascending, RING);

/** Place of the first value strictly above. */
function firstAbove(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

const rocAt = ({ positives, negatives }: Ranked): Point => [
  above(negatives) / negatives.length,
  above(positives) / positives.length,
];

/** Null where no slice scores above: precision is not defined there. */
function precisionAt({ positives, negatives }: Ranked): Point | null {
  const tp = above(positives);
  const called = tp + above(negatives);
  return called === 0 ? null : [tp / positives.length, tp / called];
}
