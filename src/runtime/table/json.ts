import { claimText } from './claim-text.ts';
import type { ClaimResult } from './claims.ts';
import { meanOfFolds } from './fold-text.ts';
import { noBetterText } from './no-better.ts';
import type { TableResults } from './results.ts';
import type { SeedResult } from './seed-result.ts';
import { tableNotes, tableTitle } from './text.ts';

/** `table.json`: all that the other forms show, for programs. */
export function tableJson(results: TableResults, claims: readonly ClaimResult[]): string {
  const { table, marks, figures, rows } = results;
  const json = {
    format: 1,
    name: table.name,
    title: tableTitle(results),
    profile: table.profile,
    set: table.set,
    marks,
    figures,
    rows: rows.map(
      ({ row, marks: own, ran, budget, budgetMarks, seeds, ranks, cells, comparable, paper, paperPrivate }) => ({
        name: row.name,
        stated: row.stated,
        at: row.at,
        set: row.set,
        note: row.note,
        marks: own,
        values: row.values,
        baseline: row.baseline,
        ran,
        budget,
        budgetMarks,
        paper: table.paper === null ? null : { figure: table.paper, shown: paper, kagglePrivate: paperPrivate },
        comparable: comparable && { comparable: comparable.comparable, reasons: comparable.reasons },
        cells,
        /** Figures in which it, or a run of it, says no more than a predictor without pictures. */
        noBetter: Object.fromEntries(
          table.figures.flatMap((name) => {
            const text = noBetterText({ seeds }, name);
            return text === '' ? [] : [[name, text]];
          }),
        ),
        ...(row.folds === null
          ? {}
          : {
              folds: row.folds,
              /** Of figures that go by the order of scores. */
              meanOfFolds: Object.fromEntries(
                table.figures.flatMap((name) => {
                  const value = meanOfFolds({ seeds, ranks }, name);
                  return value === null ? [] : [[name, value]];
                }),
              ),
            }),
        seeds: seeds.map((seed) => seedJson(seed, table.figures)),
      }),
    ),
    claims: claims.map(({ claim: { partner, ...claim }, ...result }) => ({
      ...claim,
      partner: partner?.baseline ?? null,
      ...result,
      text: claimText({ claim: { ...claim, partner }, ...result }),
    })),
    notes: tableNotes(results),
  };
  return `${JSON.stringify(json, null, 1)}\n`;
}

/** A run; of a pool its folds stand in it. */
const seedJson = ({ record, figures, fold, folds, ...seed }: SeedResult, shown: readonly string[]): object => ({
  ...seed,
  ...(fold === null ? {} : { fold }),
  engine: record?.engine ?? null,
  machines: record?.machines ?? null,
  components: record?.components ?? null,
  figures: figures?.filter(({ name }) => shown.includes(name)) ?? null,
  ...(folds.length === 0 ? {} : { folds: folds.map((one) => seedJson(one, shown)) }),
});
