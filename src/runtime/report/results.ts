import { LABELS } from '../../labels.ts';

import type { Side } from '../../registry/kinds/split.ts';
import { judgedSide, type Metrics } from '../artifacts/metrics.ts';
import type { Comparability } from '../evaluate/comparable.ts';
import { figureStem } from '../evaluate/figure-stem.ts';
import { hasOwnSplit } from '../evaluate/own-split.ts';
import { MODEL_TITLES, summaryTable, wordOf } from '../evaluate/summary-table.ts';
import { figureCell, withheldCell } from './figure-cell.ts';
import { type Html, html } from './html.ts';
import type { RunData } from './read-run.ts';
import { marked, type Section } from './section.ts';
import { dataTable } from './table.ts';

const SIDES: readonly Side[] = ['held-out', 'validation', 'train', 'test'];

export function results(data: RunData): Section {
  const { metrics, comparable } = data;
  const tables = metrics && comparable ? SIDES.flatMap((side) => sideTables(data, metrics, comparable, side)) : [];
  const body =
    metrics === null || comparable === null || tables.length === 0
      ? html`<p>No slice has a label, so nothing can be measured. What was called stands under <a href="#calls">Calls</a>.</p>`
      : html`${paperBox(comparable)}${tables}`;
  return { id: 'results', title: 'Results', body };
}

function sideTables({ marks, recipe }: RunData, metrics: Metrics, comparable: Comparability, side: Side): Html[] {
  const table = summaryTable(metrics, comparable, { side, labels: 'none', ownSplit: hasOwnSplit(recipe) });
  if (table === null) return [];
  const columns = table.columns.map((title, i) => ({ title, number: i > 0 }));
  const rows = table.rows.map(({ name, cells, withheld }) => [
    name,
    ...cells.map((text, i) => withheldCell(text, withheld[i] ?? null)),
  ]);
  // The first note, on the paper, has a box of its own.
  const body = html`${dataTable(table.title, columns, rows)}
${labelTables(marks, metrics, side, hasOwnSplit(recipe))}
${side === judgedSide(metrics) && table.notes.slice(1).map((note) => html`<p class="note">${note}</p>`)}`;
  if (side === judgedSide(metrics)) return [body];
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

const UNITS = [
  ['slice', 'slice by slice'],
  ['series', 'series by series'],
  ['patient', 'patient by patient'],
] as const;

/** For each unit that has figures of single labels: a row for each label, how often it is there, then its figures by model. */
function labelTables(marks: readonly string[], metrics: Metrics, side: Side, ownSplit: boolean): Html[] {
  const models = metrics.models.flatMap((model) => {
    const found = model.sides.find((one) => one.side === side);
    return found ? [{ title: MODEL_TITLES[model.model], found }] : [];
  });
  const last = models.at(-1)?.found;
  // Each model has a side of its own then, and the prevalence is of one of them.
  const whose = ownSplit ? `, ${models.at(-1)?.title}` : '';
  if (last === undefined) return [];
  return UNITS.flatMap(([unit, words]) => {
    const own = last.figures.filter((figure) => figure.label !== undefined && figure.unit === unit);
    const names = [...new Set(own.map(figureStem))];
    if (names.length === 0) return [];
    const columns = names.flatMap((name) => models.map(({ title, found }) => ({ name, title, found })));
    const rows = LABELS.map((label) => [
      label,
      ...(unit === 'slice'
        ? [
            last.prevalence[label]?.positives ?? 'not known',
            last.prevalence[label] === undefined ? '' : `${(100 * last.prevalence[label].share).toFixed(1)} %`,
          ]
        : []),
      ...columns.map(({ name, found }) => {
        const figure = found.figures.find((one) => one.label === label && figureStem(one) === name);
        return figure ? figureCell(figure, found.labelled.patients, found.intervals?.[figure.name]) : '';
      }),
    ]);
    const heads = [
      'label',
      ...(unit === 'slice' ? [`positive slices${whose}`, 'share'] : []),
      ...columns.map(({ name, title }) => `${name}, ${title}`),
    ];
    return [
      dataTable(
        marked(marks, `${wordOf(metrics, side)}, label by label, ${words}`),
        heads.map((title, i) => ({ title, number: i > 0 })),
        rows,
      ),
    ];
  });
}
