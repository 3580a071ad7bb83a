import type { Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import { either, finding } from './finding.ts';

/** `sequence`: whether a second stage reads what the first one learnt. */
export const leak = (place: Place, split: string, sequence: boolean): Diagnostic =>
  finding(
    'error',
    'leak',
    place,
    ['data', 'split', 'type'],
    `${split} puts slices of one patient on both sides: ${
      sequence
        ? 'the sequence model validates on patients whose labels the backbone saw'
        : 'the backbone validates on patients whose labels it saw'
    }, so that no figure says anything about new patients.`,
    'Write type: by-patient. Or keep it as a control: accept: [leak] stamps LEAKY SPLIT on every number that comes out.',
  );

/** Of a source without patients. */
export const patientsUnknown = (place: Place, source: string): Diagnostic =>
  finding(
    'warning',
    'patients-unknown',
    place,
    ['data', 'split', 'type'],
    `The source ${source} does not say whose slices are whose, so they are split one by one: where several are of one person, figures are too good. Every number that comes out says PATIENTS UNKNOWN.`,
    'Where patients can be known, name their column (data.source.patient) and split by patient.',
  );

/** A split of the sequence model's own. */
export const ownSplitLeaks = (place: Place, split: string, bySlice: boolean): Diagnostic =>
  finding(
    'error',
    'leak',
    place,
    ['sequence', 'split', 'type'],
    `${split} draws a split of its own for the sequence model${
      bySlice
        ? ', slices of one patient on both sides: it validates on patients whose labels it saw'
        : ': it validates on patients whose labels the backbone saw'
    }, so that no figure says anything about new patients.`,
    'Write split: same. Or keep it as a control: accept: [leak] stamps LEAKY SPLIT on every number that comes out.',
  );

/** What remains of an accepted leak: a run starts, and says it everywhere. */
export const acceptedLeak = (found: Diagnostic): Diagnostic => ({
  ...found,
  severity: 'warning',
  message: `${found.message} The recipe accepts it: every number that comes out says LEAKY SPLIT.`,
  hint: `For figures that mean something write ${
    found.path.startsWith('sequence') ? 'split: same' : 'type: by-patient'
  }, and take leak out of accept.`,
});

export function acceptUnknown(place: Place, path: Path, code: string, acceptable: readonly string[]): Diagnostic {
  const near = nearest(code, acceptable);
  return finding(
    'error',
    'accept-unknown',
    place,
    path,
    `${code} cannot be accepted.`,
    near ? `Did you mean ${near}?` : `What can be accepted: ${either(acceptable)}. Everything else has to be mended.`,
  );
}

export const acceptUnused = (place: Place, path: Path, code: string): Diagnostic =>
  finding(
    'warning',
    'accept-unused',
    place,
    path,
    `${code} is accepted, and does not occur in this recipe.`,
    'Remove it from accept.',
  );
