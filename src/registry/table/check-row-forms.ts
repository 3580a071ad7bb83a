import { rowForm, rowTwice } from '../diagnostics/findings/tables.ts';
import type { NamedRow } from './named-rows.ts';
import type { OpenTable } from './open-table.ts';

/** A row names one thing that it shows, what goes with that, and a name of its own. */
export function checkRowForms(table: OpenTable, active: readonly NamedRow[]): void {
  const seen = new Map<string, NamedRow>();
  for (const work of active) {
    const { stated, path, place, name } = work;
    const kinds = (['recipe', 'sweep', 'of'] as const).filter((key) => stated[key] !== undefined);
    const form = (message: string, hint: string) => table.fail(rowForm(place, path, message, hint));
    if (kinds.length !== 1) {
      form(
        kinds.length === 0
          ? 'This row does not say what it shows.'
          : `This row says ${kinds.join(' and ')}, and it can be one of them only.`,
        'A row names one of: recipe: FILE; sweep: FILE; of: ROW, with a baseline.',
      );
    } else if (kinds[0] === 'of') {
      if (stated.baseline === undefined)
        form(
          `The row names ${stated.of}, and not which of its predictors it shows.`,
          'baseline: constant, or baseline: all-positive',
        );
      if (stated.name === undefined)
        form('A row of a predictor has no file to be named after.', 'Give it a name: { name: constant, … }');
      for (const key of ['set', 'seeds', 'folds'] as const)
        if (stated[key] !== undefined)
          form(`${key} belongs to a row that runs, and this one shows a predictor of ${stated.of}.`, `Delete ${key}.`);
    } else if (stated.baseline !== undefined) {
      form(
        'A baseline is a predictor of another row, and this one names a recipe.',
        'Write { name: constant, of: ROW, baseline: constant }.',
      );
    }
    const before = seen.get(name);
    if (before) table.fail(rowTwice(place, path, name, before.place.line));
    else seen.set(name, work);
  }
}
