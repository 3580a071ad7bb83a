import { htmlDocument } from '../report/document.ts';
import { type Html, html } from '../report/html.ts';
import { marked } from '../report/section.ts';
import { type Cell, dataTable } from '../report/table.ts';
import { BLIND_SPOTS, RESEARCH_NOTICE } from '../report/wording.ts';
import { sweepPlot } from '../sweep/page.ts';
import type { ClaimResult } from './claims.ts';
import type { RowResult, SeedResult, TableResults } from './results.ts';
import {
  type Column,
  cellsOfRow,
  claimText,
  columnsOf,
  rowTitle,
  seedName,
  seedText,
  stateText,
  tableNotes,
  tableTitle,
} from './text.ts';
import { ranText } from './what-ran.ts';

/** The table's page: stands alone, opens from disk, and lies in the store's tables, two folders below its runs. */
export async function tablePage(results: TableResults, claims: readonly ClaimResult[]): Promise<string> {
  const { table, marks } = results;
  const columns = columnsOf(results);
  const rows = results.rows.map((result) => rowCells(result, columns));
  return htmlDocument(
    `${tableTitle(results)} · ichor table`,
    html`<a class="skip" href="#figures">Skip to the table</a>
<main>
<header class="head">
<p class="kicker">ichor · table · profile ${table.profile}</p>
<h1>${marks.map((mark) => html`<span class="mark">${mark}</span> `)}${table.title}</h1>
<aside class="notice" aria-label="Research use"><p><b>${RESEARCH_NOTICE}</b></p><p>${BLIND_SPOTS}</p></aside>
</header>
<section id="figures" aria-labelledby="figures-h"><h2 id="figures-h">Figures</h2>
${dataTable(
  tableTitle(results),
  columns.map(({ title, number }) => ({ title, number })),
  rows,
)}
${tableNotes(results).map((note) => html`<p class="note">${note}</p>`)}
</section>
${await plots(results)}
${claims.length > 0 && claimsSection(results, claims)}
${runsSection(results)}
</main>
<footer><p>${tableTitle(results)} · research use only</p></footer>
`,
  );
}

/** A cell: the mean, and under it each seed's own value, which leads to the report of its run. */
function rowCells(result: RowResult, columns: readonly Column[]): Cell[] {
  return cellsOfRow(result, columns).map((text, i): Cell => {
    if (i === 0) return rowHead(result);
    const figure = columns[i]?.figure;
    if (!figure) return text;
    const shown = result.seeds.filter((seed) => seedText(seed, figure) !== '');
    return html`<strong>${text}</strong>${shown.map((seed) => html`<br><small>${seedLink(seed, seedLine(seed, figure, result))}</small>`)}`;
  });
}

const seedLine = (seed: SeedResult, figure: string, { seeds }: RowResult): string =>
  seeds.length === 1
    ? `run ${seed.run}${intervalPart(seed, figure)}`
    : `${seedName(seed.seed)}: ${seedText(seed, figure)}`;

/** Of a single run the value stands above: only the interval is new. */
function intervalPart(seed: SeedResult, figure: string): string {
  const text = seedText(seed, figure);
  return text.includes('[') ? ` ${text.slice(text.indexOf('['))}` : '';
}

const seedLink = ({ run, recipeHash, seed }: SeedResult, text: string): Html =>
  run === null
    ? html`${text}`
    : html`<a href="../../runs/${run}/report.html" title="recipe ${recipeHash.slice(0, 12)}, ${seedName(seed)}">${text}</a>`;

function rowHead(result: RowResult): Html {
  const { row, ran } = result;
  const said = [
    stateText(result),
    row.note ?? '',
    row.baseline ? `${row.baseline.predictor} predictor, as in the evaluation of ${row.baseline.of}` : '',
    ran ? ranText(ran) : '',
  ].filter(Boolean);
  return html`<span class="wrap"><b>${rowTitle(result)}</b>${said.map((text) => html`<br><small>${text}</small>`)}</span>`;
}

/** A plot for each sweep among the rows: its first figure on the left axis, its second on the right. */
async function plots(results: TableResults): Promise<Html[]> {
  const sweeps = new Map<string, RowResult[]>();
  for (const one of results.rows) {
    if (one.row.values !== null) sweeps.set(one.row.stated, [...(sweeps.get(one.row.stated) ?? []), one]);
  }
  const sections: Html[] = [];
  for (const [name, rows] of sweeps) {
    const figures = plotFigures(results, rows[0]?.row.figures ?? []);
    const plot = await sweepPlot(
      {
        rows: rows.map(({ row, cells }) => ({ values: row.values ?? {}, cells })),
        figures,
        axes: Object.keys(rows[0]?.row.values ?? {}),
        marks: results.marks,
      },
      `plot-${name.replaceAll(/[^A-Za-z0-9-]/g, '-')}`,
    );
    const title = marked(results.marks, `Sweep ${name}`);
    sections.push(html`<section aria-label="${title}"><h2>${title}</h2>
${plot}
<p class="note">Mean over the seeds of each setting, with one standard deviation either way. A setting that is chosen by these figures was chosen by the split that they report.</p>
</section>
`);
  }
  return sections;
}

/** Those that the sweep states, where they are columns here; else the first loss and the first figure that is better where it is higher. */
function plotFigures({ figures }: TableResults, stated: readonly string[]): TableResults['figures'] {
  const own = stated.flatMap((name) => figures.find((one) => one.name === name) ?? []);
  if (own.length > 0) return own;
  return (['lower', 'higher'] as const).flatMap((better) => figures.find((one) => one.better === better) ?? []);
}

function claimsSection({ marks }: TableResults, claims: readonly ClaimResult[]): Html {
  return html`<section id="claims" aria-labelledby="claims-h"><h2 id="claims-h">Claims</h2>
${dataTable(
  marked(marks, 'What the table is expected to show'),
  [{ title: 'claim', wrap: true }, { title: 'outcome' }, { title: 'expectation' }, { title: 'figures', wrap: true }],
  claims.map((result) => {
    const { outcome, expected, figures } = claimText(result);
    const word = result.met === false ? html`<span class="wrong">${outcome}</span>` : outcome;
    return [result.claim.claim, word, expected, figures];
  }),
)}
<p class="note">holds: the whole interval lies beyond what is claimed. fails: the whole interval lies short of it. undecided: neither. The same patients are drawn for both rows and for all seeds.${marks.includes('SYNTHETIC') ? ' On generated pictures a claim is a claim about the pipeline: that an effect which was built into the generator is found again.' : ''}</p>
</section>
`;
}

function runsSection({ rows, marks }: TableResults): Html {
  return html`<section id="runs" aria-labelledby="runs-h"><h2 id="runs-h">Runs</h2>
${dataTable(
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
      : result.seeds.map((seed) => [
          rowTitle(result),
          seed.seed === null ? '' : String(seed.seed),
          seed.status,
          seed.run === null ? '' : seedLink(seed, seed.run),
          seed.recipeHash.slice(0, 16),
          seed.seconds === null ? '' : seed.seconds.toFixed(1),
          seed.error ?? '',
        ]),
  ),
)}
</section>
`;
}
