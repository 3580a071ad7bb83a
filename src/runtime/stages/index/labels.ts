import { IchorError } from '../../../errors.ts';
import { LABELS, type Label, type SliceLabels, TYPES } from '../../../labels.ts';
import type { LabelRow, OpenSource } from '../../../registry/kinds/source.ts';
import type { LeftOut } from '../../ledger.ts';
import type { Identities } from '../../sources/identities.ts';
import { UnreadableTable } from '../../sources/kaggle-layout.ts';
import { patientAndNumber } from '../../sources/labels-file.ts';
import type { LedgerLines } from '../ledger-lines.ts';
import type { Candidate } from './candidate.ts';
import { invertedLabels } from './inverted-labels.ts';
import { BadRows, matchesNothing, noLabelRows, OTHERWISE, plainId, writtenOtherwise } from './label-errors.ts';
import { noteShiftedLabels } from './label-offset.ts';
import { labelsOfSeries } from './series-labels.ts';

/** How many conflicting labels an error lists. */
const MOST_SHOWN = 20;

/** Labels of a slice while they are read: two bits each, 0 unknown, 1 for value 0, 2 for value 1. */
type Packed = number;
const get = (packed: Packed, label: number): number => (packed >> (2 * label)) & 3;
const missingIn = (packed: Packed, needed: readonly Label[]): Label[] =>
  needed.filter((label) => get(packed, LABELS.indexOf(label)) === 0);
const countIn = (packed: Packed): number => LABELS.filter((_, label) => get(packed, label) !== 0).length;

/** In the place of a slice where what names it is that of several. */
const SEVERAL = 'several';
type Find<T> = (name: string) => T | typeof SEVERAL | undefined;

/** What gets labels: as much of a slice as its rows may name. */
export type Labelled = Pick<
  Candidate,
  'slice' | 'set' | 'path' | 'pictures' | 'patient' | 'series' | 'instance' | 'labels'
>;

export interface JoinOptions {
  /** So many rows may be no label. */
  tolerate?: number;
  /** Slices count as labelled with those labels that the table knows at all: to judge by, not to train on. */
  partial?: boolean;
}

/** The slice that a row names: by its id, by its file's path with or without its ending, or by patient and number. */
function finderOf(
  by: NonNullable<NonNullable<OpenSource['labels']>['by']>,
  candidates: ReadonlyMap<string, Labelled>,
): Find<Labelled> {
  if (by === 'slice') return (name) => candidates.get(name);
  const found = new Map<string, Labelled | typeof SEVERAL>();
  const add = (name: string, candidate: Labelled) => {
    const before = found.get(name);
    found.set(name, before === undefined || before === candidate ? candidate : SEVERAL);
  };
  for (const candidate of candidates.values()) {
    if (by === 'path')
      for (const { path } of candidate.pictures ?? [candidate]) {
        add(path, candidate);
        const without = path.replace(/\.[^./]*$/, '');
        if (without !== path) add(without, candidate);
      }
    else if (candidate.instance !== null) add(patientAndNumber(candidate.patient, candidate.instance), candidate);
  }
  return (name) => found.get(name);
}

/**
 * Gives the candidates their labels, by name. Returns the number of label rows. Rows that give no label become ledger
 * lines: exact duplicates, rows of no slice, rows that cannot be read (at most `tolerate` of them).
 *
 * @throws IchorError (exit 2) where what the rows say would make figures that mean nothing: `labels-unreadable`,
 * `bad-label-rows`, `conflicting-labels`, `no-label-rows`, `labels-match-nothing`, `no-complete-labels`.
 */
