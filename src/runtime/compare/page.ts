import { relative, sep } from 'node:path';
import { isVerdict, unionOfMarks } from '../artifacts/marks.ts';
import { OPTIMISTIC_NOTE, WITHHELD_NOTE, withheldFor } from '../evaluate/shown.ts';
import { whole } from '../plan/reasons.ts';
import { MOST_CHOICES } from '../report/chooser.ts';
import { figureCell } from '../report/figure-cell.ts';
import { type Html, html } from '../report/html.ts';
import { marked, type Section } from '../report/section.ts';
import { kicker, renderShell } from '../report/shell.ts';
import { type Cell, dataTable } from '../report/table.ts';
import type { ComparedCell, ComparedFigure, Comparison } from './comparison.ts';
import { curvesBody } from './curves-body.ts';
import { differenceNotes, differenceText, judgedText, letter, sameRecipesText, sharedText, verdict } from './words.ts';

const KIND = 'comparison';

/**
 * The comparison as one page, which opens from disk and asks nothing of anywhere. The same comparison gives the same bytes.
 * @param folder absolute, where the page will lie: its links to the runs' reports start there
 */
export async function comparisonPage(comparison: Comparison, folder: string): Promise<string> {
  const { runs } = comparison;
  const all = unionOfMarks(...runs.map(({ marks }) => marks));
  const marks = all.filter((mark) => !isVerdict(mark));
  const sections = [
    { id: 'runs', title: 'Runs', body: runsBody(comparison, marks, folder) },
    ...figuresSection(comparison, marks),
    ...(await curvesSection(comparison, marks)),
    { id: 'recipes', title: 'What differs', short: 'Recipes', body: differsBody(comparison, marks) },
  ];
  return renderShell({
    kind: KIND,
    name: runs.map(({ run }) => run).join(' · '),
    marks,
    leads: [`${runs.length} runs: the first, A, is what the others are compared with.`],
    top: null,
    sections,
    version: null,
  });
}

/** Whether a text is a page that `comparisonPage` made. */
export const isComparisonPage = (text: string): boolean =>
  /^<!doctype html>/i.test(text) && text.includes(kicker(KIND).text);

/** The colour that a run has in every plot, beside its letter. */
const runKey = (place: number): Html =>
  html`<span class="key" style="--c:var(--run${place + 1})">${letter(place)}</span>`;

function runsBody({ runs }: Comparison, marks: readonly string[], folder: string): Html {
  const columns = ['run', 'state', 'marks', 'figures of', 'started (UTC)', 'recipe'].map((title) => ({ title }));
  const rows = runs.map((one, place): Cell[] => [
    html`<span class="row-head">${runKey(place)} <a href="${linkTo(folder, one.folder)}">${one.run}</a></span>`,
    one.state,
    one.marks.join(' · '),
    judgedText(one),
    one.started.slice(0, 19).replace('T', ' '),
    `${one.recipe} (${one.recipeHash.slice(0, 8)})`,
  ]);
  const worse = runs.flatMap((one, place) => one.worse.map((text) => `${letter(place)}: ${text}`));
  return html`${dataTable(marked(marks, 'Runs of this comparison'), columns, rows)}
${worse.map((text) => html`<p class="wrong">${text}</p>`)}`;
}

/** To a run's report, from where the page lies. */
const linkTo = (folder: string, run: string): string =>
  `${relative(folder, run).split(sep).map(encodeURIComponent).join('/')}/report.html`;

function figuresSection(comparison: Comparison, marks: readonly string[]): Section[] {
  const { figures } = comparison;
  if (figures.length === 0) return [];
  const whole = figures.filter(({ label }) => label === null);
  const single = figures.filter(({ label }) => label !== null);
  const table = (title: string, of: readonly ComparedFigure[]) => figuresTable(title, of, comparison, marks);
  const cells = figures.flatMap(({ of }) => of.filter((cell) => cell !== null));
  const notes = [
    ...differenceNotes(comparison),
    ...(cells.some(({ figure, patients }) => withheldFor(figure, patients) !== null) ? [WITHHELD_NOTE] : []),
    ...(cells.some(({ figure }) => figure.optimistic) ? [OPTIMISTIC_NOTE] : []),
  ];
  const body = html`${whole.length > 0 && table('Figures', whole)}
${notes.map((note) => html`<p class="note">${note}</p>`)}
${single.length > 0 && html`<details${whole.length === 0 && html` open`}><summary>Label by label</summary>${table('Figures of single labels', single)}</details>`}`;
  return [{ id: 'figures', title: 'Figures', body }];
}

function figuresTable(
  title: string,
  figures: readonly ComparedFigure[],
  { runs }: Comparison,
  marks: readonly string[],
): Html {
  const columns = [
    { title: 'figure' },
    ...runs.map(({ run }, place) => ({ title: `${letter(place)} ${run}`, number: true })),
  ];
  return dataTable(
    marked(marks, title),
    columns,
    figures.map((figure) => [
      `${figure.name} ${figure.better === 'lower' ? '↓' : '↑'}`,
      ...figure.of.map((cell) => (cell === null ? '' : cellOf(figure, cell))),
    ]),
  );
}

function cellOf(figure: ComparedFigure, cell: ComparedCell): Html {
  const difference = differenceText(cell);
  const said = verdict(figure, cell);
  return html`${figureCell(cell.figure, cell.patients, difference === '' ? (cell.interval ?? undefined) : undefined)}${
    difference !== '' &&
    html`<small class="range">${difference}${said !== '' && html` <b${said === 'worse' && html` class="wrong"`}>${said}</b>`}</small>`
  }`;
}

async function curvesSection({ curves, runs }: Comparison, marks: readonly string[]): Promise<Section[]> {
  const drawn = await curvesBody(curves, marks, ({ of }) => sharedText(of));
  if (drawn === null) return [];
  const without = curves.length - MOST_CHOICES;
  const body = html`<p class="keys">${runs.map(({ run }, place) => html`<span>${runKey(place)} ${run}</span>`)}</p>
${drawn}
${without > 0 && html`<p class="note">${without} more networks (folds) are in the runs' own pages.</p>`}
<p class="note">What is optimised may be another loss in each run; only the mean log loss is the same in all.</p>`;
  return [{ id: 'curves', title: 'Curves', body }];
}

function differsBody({ runs, values, facts }: Comparison, marks: readonly string[]): Html {
  const columns = (first: string, more: string[] = []) => [
    { title: first },
    ...runs.map(({ run }, place) => ({ title: `${letter(place)} ${run}`, wrap: true })),
    ...more.map((title) => ({ title, wrap: true })),
  ];
  return html`${
    values.length === 0
      ? html`<p>${sameRecipesText({ facts })}</p>`
      : dataTable(
          marked(marks, 'Values of the resolved recipes that differ'),
          columns('value', ['read by']),
          values.map(({ path, of, stages }) => [html`<code>${path}</code>`, ...of.map(whole), stages.join(', ')]),
        )
  }
${
  facts.length > 0 &&
  dataTable(
    marked(marks, 'What else differs'),
    columns(''),
    facts.map(({ name, texts }) => [
      name,
      ...texts.map((text) => (/^[0-9a-f]{40,}$/.test(text) ? text.slice(0, 12) : text)),
    ]),
  )
}`;
}
