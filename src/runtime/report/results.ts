import { LABELS } from '../../labels.ts';
import type { Side } from '../../registry/kinds.ts';
import type { Metrics } from '../artifacts/metrics.ts';
import type { Comparability } from '../evaluate/comparable.ts';
import { figureStem } from '../evaluate/figure-stem.ts';
import { shown } from '../evaluate/shown.ts';
import { MODEL_TITLES, summaryTable } from '../evaluate/summary-table.ts';
import { type Html, html } from './html.ts';
import type { RunData } from './read-run.ts';
import { marked, type Section } from './section.ts';
import { dataTable } from './table.ts';

const SIDES: readonly Side[] = ['validation', 'train', 'test'];

export function results(data: RunData): Section {
  const { metrics, comparable } = data;
  const tables =
    metrics && comparable ? SIDES.flatMap((side) => sideTables(data.marks, metrics, comparable, side)) : [];
  const body =
    metrics === null || comparable === null || tables.length === 0
      ? html`<p>No slice has a label, so nothing can be measured. What was called stands under <a href="#calls">Calls</a>.</p>`
      : html`${paperBox(comparable)}${tables}`;
  return { id: 'results', title: 'Results', body };
}

function sideTables(marks: readonly string[], metrics: Metrics, comparable: Comparability, side: Side): Html[] {
  const table = summaryTable(metrics, comparable, { side, labels: 'none' });
  if (table === null) return [];
  const columns = table.columns.map((title, i) => ({ title, number: i > 0 }));
  const rows = table.rows.map(({ name, cells }) => [name, ...cells]);
  // The first note, on the paper, has a box of its own.
  const body = html`${dataTable(table.title, columns, rows)}
${labelTable(marks, metrics, side)}
${side === 'validation' && table.notes.slice(1).map((note) => html`<p class="note">${note}</p>`)}`;
  if (side === 'validation') return [body];
  return [
    html`<details><summary>${side === 'train' ? 'Train side: what was fitted, no measure of anything else' : `Side ${side}`}</summary>${body}</details>`,
  ];
}

function paperBox({ comparable, reasons, paper }: Comparability): Html {
  if (comparable && paper !== null) {
    return html`<p class="paper">The paper’s row <b>${paper.row}</b> stands in a column of its own. It does not state the weighting of its log loss, and its score on Kaggle’s private test set cannot be measured here.</p>`;
  }
  if (reasons.length === 1) return html`<p class="paper"><b>Paper: not comparable:</b> ${reasons[0]}.</p>`;
  return html`<div class="paper"><p><b>Paper: not comparable:</b></p><ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul></div>`;
}

/** A row for each label: how many slices have it, then each figure of single labels, by model. */
function labelTable(marks: readonly string[], metrics: Metrics, side: Side): Html | null {
  const models = metrics.models.flatMap((model) => {
    const found = model.sides.find((one) => one.side === side);
    return found ? [{ title: MODEL_TITLES[model.model], found }] : [];
  });
  const last = models.at(-1)?.found;
  if (last === undefined) return null;
  const stems = [...new Set(last.figures.filter(({ label }) => label !== undefined).map(figureStem))];
  const columns = stems.flatMap((name) =>
    models.map(({ title, found }) => ({ name, title: `${name}, ${title}`, found })),
  );
  const rows = LABELS.map((label) => [
    label,
    last.prevalence[label].positives,
    `${(100 * last.prevalence[label].share).toFixed(1)} %`,
    ...columns.map(({ name, found }) => {
      const figure = found.figures.find((one) => figureStem(one) === name && one.label === label);
      return figure ? shown(figure, found.labelled.patients) : '';
    }),
  ]);
  const heads = ['label', 'positive slices', 'share', ...columns.map(({ title }) => title)];
  return dataTable(
    marked(marks, `${side}, label by label`),
    heads.map((title, i) => ({ title, number: i > 0 })),
    rows,
  );
}
