import { type Html, html } from '../report/html.ts';
import { marked, type Section } from '../report/section.ts';
import { renderShell } from '../report/shell.ts';
import { type Cell, dataTable } from '../report/table.ts';
import { sweepPlot } from '../sweep/page.ts';
import { BUDGET_COLUMNS, BUDGET_NOTE, budgetCells } from './budget-columns.ts';
import { askedText, claimNotes, claimText, expectationText, gainText, kindText, outcomeText } from './claim-text.ts';
import type { ClaimResult } from './claims.ts';
import { meanOfFoldsText } from './fold-text.ts';
import { FOREST_NOTE, forestPlot } from './forest.ts';
import { noBetterText } from './no-better.ts';
import type { RowResult, TableResults } from './results.ts';
import { runName } from './run-name.ts';
import type { SeedResult } from './seed-result.ts';
import {
  type Column,
  cellsOfRow,
  columnsOf,
  ownMarks,
  RUNS_NOTE,
  rowNotes,
  rowTitle,
  runsText,
  seedOfRun,
  seedText,
  stateText,
  tableNotes,
  tableTitle,
} from './text.ts';
import { profileText } from './what-ran.ts';

/** The table's page: stands alone, opens from disk, and lies in the store's tables, two folders below its runs. */
export async function tablePage(results: TableResults, claims: readonly ClaimResult[]): Promise<string> {
  const { table, marks } = results;
  const columns = columnsOf(results);
  const titles = columns.map(({ title, number }) => ({ title, number }));
  const figures = html`${dataTable(
    tableTitle(results),
    titles,
    results.rows.map((result) => shortCells(result, columns, results)),
  )}
${tableNotes(results).map((note) => html`<p class="note">${note}</p>`)}
<details><summary>Every run by itself, and what each row ran</summary>
${dataTable(
  marked(marks, 'Every run by itself'),
  titles,
  results.rows.map((result) => rowCells(result, columns, results)),
)}
</details>`;
  return renderShell({
    kind: 'table',
    name: table.title,
    marks,
    leads: [`Table ${table.name}, ${profileText(table.profile)}: ${runsText(results)}.`],
    calibrated: 'uncalibrated but where a recipe says calibration',
    top: null,
    sections: [
      ...(claims.length > 0 ? [{ id: 'claims', title: 'Claims', body: claimsBody(results, claims) }] : []),
      { id: 'figures', title: 'Figures', body: figures },
      ...(await plots(results)),
      ...budgets(results),
      { id: 'runs', title: 'Runs', body: runsBody(results) },
    ],
    version: null,
  });
}

/** A row in short: its mean, and whether what looks at no picture is as good. */
function shortCells(result: RowResult, columns: readonly Column[], results: TableResults): Cell[] {
  const about = [ownMarks(result, results).join(' · '), stateText(result)].filter(Boolean);
  return cellsOfRow(result, columns).map((text, i): Cell => {
    if (i === 0)
      return html`<span class="row-head"><b>${breakable(rowTitle(result))}</b>${about.map((line) => html`<br><small>${line}</small>`)}</span>`;
    const figure = columns[i]?.figure;
    return figure ? html`${inWords(text)}${ofFolds(result, figure)}${noBetter(result, figure)}` : inWords(text);
  });
}

function noBetter(result: RowResult, figure: string): Html | false {
  const worse = noBetterText(result, figure);
  return worse !== '' && html`<br><small class="words wrong">${worse}</small>`;
}

function ofFolds(result: RowResult, figure: string): Html | false {
  const text = meanOfFoldsText(result, figure);
  return text !== '' && html`<br><small class="words">${text}</small>`;
}

/** A cell: the mean, and under it each seed's own value, which leads to the report of its run. */
function rowCells(result: RowResult, columns: readonly Column[], results: TableResults): Cell[] {
  return cellsOfRow(result, columns).map((text, i): Cell => {
    if (i === 0) return rowHead(result, results);
    const figure = columns[i]?.figure;
    if (!figure) return inWords(text);
    const shown = result.seeds.filter((seed) => seedText(seed, figure) !== '');
    return html`<strong>${inWords(text)}</strong>${ofFolds(result, figure)}${noBetter(result, figure)}${shown.map((seed) => html`<br><small class="seed">${seedLink(seed, seedLine(seed, figure, result))}</small>${foldLinks(seed, figure)}`)}`;
  });
}

/** A sentence in the place of a figure takes several lines; a figure takes one. */
const inWords = (text: string): Html =>
  /^[+-]?\d/.test(text) ? html`${text}` : html`<span class="words">${text}</span>`;

const seedLine = (seed: SeedResult, figure: string, { seeds, ranks }: RowResult): string =>
  seeds.length === 1 && seed.folds.length === 0
    ? `run ${seed.run}${intervalPart(seed, figure)}`
    : `${runName(seed)}: ${seedText(seed, figure, ranks)}`;

/** Each fold's own value, which leads to the report of its run. */
const foldLinks = ({ folds }: SeedResult, figure: string): Html[] =>
  folds.flatMap((fold) =>
    fold.figures === null
      ? []
      : html`<br><small class="seed">${seedLink(fold, `fold ${fold.fold}: ${seedText(fold, figure)}`)}</small>`,
  );

/** Of a single run the value stands above: only the interval is new. */
function intervalPart(seed: SeedResult, figure: string): string {
  const text = seedText(seed, figure);
  return text.includes('[') ? ` ${text.slice(text.indexOf('['))}` : '';
}