export async function joinLabels<T extends Labelled>(
  labels: NonNullable<OpenSource['labels']>,
  candidates: ReadonlyMap<string, T>,
  identities: Identities,
  ledger: LedgerLines,
  options: JoinOptions = {},
): Promise<{ rows: number; known: Label[] }> {
  const { tolerate = 0, partial = false } = options;
  const packed = new Map<string, Packed>();
  const conflicts: { slice: string; label: Label; line: number }[] = [];
  const bad = new BadRows(labels.shown ?? labels.file, identities.private, partial);
  let rows = 0;
  let unmatched: LabelRow | null = null;
  const numbersOfNoFile = new Set<string>();
  let several: LabelRow | null = null;
  const file = labels.shown ?? labels.file;
  const find: Find<Labelled> = finderOf(labels.by ?? 'slice', candidates);
  const without = new RowsWithoutSlice(file, labels.by ?? 'slice', candidates, identities, ledger);
  for await (const row of rowsOf(labels, identities)) {
    rows++;
    const leaveOut = (reason: LeftOut['reason'], message: string) =>
      ledger.leaveOut({ item: `${file}:${row.line}`, what: 'label-row', reason, message });
    if ('problem' in row) {
      leaveOut('bad-label-row', `The row is no label: it ${row.problem.replace(/^its/, 'says that its')}.`);
      bad.add(row, rows);
      continue;
    }
    const candidate = find(row.slice);
    if (candidate === SEVERAL) {
      leaveOut(
        'label-of-several-slices',
        `${labels.by === 'path' ? 'Its path' : 'Its patient and number'} are those of several slices: which one is meant is not known.`,
      );
      several ??= row;
      continue;
    }
    if (candidate === undefined) {
      without.add(row);
      unmatched ??= row;
      if (labels.by === 'patient-and-number') numbersOfNoFile.add(row.slice);
      continue;
    }
    if (candidate.set === 'test') {
      leaveOut(
        'label-of-test-slice',
        `The slice ${identities.name('slice', candidate.slice)} is of the test set, which has no labels.`,
      );
      continue;
    }
    const label = LABELS.indexOf(row.label);
    // The file's own text for it: the row's would keep the piece of the table alive that it was cut from.
    const { slice } = candidate;
    const before = packed.get(slice) ?? 0;
    const known = get(before, label);
    if (known === 0) packed.set(slice, before | ((row.value + 1) << (2 * label)));
    else if (known === row.value + 1) leaveOut('duplicate-label-row', `The same row stands above.`);
    else conflicts.push({ ...row, slice });
  }
  without.end();
  // To tolerate every row is to have no labels, which is no way to say so.
  if (bad.count > tolerate || (rows > 0 && bad.count === rows)) throw bad.error(rows, tolerate);
  if (conflicts.length > 0) throw await conflictError(labels, conflicts, find, identities);
  if (rows === 0) throw noLabelRows(file);
  if (packed.size === 0)
    throw matchesNothing(file, rows, {
      by: labels.by ?? 'slice',
      bad: bad.count,
      unmatched,
      several,
      candidates,
      identities,
      ledger,
      judging: partial,
    });
  const known = partial ? knownIn(packed) : LABELS;
  for (const [slice, bits] of packed)
    setLabels(candidates.get(slice) as Labelled, identities.name('slice', slice), bits, known, ledger);
  if ([...packed.values()].every((bits) => missingIn(bits, known).length > 0)) throw incomplete(file, packed);
  const inverted = invertedLabels(file, packed.size, positivesOf(packed));
  if (inverted !== null) ledger.note(inverted);
  const ofSeries = labelsOfSeries(file, candidates.values());
  if (ofSeries !== null) ledger.note(ofSeries);
  if (numbersOfNoFile.size > 0)
    noteShiftedLabels(candidates.values(), numbersOfNoFile, (slice) => packed.has(slice), identities, ledger);
  return { rows, known: [...known] };
}

/**
 * Rows of slices that no file holds. Those of one slice that stand together are one line: a few files beside Kaggle's whole
 * table would else make a ledger several times as long as the table.
 */
class RowsWithoutSlice {
  #first: LabelRow | null = null;
  #count = 0;
  /** Slices by their plain ids, once a row asks for it. */
  #otherwise: ReadonlyMap<string, string> | null = null;
  readonly #said = new Set<string>();

  constructor(
    readonly file: string,
    readonly by: NonNullable<NonNullable<OpenSource['labels']>['by']>,
    readonly candidates: ReadonlyMap<string, Labelled>,
    readonly identities: Identities,
    readonly ledger: LedgerLines,
  ) {}

  add(row: LabelRow): void {
    if (this.#first?.slice !== row.slice) {
      this.end();
      this.#first = row;
    }
    this.#count++;
  }

