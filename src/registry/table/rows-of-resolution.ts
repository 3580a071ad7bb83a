import { blocksRun } from '../diagnostics/blocks-run.ts';
import type { Resolution } from '../resolve/resolve.ts';
import type { TableRow } from './table.ts';

/** A recipe's row, or a row for each setting of a sweep. `data`, `fold`: what it was resolved with. */
export function rowsOfResolution(
  { sweep, registry, plugins, diagnostics }: Resolution,
  row: Pick<TableRow, 'name' | 'at' | 'set' | 'note' | 'profile'> & {
    file: string;
    data: number | null;
    fold: number | null;
  },
): TableRow[] {
  const groups = new Map<string, NonNullable<typeof sweep>['recipes'][number][]>();
  for (const one of sweep?.recipes ?? []) {
    const key = JSON.stringify(one.point.values);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((points): TableRow[] => {
    const [first] = points;
    if (!first) return [];
    const setting = first.point.name.replace(/\.?seed-\d+$/, '');
    return [
      {
        name: sweep?.stated && setting !== '' ? `${row.name}.${setting}` : row.name,
        stated: row.name,
        at: row.at,
        set: row.set,
        note: row.note,
        file: row.file,
        profile: row.profile,
        values: sweep?.stated ? first.point.values : null,
        figures: sweep?.figures ?? [],
        baseline: null,
        seeds: points.map(({ point }) => point.seed),
        dataSeeds: [row.data],
        folds: null,
        runs: points.map(({ point, recipe, text }) => ({
          seed: point.seed,
          data: row.data,
          fold: row.fold,
          recipe: once(recipe),
          text,
        })),
        registry,
        plugins,
        blocking: blocksRun(diagnostics),
        findings: diagnostics,
      },
    ];
  });
}

/** The same rows on one data set after the other. */
export function onAllData(rows: readonly (readonly TableRow[])[]): TableRow[] {
  const [first = [], ...others] = rows;
  return first.map((row, i) => ({
    ...row,
    dataSeeds: rows.flatMap((each) => each[i]?.dataSeeds ?? []),
    runs: [row, ...others.flatMap((each) => each[i] ?? [])].flatMap(({ runs }) => runs),
  }));
}

/** The same rows over the folds of one data set: of each seed all folds, so that its figures come before the next one's. */
export function onAllFolds(rows: readonly (readonly TableRow[])[]): TableRow[] {
  const [first = []] = rows;
  return first.map((row, i) => ({
    ...row,
    folds: rows.length,
    runs: row.runs.flatMap((_, seed) => rows.flatMap((each) => each[i]?.runs[seed] ?? [])),
  }));
}

/** A table asks for the recipe of each of its runs whenever it is shown. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