const seedLink = ({ run, recipeHash, ...one }: SeedResult, text: string): Html =>
  run === null
    ? html`${text}`
    : html`<a href="../../runs/${run}/report.html" title="recipe ${recipeHash.slice(0, 12)}, ${runName(one)}">${text}</a>`;

function rowHead(result: RowResult, results: TableResults): Html {
  return html`<span class="row-head"><b>${breakable(rowTitle(result))}</b>${rowNotes(result, results).map((text) => html`<br><small>${breakable(text)}</small>`)}</span>`;
}

/** A path or a name may go on in the next line after a dot, so that no narrow column breaks its words. */
const breakable = (text: string): Html =>
  html`${text.split(/(?<=[A-Za-z0-9][._/])(?=[A-Za-z])/).map((part, i) => (i === 0 ? html`${part}` : html`<wbr>${part}`))}`;

/** A plot for each sweep among the rows: its first figure on the left axis, its second on the right. */
async function plots(results: TableResults): Promise<Section[]> {
  const sweeps = new Map<string, RowResult[]>();
  for (const one of results.rows) {
    if (one.row.values !== null) sweeps.set(one.row.stated, [...(sweeps.get(one.row.stated) ?? []), one]);
  }
  const sections: Section[] = [];
  for (const [name, rows] of sweeps) {
    const figures = plotFigures(results, rows[0]?.row.figures ?? []);
    const plot = await sweepPlot(
      {
        rows: rows.map(({ row, cells }) => ({ values: row.values ?? {}, cells })),
        figures,
        axes: Object.keys(rows[0]?.row.values ?? {}),
        marks: results.marks,
      },
      `plot-${idOf(name)}`,
    );
    sections.push({
      id: `sweep-${idOf(name)}`,
      title: `Sweep ${name}`,
      body: html`${plot}
<p class="note">Mean over the seeds of each setting, with one standard deviation either way. A setting that is chosen by these figures was chosen by the split that they report.</p>`,
    });
  }
  return sections;
}

/** A row's name as a part of an id. */
const idOf = (name: string): string => name.replaceAll(/[^A-Za-z0-9-]/g, '-');

/** Those that the sweep states, where they are columns here; else the first loss and the first figure that is better where it is higher. */
function plotFigures({ figures }: TableResults, stated: readonly string[]): TableResults['figures'] {
  const own = stated.flatMap((name) => figures.find((one) => one.name === name) ?? []);
  if (own.length > 0) return own;
  return (['lower', 'higher'] as const).flatMap((better) => figures.find((one) => one.better === better) ?? []);
}

function claimsBody({ marks }: TableResults, claims: readonly ClaimResult[]): Html {
  const plot = forestPlot(claims);
  return html`${plot && html`<figure class="card">${plot}<figcaption>${FOREST_NOTE}</figcaption></figure>`}
${dataTable(
  marked(marks, 'What is claimed, and what it came to'),
  [
    { title: 'claim', wrap: true },
    { title: 'outcome', wrap: true },
    { title: 'gain', number: true },
    { title: 'claimed', wrap: true },
    { title: 'design' },
    { title: 'kind' },
  ],
  claims.map((result) => [
    html`${result.claim.claim}${result.claim.limit && html`<br><small>${result.claim.limit}</small>`}`,
    result.met === false
      ? html`<span class="wrong">${outcomeText(result)}</span><br><small>${expectationText(result)}</small>`
      : outcomeText(result),
    gainText(result),
    askedText(result.claim),
    result.claim.design,
    kindText(result.claim),
  ]),
)}
${claimNotes(claims, marks).map((note) => html`<p class="note">${note}</p>`)}
<details><summary>Every figure behind the claims</summary>
${dataTable(
  marked(marks, 'Claims with their figures'),
  [
    { title: 'claim', wrap: true },
    { title: 'outcome', wrap: true },
    { title: 'expectation', wrap: true },
    { title: 'figures', wrap: true },
  ],
  claims.map((result) => {
    const { outcome, expectation, figures } = claimText(result);
    return [result.claim.claim, outcome, expectation, figures];
  }),
)}
</details>`;
}

/** What each row was trained with: rows are compared by figures, and figures follow what was spent on them. */
function budgets({ rows, marks }: TableResults): Section[] {
  const trained = rows.filter(({ budget }) => budget !== null);
  if (trained.length === 0) return [];
  const table = dataTable(
    marked(marks, 'What each row was trained with'),
    [{ title: 'row' }, ...BUDGET_COLUMNS.map((title) => ({ title, number: true }))],
    trained.map((result) => [breakable(rowTitle(result)), ...budgetCells(result.budget)]),
  );
  return [{ id: 'budgets', title: 'Budgets', body: html`${table}<p class="note">${BUDGET_NOTE}</p>` }];
}

function runsBody({ rows, marks }: TableResults): Html {
  const runs = dataTable(
    marked(marks, 'Every run of the table'),
    [
      { title: 'row' },
      { title: 'seed', number: true },
      { title: 'state' },
      { title: 'report' },
      { title: 'recipe', code: true },
      { title: 'seconds', number: true },
      { title: 'error', wrap: true },
    ],
    rows.flatMap((result) =>
      result.row.baseline
        ? []
        : result.runs.map((seed) => [
            html`<span class="row-head">${breakable(rowTitle(result))}</span>`,
            seedOfRun(seed),
            seed.status,
            seed.run === null ? '' : seedLink(seed, seed.run),
            seed.recipeHash.slice(0, 16),
            seed.seconds === null ? '' : seed.seconds.toFixed(1),
            seed.error === null ? '' : `${result.row.at}: ${seed.error}`,
          ]),
    ),
  );
  return html`${runs}<p class="note">${RUNS_NOTE}</p>`;
}
