import type { Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import { either, finding, show } from './finding.ts';

const example = '{ remove: [transpose], patch: { affine: { probability: 0.5 } }, append: [flip-horizontal] }';

export function listEditKey(place: Place, path: Path, key: string, known: readonly string[]): Diagnostic {
  const near = nearest(key, known);
  const hint = near ? `Did you mean ${near}?` : `Known there: ${known.join(', ')}.`;
  return finding('error', 'list-edit', place, path, `${key} is no way to change a list.`, hint);
}

export const listEditForm = (place: Place, path: Path, edit: string): Diagnostic =>
  finding(
    'error',
    'list-edit',
    place,
    path,
    edit === 'patch'
      ? 'patch must be a map of the names of items to what changes in them.'
      : `${edit} must be a list${edit === 'remove' ? ' of the names of items' : ' of items'}.`,
    `For example: ${example}`,
  );

export function listEditName(
  place: Place,
  path: Path,
  edit: string,
  name: string,
  names: readonly string[],
): Diagnostic {
  const near = nearest(name, names);
  const there =
    names.length > 0
      ? `The list below has ${either(names).replace(/ or ([^,]*)$/, ' and $1')}.`
      : 'The list below is empty.';
  return finding(
    'error',
    'list-edit',
    place,
    path,
    `There is no ${name} to ${edit} in the list that this changes.`,
    near ? `Did you mean ${near}?` : there,
  );
}

export const listEditSeveral = (place: Place, path: Path, name: string, count: number): Diagnostic =>
  finding(
    'error',
    'list-edit',
    place,
    path,
    `${name} stands ${count} times in the list that this changes: which one is meant is not said.`,
    'State the whole list.',
  );

export const listEditNothing = (place: Place, path: Path, value: unknown): Diagnostic =>
  finding(
    'error',
    'list-edit',
    place,
    path,
    `This changes a list, and what stands below it is none: ${show(value)}.`,
    'State the whole list.',
  );