  end(): void {
    if (this.#first === null) return;
    const { line, slice } = this.#first;
    this.ledger.leaveOut({
      item: `${this.file}:${line}`,
      what: 'label-row',
      reason: 'label-without-slice',
      message: `No file holds the slice ${this.identities.name('slice', slice)}.`,
      ...(this.#count > 1 ? { count: this.#count } : {}),
    });
    this.#sayOtherwise(slice);
    this.#first = null;
    this.#count = 0;
  }

  /** The file that is meant is there, under the same name written otherwise: its slice has no labels. */
  #sayOtherwise(named: string): void {
    this.#otherwise ??= writtenOtherwise(this.candidates, this.by);
    const slice = this.#otherwise.get(plainId(named, this.by));
    if (slice === undefined || this.#said.has(slice)) return;
    this.#said.add(slice);
    this.ledger.note({
      item: this.identities.name('slice', slice),
      what: 'slice',
      reason: 'labels-named-otherwise',
      message: `The labels name it ${this.identities.name('slice', named)}, and so another slice.`,
      kind: 'warning',
      hint: `${OTHERWISE}: write those of the labels as the files are named.`,
    });
  }
}

/** The rows; where no row can be read, an error that repeats nothing of a private file. */
export async function* rowsOf(labels: NonNullable<OpenSource['labels']>, identities: Pick<Identities, 'private'>) {
  try {
    yield* labels.rows();
  } catch (error) {
    if (!(error instanceof UnreadableTable && identities.private)) throw error;
    throw new IchorError(error.code, error.problem, error.hint, error.exit);
  }
}

/** Labels that are there, of those that no slice has all six of: `any alone`. */
function incomplete(file: string, packed: ReadonlyMap<string, Packed>): IchorError {
  const named = LABELS.filter((_, label) => [...packed.values()].some((bits) => get(bits, label) !== 0));
  const missing = LABELS.filter((label) => !named.includes(label));
  const what = missing.length > 0 ? `none has a row of ${missing.join(', ')}` : 'of each some row is missing';
  return new IchorError(
    'no-complete-labels',
    `No slice has all six labels in ${file}: ${what}. ${packed.size === 1 ? 'The slice' : `All ${packed.size} slices`} would count as unlabelled.`,
    `Give each slice a row for each of ${LABELS.join(', ')}.`,
    2,
  );
}

/** Labels that some slice has; `any` also where it follows from the five types. */
function knownIn(packed: Map<string, Packed>): Label[] {
  const any = LABELS.indexOf('any');
  const has = (bits: Packed, label: Label) => get(bits, LABELS.indexOf(label)) !== 0;
  for (const [slice, bits] of packed)
    if (get(bits, any) === 0 && TYPES.every((type) => has(bits, type))) {
      const positive = TYPES.some((type) => get(bits, LABELS.indexOf(type)) === 2);
      packed.set(slice, bits | ((positive ? 2 : 1) << (2 * any)));
    }
  return LABELS.filter((label) => [...packed.values()].some((bits) => has(bits, label)));
}

/** Positive slices of each label, in one pass: there may be a million. */
function positivesOf(packed: ReadonlyMap<string, Packed>): Map<Label, number> {
  const counts = LABELS.map(() => 0);
  for (const bits of packed.values())
    for (let label = 0; label < counts.length; label++)
      if (get(bits, label) === 2) counts[label] = (counts[label] as number) + 1;
  return new Map(LABELS.map((label, i) => [label, counts[i] as number]));
}

function setLabels(
  candidate: Labelled,
  slice: string,
  packed: Packed,
  known: readonly Label[],
  ledger: LedgerLines,
): void {
  const count = countIn(packed);
  const lacking = missingIn(packed, known);
  if (lacking.length > 0) {
    const missing = lacking.join(', ');
    const message = `Labels of the slice ${slice} are missing (${missing}): it counts as unlabelled.`;
    ledger.leaveOut({ item: slice, what: 'label-row', reason: 'incomplete-labels', message, count });
    return;
  }
  const values = LABELS.map((label, i) => [label, get(packed, i) === 2 ? 1 : 0] as const);
  const labels = Object.fromEntries(values) as SliceLabels;
  candidate.labels = labels;
  if (known.length < LABELS.length) return;
  const or = TYPES.some((type) => labels[type] === 1) ? 1 : 0;
  if (labels.any === or) return;
  const message = `any is ${labels.any}, but ${or === 1 ? 'a type is positive' : 'no type is positive'}. Both are kept as they are.`;
  ledger.note({ item: slice, what: 'slice', reason: 'any-is-not-or', message, kind: 'warning' });
}

/** The first rows are found by reading the file again: errors are rare, and lines need memory. */
async function conflictError(
  labels: NonNullable<OpenSource['labels']>,
  conflicts: readonly { slice: string; label: Label; line: number }[],
  find: Find<Labelled>,
  identities: Identities,
): Promise<IchorError> {
  const name = (row: { slice: string; label: Label }) => `${identities.name('slice', row.slice)}_${row.label}`;
  const shown = new Map(conflicts.slice(0, MOST_SHOWN).map((row) => [name(row), row]));
  const first = new Map<string, number>();
  for await (const row of labels.rows()) {
    if ('problem' in row) continue;
    const found = find(row.slice);
    if (found === undefined || found === SEVERAL) continue;
    const own = name({ slice: found.slice, label: row.label });
    if (shown.has(own) && !first.has(own)) first.set(own, row.line);
  }
  const list = [...shown].map(([id, { line }]) => `${id} (lines ${first.get(id)} and ${line})`).join(', ');
  const more = conflicts.length > shown.size ? `, and ${conflicts.length - shown.size} more` : '';
  return new IchorError(
    'conflicting-labels',
    `${labels.shown ?? labels.file} contradicts itself: ${list}${more}.`,
    'Keep one row of each, or correct the file. Exact duplicates do no harm.',
    2,
  );
}

/** Slices of the train set that got no labels, where the source has some. */
export function noteUnlabelled(
  candidates: Iterable<Candidate>,
  hasLabels: boolean,
  identities: Identities,
  ledger: LedgerLines,
): void {
  const without = [...candidates].filter(({ set, labels }) => set === 'train' && labels === null);
  if (hasLabels)
    for (const { slice } of without) {
      const message = 'The slice has no labels: it is predicted, never trained on.';
      const item = identities.name('slice', slice);
      ledger.note({ item, what: 'slice', reason: 'slice-without-labels', message, kind: 'warning' });
    }
  else if (without.length > 0) {
    const message = `The source has no labels file: its ${without.length} train slices are predicted, never trained on.`;
    ledger.note({ item: 'labels', what: 'file', reason: 'no-labels-file', message, kind: 'warning' });
  }
}
