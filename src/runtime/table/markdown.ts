import { BUDGET_COLUMNS, BUDGET_NOTE, budgetCells } from './budget-columns.ts';
import { claimNotes, claimText } from './claim-text.ts';
import type { ClaimResult } from './claims.ts';
import { meanOfFoldsText } from './fold-text.ts';
import { noBetterText } from './no-better.ts';
import type { RowResult, TableResults } from './results.ts';
import { runName } from './run-name.ts';
import {
  cellsOfRow,
  columnsOf,
  failedOf,
  RUNS_NOTE,
  rowNotes,
  rowTitle,
  seedOfRun,
  seedText,
  tableNotes,
  tableTitle,
} from './text.ts';

/** The table as Markdown, for a job's summary or a page of documentation. */
export function tableMarkdown(results: TableResults, claims: readonly ClaimResult[]): string {
  const columns = columnsOf(results);
  const lines = results.rows.map((result) => {
    const [, ...cells] = cellsOfRow(result, columns);
    const withSeeds = cells.map((cell, i) => {
      const figure = columns[i + 1]?.figure;
      const seeds = figure
        ? [meanOfFoldsText(result, figure), noBetterText(result, figure), ...seedLines(result, figure)].filter(Boolean)
        : [];
      return [escaped(cell), ...seeds.map((text) => `<small>${escaped(text)}</small>`)].join('<br>');
    });
    return line([rowCell(result, results), ...withSeeds]);
  });
  const parts = [
    `# ${escaped(tableTitle(results))}`,
    [
      line(columns.map(({ title }) => escaped(title))),
      line(columns.map(({ number }) => (number ? '---:' : '---'))),
      ...lines,
    ].join('\n'),
    ...tableNotes(results).map(escaped),
    ...failures(results),
    ...(claims.length > 0 ? ['## Claims', claimsTable(claims), ...claimNotes(claims, results.marks)] : []),
    ...budgets(results),
    '## Runs',
    runsTable(results),
    RUNS_NOTE,
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Each seed's value; a single seed has none of its own, unless it has an interval. */
function seedLines({ seeds, ranks }: RowResult, figure: string): string[] {
  const texts = seeds.map((seed) => ({ name: runName(seed), text: seedText(seed, figure, ranks) }));
  const shown = texts.filter(({ text }) => text !== '');
  if (seeds.length === 1 && !shown.some(({ text }) => /\[|by fold/.test(text))) return [];
  return shown.map(({ name, text }) => `${name}: ${text}`);
}

function rowCell(result: RowResult, results: TableResults): string {
  return [
    `**${escaped(rowTitle(result))}**`,
    ...rowNotes(result, results).map((text) => `<small>${escaped(text)}</small>`),
  ].join('<br>');
}

function failures({ rows }: TableResults): string[] {
  return rows.flatMap((result) =>
    result.row.baseline
      ? []
      : failedOf(result).map(
          ({ error, ...run }) =>
            `**${escaped(rowTitle(result))}**, ${runName(run)}, failed (${escaped(result.row.at)}): ${escaped(error ?? '')}`,
        ),
  );
}

function claimsTable(claims: readonly ClaimResult[]): string {
  const rows = claims.map((result) => {
    const { outcome, expectation, figures } = claimText(result);
    const word = result.met === false ? `**${outcome}**` : outcome;
    return line([escaped(result.claim.claim), word, expectation, escaped(figures)]);
  });
  return [line(['claim', 'outcome', 'expectation', 'figures']), line(['---', '---', '---', '---']), ...rows].join('\n');
}

function budgets({ rows }: TableResults): string[] {
  const lines = rows.flatMap((result) =>
    result.budget === null ? [] : line([escaped(rowTitle(result)), ...budgetCells(result.budget)]),
  );
  if (lines.length === 0) return [];
  const titles = [line(['row', ...BUDGET_COLUMNS]), line(['---', ...BUDGET_COLUMNS.map(() => '---:')])];
  return ['## Budgets', [...titles, ...lines].join('\n'), BUDGET_NOTE];
}

function runsTable({ rows }: TableResults): string {
  const lines = rows.flatMap((result) =>
    result.row.baseline
      ? []
      : result.runs.map(({ status, run, recipeHash, seconds, ...one }) =>
          line([
            escaped(rowTitle(result)),
            seedOfRun(one),
            status,
            run ?? '',
            `\`${recipeHash.slice(0, 12)}\``,
            seconds === null ? '' : seconds.toFixed(1),
          ]),
        ),
  );
  const titles = ['row', 'seed', 'state', 'run', 'recipe', 'seconds'];
  return [line(titles), line(['---', '---:', '---', '---', '---', '---:']), ...lines].join('\n');
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
/** What a recipe, a row or an error says is text: no markup, no cell of its own. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
