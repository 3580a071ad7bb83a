import type { Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import { either, finding } from './finding.ts';

export function unknownProfile(place: Place, name: string, known: readonly string[]): Diagnostic {
  const near = nearest(name, known);
  return finding(
    'error',
    'unknown-profile',
    place,
    ['profiles', name],
    `This recipe has no profile named ${name}.`,
    near ? `Did you mean ${near}?` : `It has ${either(known)}.`,
  );
}

export const profileForm = (place: Place, path: Path): Diagnostic =>
  finding(
    'error',
    'wrong-type',
    place,
    path,
    path.length === 1
      ? 'profiles must be a map of names to parts of a recipe.'
      : `The profile ${String(path.at(-1))} must be a part of a recipe.`,
    'profiles: { short: { train: { backbone: { epochs: 1 } } } }',
  );

export const profileTaken = (place: Place, name: string): Diagnostic =>
  finding(
    'error',
    'profile-taken',
    place,
    ['profiles', name],
    `${name} is a profile that every recipe has: it takes a recipe through every stage with next to no data.`,
    'Choose another name.',
  );

export const profileReserved = (place: Place, path: Path, key: string): Diagnostic =>
  finding(
    'error',
    'profile-reserved',
    place,
    path,
    `A profile cannot set ${key}, which belongs to the file as a whole.`,
    'Move it to the top of the file, or make a recipe of its own that extends this one.',
  );
