import { IchorError } from '../../../errors.ts';
import type { BadLabelRow, LabelRow, OpenSource } from '../../../registry/kinds/source.ts';
import { byReason, number, reasonsText } from '../../notices/words.ts';
import { oneLine } from '../../one-line.ts';
import type { Identities } from '../../sources/identities.ts';
import { patientAndNumber } from '../../sources/labels-file.ts';
import type { LedgerLines } from '../ledger-lines.ts';
import type { Candidate } from './candidate.ts';
import { plainNumber, readId } from './placeholder.ts';

/** How many bad rows an error shows. */
const MOST_SHOWN = 5;

/** Label rows that cannot be read: how many, and the first of them. */
export class BadRows {
  count = 0;
  readonly #first: BadLabelRow[] = [];
  readonly #problems = new Map<string, number>();
  /** The last of them, and which row of the file it is, counted from 1. */
  #last: { row: BadLabelRow; place: number } | null = null;

  constructor(
    readonly file: string,
    /** Nothing of what stands in the file is repeated. */
    readonly isPrivate: boolean,
    /** They judge predictions: no recipe says how many are tolerated. */
    readonly judging: boolean,
  ) {}

  /** @param place of the row among those of the file. */
  add(row: BadLabelRow, place: number): void {
    this.count++;
    this.#last = { row, place };
    if (this.#first.length < MOST_SHOWN) this.#first.push(row);
    this.#problems.set(row.problem, (this.#problems.get(row.problem) ?? 0) + 1);
  }

  /** Whether the last bad row ends the file in the middle of what others have. */
  #cutOff(rows: number): boolean {
    if (this.#last === null || this.#last.place !== rows || rows === 1) return false;
    const { problem, text } = this.#last.row;
    // What no row begins with is a line of another program: `(1140 rows affected)`.
    return (
      /^"?[\w.\-/\\]*"?,?$/.test(text.trimEnd()) && (/column|\bID\b/.test(problem) || text.trimEnd().endsWith(','))
    );
  }

  error(rows: number, tolerate: number): IchorError {
    const shown = this.#first.map(({ line, text, problem }) =>
      this.isPrivate || text === '' ? `line ${line}: ${problem}` : `line ${line} (${oneLine(text)}): ${problem}`,
    );
    const more = this.count > shown.length ? `; and ${number(this.count - shown.length)} more` : '';
    const [worst = ''] = [...this.#problems].sort((a, b) => b[1] - a[1]).map(([problem]) => problem);
    const allowed = tolerate === 0 ? '' : `, ${number(tolerate)} are tolerated`;
    return new IchorError(
      'bad-label-rows',
      `${number(this.count)} of ${number(rows)} label rows cannot be read${allowed}: ${this.file}, ${shown.join('; ')}${more}.`,
      // One bad row at the very end is no fault of the table's.
      this.count === 1 && this.#cutOff(rows)
        ? 'It is the last line of the file: was that cut off? Copy it again.'
        : // Where most rows are bad, the file is written otherwise: to tolerate them is to have no labels.
          this.judging || this.count * 2 > rows
          ? hintFor(worst)
          : `${hintFor(worst)} Or let their slices count as unlabelled: data.labels.tolerate: ${this.count}.`,
      2,
    );
  }
}

function hintFor(problem: string): string {
  if (/spreadsheet/.test(problem))
    return 'The last digits are gone, so that several slices or people have one id: write the table anew, with that column as text.';
  if (/Label|neither 0 nor 1|is empty/.test(problem))
    return 'A label is 0 or 1 (0.0 and 1.0 are read too): write True or yes as 1, False or no as 0. A slice that nobody labelled has no row: leave its rows out.';
  if (/\bID\b/.test(problem))
    return 'An ID is the name of a file without .dcm, an underscore and a label: ID_0123_any.';
  if (/column/.test(problem)) return 'Each row has as many columns as the first line, parted by commas.';
  return 'Mend these rows.';
}

export const noLabelRows = (file: string): IchorError =>
  new IchorError('no-label-rows', `${file} holds no label row.`, 'Was it cut off? Copy it again.', 2);

type By = NonNullable<NonNullable<OpenSource['labels']>['by']>;

/** What rows name a slice by, without what people and tools add to it or take away: folders, `.dcm`, capitals, spaces, zeros. */
export function plainId(id: string, by: By): string {
  // Here the slash parts patient and number.
  if (by === 'patient-and-number') {
    const at = id.lastIndexOf('/');
    return `${plainNumber(readId(id.slice(0, at)))}/${id.slice(at + 1)}`;
  }
  const name = id.replace(/^.*[/\\]/, '').replace(/\.(dcm|dicom|ima)$/i, '');
  return plainNumber(readId(name));
}

/** As much of a slice as a row may name. */
type Named = Pick<Candidate, 'slice' | 'set' | 'path' | 'patient' | 'instance'>;

/** Slices of the train folder by their plain ids; those that two slices share name neither. */
export function writtenOtherwise(candidates: ReadonlyMap<string, Named>, by: By): Map<string, string> {
  const found = new Map<string, string>();
  const shared = new Set<string>();
  for (const [slice, { set, path, patient, instance }] of candidates) {
    if (set !== 'train') continue;
    if (by === 'patient-and-number' && instance === null) continue;
    const named = by === 'slice' ? slice : by === 'path' ? path : patientAndNumber(patient, instance as number);
    // With its ending or without, as a row may name it.
    for (const plain of new Set(
      [named, by === 'path' ? named.replace(/\.[^./]*$/, '') : named].map((one) => plainId(one, by)),
    )) {
      if (found.has(plain)) shared.add(plain);
      found.set(plain, slice);
    }
  }
  for (const plain of shared) found.delete(plain);
  return found;
}

export const OTHERWISE = 'Ids differ only in capitals, spaces, zeros in front, folders or .dcm';

const HINTS = {
  slice:
    'A slice is called as its file without .dcm in Kaggle’s layout (an ID: that, an underscore and a label), by its SOP Instance UID in a folder of DICOM files. Are labels and files of one set? A table that has patients and numbers, or paths, says so: data.labels.patient and number, or path.',
  path: "A path starts at the source's folder, in a zip with the zip's top folder: Patients/049/14.dcm. Capitals, zeros in front (049, 49) and the table's encoding count. Are labels and files of one set?",
  'patient-and-number':
    'A patient is what the files say (Patient ID), a number their InstanceNumber. Are labels and files of one set?',
} as const;

/** Names that are hashed say nothing to whoever has both table and files before him. */
const HASHED = {
  judging: ' Names stand here as keyed hashes: --show-ids names them as they are.',
  training: ' Names stand here as keyed hashes: data.source.showIds: true names them as they are.',
} as const;

/** Rows that can be read, and not one of a slice of the train folder. */
export function matchesNothing(
  file: string,
  rows: number,
  {
    by,
    bad,
    unmatched,
    several,
    candidates,
    identities,
    ledger,
    judging,
  }: {
    /** What rows name slices by. */
    by: By;
    /** So many of the rows cannot be read, and were tolerated. */
    bad: number;
    /** The first row of a slice that no file holds; null: all of them are of test slices. */
    unmatched: LabelRow | null;
    /** The first row of what several slices are called by. */
    several: LabelRow | null;
    candidates: ReadonlyMap<string, Named>;
    identities: Identities;
    ledger: LedgerLines;
    /** They judge predictions, which may be of files of any folder. */
    judging: boolean;
  },
): IchorError {
  const found = [...candidates.values()].find(({ set }) => set === 'train');
  const otherwise = unmatched === null ? undefined : writtenOtherwise(candidates, by).get(plainId(unmatched.slice, by));
  const left = byReason(ledger.part().leftOut, 'file');
  const count = left.reduce((sum, one) => sum + one.count, 0);
  const why = count === 0 ? '' : ` Of the files ${number(count)} were left out: ${reasonsText(left)}.`;
  const unread =
    bad === 0
      ? ''
      : ` ${number(bad)} more ${bad === 1 ? 'row' : 'rows'} cannot be read, as data.labels.tolerate allows.`;
  const message = (what: string) =>
    `No row of ${file} names a slice that ${judging ? 'is predicted' : 'can be trained on'}: ${what}.${why}${unread}`;
  const readable = rows - bad;
  if (several !== null)
    return new IchorError(
      'labels-match-nothing',
      message(
        `${by === 'path' ? 'the path' : 'the patient and number'} in line ${several.line} ${by === 'path' ? 'is that' : 'are those'} of several slices, and which one is meant is not known`,
      ),
      by === 'path'
        ? 'Name files with their endings.'
        : 'A patient and a number name a slice only where each patient has one series with it: name slices by their SOP instance UIDs, or files by their paths.',
      2,
    );
  if (unmatched === null)
    return new IchorError(
      'labels-match-nothing',
      message(
        readable === 1
          ? `the only row${bad > 0 ? ' that can be read' : ''} is of a slice of the test folder`
          : `all ${number(readable)} rows${bad > 0 ? ' that can be read' : ''} are of test slices`,
      ),
      'Only slices of the train folder are trained on: are the two folders mixed up?',
      2,
    );
  // As rows name slices: an id says nothing to who looks for a path.
  const named = (one: Named) =>
    by === 'path'
      ? identities.name('file', one.path)
      : by === 'slice' || one.instance === null
        ? identities.name('slice', one.slice)
        : identities.name('slice', patientAndNumber(one.patient, one.instance));
  const asked = identities.name(by === 'path' ? 'file' : 'slice', unmatched.slice);
  const there = found === undefined ? 'there is no slice to train on' : `a file that is there is ${named(found)}`;
  return new IchorError(
    'labels-match-nothing',
    message(`line ${unmatched.line} names ${asked}, ${there}`),
    otherwise !== undefined
      ? `${OTHERWISE}: write those of the labels as the files are named.`
      : found === undefined
        ? 'Put the files that the labels name into the train folder.'
        : `${judging ? HINTS[by].replace(/ Other names: .*$/, ' Other names: --columns path=…, or patient=…,number=….') : HINTS[by]}${identities.private ? HASHED[judging ? 'judging' : 'training'] : ''}`,
    2,
  );
}
