import { setImmediate as nextTurn } from 'node:timers/promises';
import { compareRuns } from '../runtime/compare/compare-runs.ts';
import type { Comparison } from '../runtime/compare/comparison.ts';
import { comparisonPage } from '../runtime/compare/page.ts';
import { type ComparisonTables, comparisonTables } from '../runtime/compare/tables.ts';
import { findRun } from '../runtime/runs/find-run.ts';
import { abortable, never } from './aborted.ts';
import { runNamed } from './open-run.ts';
import { type CompareOptions, checkedOptions, placesOf, shown, wrongOption } from './options.ts';
import { openRegistry } from './registry.ts';

/** Whether a text is a page of such a comparison. */
export { isComparisonPage } from '../runtime/compare/page.ts';

export interface ComparedRuns extends Comparison {
  /** The store that was asked. Absolute. */
  store: string;
  /**
   * The comparison as one page of HTML, which opens from disk without a request.
   * @param folder absolute, where the page will lie: its links to the runs' reports start there
   */
  page(folder: string): Promise<string>;
  /** The same as plain cells, as a terminal shows it; the first row of each holds the names of its columns. */
  tables: ComparisonTables;
}

/** See `compareRuns` of `ichor/run`. */
export async function compareRunsNow(names: readonly string[], options?: CompareOptions): Promise<ComparedRuns> {
  if (!Array.isArray(names) || names.some((name) => typeof name !== 'string' || name === ''))
    throw wrongOption(
      `compareRuns() takes a list of names first, and was given ${shown(names)}.`,
      'compareRuns([A, B])',
    );
  const { signal = never(), ...places } = checkedOptions('compareRuns', options);
  const { cwd, storeRoot } = placesOf(places);
  return abortable(signal, async () => {
    const found = [];
    for (const name of names) found.push(await findRun(storeRoot, runNamed(name, storeRoot, cwd)));
    const comparison = await compareRuns(found, openRegistry(), async () => {
      await nextTurn();
      signal.throwIfAborted();
    });
    return {
      ...comparison,
      store: storeRoot,
      tables: comparisonTables(comparison),
      page: (folder) => comparisonPage(comparison, folder),
    };
  });
}
