import { rowForm, rowProfileUnknown } from '../diagnostics/findings/tables.ts';
import { SMOKE } from '../resolve/steps/profile.ts';
import type { Path } from '../values/path.ts';
import { FULL } from './language.ts';
import type { NamedRow } from './named-rows.ts';
import type { OpenTable } from './open-table.ts';

/** Under a misspelt profile a row would never be part of the table; a table has a row under those that were chosen. */
export function checkRowProfiles(table: OpenTable, all: readonly NamedRow[], active: readonly NamedRow[]): void {
  const known = [FULL, SMOKE, ...table.loaded.profiles];
  for (const { stated, path, name } of all) {
    for (const [index, profile] of (stated.profiles ?? []).entries()) {
      const below: Path = [...path, 'profiles', index];
      if (!known.includes(profile)) table.fail(rowProfileUnknown(table.place(below), below, name, profile, known));
    }
  }
  if (active.length > 0) return;
  const under = table.names.length === 0 ? FULL : table.names.join(', ');
  table.fail(
    rowForm(
      table.place(['rows']),
      ['rows'],
      `This table has no row under ${under}.`,
      `Name ${under} in the profiles of a row, or choose another with --profile.`,
    ),
  );
}
