import type { Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { finding } from './finding.ts';

const about = (place: Place, path: Path, message: string, hint: string): Diagnostic =>
  finding('error', 'table-folds', place, path, message, hint);

export const foldStated = (place: Place, path: Path): Diagnostic =>
  about(
    place,
    path,
    'Folds come from one place: folds of the table, or of the row, stands beside this.',
    'Leave it out here, or take folds out of the table.',
  );

export const splitOfSequence = (place: Place, path: Path, row: string): Diagnostic =>
  about(
    place,
    path,
    `The sequence model of the row ${row} has a split of its own (sequence.split): nobody says which of the two the folds are of.`,
    'Write sequence.split: same, or take folds out.',
  );

export const splitBySlice = (place: Place, path: Path, row: string, split: string): Diagnostic =>
  about(
    place,
    path,
    `The row ${row} splits slices whatever patient they are of (${split}), and folds deal patients.`,
    'Split by patient. Where nobody knows the patients, or as a control: data.split: { type: k-fold, by: slice }.',
  );

export const splitStated = (place: Place, path: Path): Diagnostic =>
  about(
    place,
    path,
    'The table runs its rows over folds, which say how patients are split.',
    'Leave data.split out of --set, or take folds out of the table.',
  );
