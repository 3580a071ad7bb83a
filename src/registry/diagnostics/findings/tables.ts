import type { Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import { either, finding } from './finding.ts';

const didYouMean = (name: string, known: readonly string[], otherwise: string): string => {
  const near = nearest(name, known);
  return near ? `Did you mean ${near}?` : otherwise;
};

export const isTable = (place: Place): Diagnostic =>
  finding(
    'error',
    'is-table',
    place,
    ['table'],
    'This file is a table, and no recipe.',
    'Its rows are run with: ichor table FILE',
  );

export const noTable = (place: Place, recipe: boolean): Diagnostic =>
  finding(
    'error',
    'no-table',
    place,
    ['table'],
    recipe ? 'This file is a recipe, and no table.' : 'This file does not say that it is a table.',
    recipe ? 'It is run with: ichor run FILE; a table names it under rows.' : 'A table starts with: table: 1',
  );

export const unknownTableProfile = (place: Place, name: string, known: readonly string[]): Diagnostic =>
  finding(
    'error',
    'unknown-profile',
    place,
    ['profiles', name],
    `Neither this table nor any of its recipes has a profile named ${name}.`,
    didYouMean(name, known, known.length > 0 ? `There is ${either(known)}.` : 'The table has none.'),
  );

/** `full`: on the command line, or as the name of a profile of the table. */
export const fullProfile = (place: Place, name: string, stated: boolean): Diagnostic =>
  finding(
    'error',
    stated ? 'profile-taken' : 'unknown-profile',
    place,
    ['profiles', name],
    `${name} is the table without a profile: its recipes as they stand.`,
    stated ? 'Choose another name.' : `Leave --profile ${name} out.`,
  );

export const tableProfileKey = (place: Place, path: Path, key: string, known: readonly string[]): Diagnostic =>
  finding(
    'error',
    'profile-reserved',
    place,
    path,
    `A profile of a table cannot set ${key}.`,
    didYouMean(key, known, `It can set ${either(known)}.`),
  );

export const rowForm = (place: Place, path: Path, message: string, hint: string): Diagnostic =>
  finding('error', 'table-row', place, path, message, hint);

export const rowTwice = (place: Place, path: Path, name: string, line: number): Diagnostic =>
  finding(
    'error',
    'table-row-twice',
    place,
    path,
    `There is a row named ${name} already, in line ${line}.`,
    'Give one of them a name of its own: { name: NAME, recipe: FILE }',
  );

export const rowUnknown = (place: Place, path: Path, name: string, known: readonly string[]): Diagnostic =>
  finding(
    'error',
    'table-row-unknown',
    place,
    path,
    `This table has no row named ${name}.`,
    didYouMean(name, known, known.length > 0 ? `It has ${either(known)}.` : 'Its rows have errors of their own.'),
  );

/** The row exists, and not under the profiles that were chosen. */
export const rowElsewhere = (place: Place, path: Path, name: string, profile: string): Diagnostic =>
  finding(
    'error',
    'table-row-unknown',
    place,
    path,
    `The row ${name} is no part of this table under ${profile}.`,
    `Take the expectation out of expect, or name ${profile} in the profiles of the row.`,
  );

export const rowRecipeMissing = (
  place: Place,
  path: Path,
  file: string,
  why: string,
  near: string | null,
): Diagnostic =>
  finding(
    'error',
    'table-recipe',
    place,
    path,
    `${file} cannot be read: ${why}.`,
    near ? `Did you mean ${near}?` : 'A path of a row is meant from the folder of the table.',
  );

export const rowRecipeOutside = (place: Place, path: Path, file: string): Diagnostic =>
  finding(
    'error',
    'table-recipe',
    place,
    path,
    `${file} lies outside of the project: a row names a recipe of its own project, by a relative path.`,
    'Copy the recipe into the project.',
  );

export const rowIsSweep = (place: Place, path: Path, file: string): Diagnostic =>
  finding(
    'error',
    'table-recipe',
    place,
    path,
    `${file} is a sweep.`,
    `Write { sweep: ${file} }: its settings are rows.`,
  );

export const rowNoSweep = (place: Place, path: Path, file: string): Diagnostic =>
  finding('error', 'table-recipe', place, path, `${file} has no sweep.`, `Write { recipe: ${file} }`);

/** `known`: what the recipe says of its own profiles. */
export const rowProfile = (place: Place, path: Path, row: string, profile: string, known: string): Diagnostic =>
  finding(
    'error',
    'table-row-profile',
    place,
    path,
    `The recipe of the row ${row} has no profile named ${profile}.`,
    `${known} To leave the row out there, name the profiles that it is for: profiles: […]`,
  );

/** A row is for a profile that the table does not have. */
export const rowProfileUnknown = (
  place: Place,
  path: Path,
  row: string,
  profile: string,
  known: readonly string[],
): Diagnostic =>
  finding(
    'error',
    'table-row-profile',
    place,
    path,
    `The row ${row} is for ${profile}, and the table has no such profile.`,
    didYouMean(profile, known, `It has ${either(known)}.`),
  );

export const figureUnknown = (
  place: Place,
  path: Path,
  figure: string,
  row: string,
  known: readonly string[],
): Diagnostic =>
  finding(
    'error',
    'table-figure',
    place,
    path,
    `The evaluation of the row ${row} gives no figure named ${figure}.`,
    didYouMean(figure, known, `It gives ${either(known)}.`),
  );

export const tableSeed = (place: Place, path: Path): Diagnostic =>
  finding(
    'error',
    'table-seed',
    place,
    path,
    'The seeds of a table stand under seeds: a row that sets its own seed would be one run under several names.',
    'Write them there: seeds: [211, 212, 213]',
  );

export const claimForm = (place: Place, path: Path, message: string, hint: string): Diagnostic =>
  finding('error', 'table-claim', place, path, message, hint);

export const expectUnknown = (place: Place, path: Path, name: string, known: readonly string[]): Diagnostic =>
  finding(
    'error',
    'table-expect',
    place,
    path,
    `An outcome is expected under ${name}, and the table has no such profile.`,
    didYouMean(name, known, `It has ${either(known)}.`),
  );
