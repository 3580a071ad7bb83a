import { LABELS } from '../../labels.ts';
import { bestMetric } from '../../registry/recipe.ts';
import type { ModelMetrics } from '../artifacts/metrics.ts';
import { judgedWords } from '../evaluate/judged-words.ts';
import { count, MODEL_TITLES } from '../evaluate/summary-table.ts';
import { type Html, html } from './html.ts';
import type { RunData } from './read-run.ts';
import { marked, type Section } from './section.ts';
import { dataTable } from './table.ts';

/** What was fitted to make probabilities of the scores, and what it does to the log loss of each label. Null where nothing was. */
export function calibrationSection(data: RunData): Section | null {
  const models = (data.metrics?.models ?? []).filter(({ calibration }) => calibration !== undefined);
  const [first] = models;
  if (first?.calibration === undefined) return null;
  const { component } = first.calibration;
  const { backbone, sequence } = data.recipe.train;
  const chosen =
    data.page.predictsWith === null &&
    ((data.recipe.backbone !== 'none' && bestMetric(backbone.checkpoint) !== null) ||
      (data.recipe.sequence !== 'none' && bestMetric(sequence.checkpoint) !== null));
  return {
    id: 'calibration',
    title: 'Calibration',
    body: html`<p>${data.registry.get('calibration', component)?.summary ?? component} ${
      data.page.predictsWith === null
        ? 'Fitted on the validation side. Figures of that side are cross-fitted: the scores of a patient by what was fitted without its fold, one of five. The order of scores and what is called at 0.5 stay as they were; figures that go by order alone are those of before.'
        : `Fitted on the validation side of ${data.page.predictsWith}.`
    }</p>
${models.map((model) => modelTable(data, model))}
${chosen && html`<p class="note">Which epoch was kept was chosen on the validation side (<code>checkpoint</code>): figures of that side are optimistic by that choice, with the calibration as without.</p>`}`,
  };
}

function modelTable({ marks, judged }: RunData, { model, calibration, sides }: ModelMetrics): Html {
  if (calibration === undefined) throw new TypeError('this model is not calibrated');
  const { temperatures, slices, patients } = calibration;
  const losses = sides.find(({ side }) => side === judged.side)?.calibration;
  const { on } = judgedWords(judged.side);
  const spread = (lowest: number | null, highest: number | null) =>
    lowest === null || highest === null ? '' : `${lowest.toFixed(3)} to ${highest.toFixed(3)}`;
  const rows = LABELS.map((label) => {
    const own = temperatures?.[label];
    return [
      label,
      ...(own === undefined ? [] : [own.value.toFixed(3), spread(own.lowest, own.highest)]),
      ...(losses === undefined ? [] : [shown(losses.before[label]), shown(losses.after[label])]),
    ];
  });
  const mean =
    losses === undefined
      ? []
      : [['mean', ...(temperatures === null ? [] : ['', '']), shown(losses.before.mean), shown(losses.after.mean)]];
  const columns = [
    'label',
    ...(temperatures === null ? [] : ['temperature', 'in the folds']),
    ...(losses === undefined ? [] : ['log loss before', 'after']),
  ];
  return dataTable(
    marked(
      marks,
      `${MODEL_TITLES[model]} model: fitted on ${count(slices, 'slice')} of ${count(patients, 'patient')}${losses === undefined ? '' : `; log loss on ${on}`}`,
    ),
    columns.map((title, i) => ({ title, number: i > 0 })),
    [...rows, ...mean],
  );
}

const shown = (loss: number | undefined): string => loss?.toFixed(4) ?? '';
