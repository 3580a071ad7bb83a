import { IchorError } from '../../../errors.ts';
import type { BadPictureRecord, OpenSource, PictureRecord } from '../../../registry/kinds/source.ts';
import type { LeftOut } from '../../ledger.ts';
import { number } from '../../notices/words.ts';
import type { PictureReading } from '../../pictures/picture-header.ts';
import type { Identities } from '../../sources/identities.ts';
import { type LedgerLines, shownPath } from '../ledger-lines.ts';
import { AlikeIds } from './alike-ids.ts';
import type { Candidate, CandidatePicture } from './candidate.ts';
import { MeantFiles } from './meant-files.ts';

/** How many rows a message names. */
const MOST_SHOWN = 5;
/** What is wrong with a file whatever the table says of it. */
const KEPT: readonly string[] = ['hidden-file', 'hidden-folder', 'unlistable-folder', 'link-above', 'dangling-link'];
const FOLDERS: readonly string[] = ['unlistable-folder', 'hidden-folder'];

export interface PictureSource {
  source: OpenSource & { records: NonNullable<OpenSource['records']> };
  /** The pictures that channels name, the first of them first. */
  wanted: readonly string[];
  identities: Identities;
  ledger: LedgerLines;
}

/**
 * Rows of the table whose pictures are there become candidates; every file gets its fate. A slice that lacks a picture that a
 * channel names, or whose pictures have several sizes, is left out with all of its files.
 *
 * @throws IchorError (exit 2) `bad-table-rows`, `conflicting-rows` where what the table says cannot be meant.
 */
export async function pictureCandidates(
  readings: readonly PictureReading[],
  { source, wanted, identities, ledger }: PictureSource,
): Promise<Candidate[]> {
  const byPath = new Map(readings.map((reading) => [reading.file.path, reading]));
  const table = await recordsOf({ source, identities, ledger });
  const claimed = new Set<string>();
  const unasked = new Map<string, number>();
  const candidates: Candidate[] = [];
  const meant = new MeantFiles(readings.map(({ file }) => file.path));
  for (const record of table) {
    for (const [name, path] of Object.entries(record.pictures)) {
      claimed.add(path);
      if (!wanted.includes(name) && byPath.has(path)) unasked.set(name, (unasked.get(name) ?? 0) + 1);
    }
    const made = candidateOf(record, byPath, { wanted, identities, ledger, meant });
    if (made !== null) candidates.push(made);
  }
  for (const { file, problem } of readings) {
    if (claimed.has(file.path)) continue;
    const item = shownPath(identities.name('file', file.path));
    const own = problem !== null && KEPT.includes(problem.reason) ? problem : null;
    const what = own !== null && FOLDERS.includes(own.reason) ? 'folder' : 'file';
    ledger.leaveOut({
      item,
      what: 'file',
      reason: own?.reason ?? 'not-named',
      message:
        own === null
          ? 'Neither a row of the table nor a path of the recipe names the file.'
          : `The ${what} ${own.message}.`,
    });
  }
  for (const [name, count] of unasked)
    ledger.leaveOut({
      item: name,
      what: 'file',
      reason: 'picture-not-asked',
      message: `No channel names the picture ${name}.`,
      count,
    });
  return candidates;
}

/** The rows, each slice once. */
async function recordsOf({ source, identities, ledger }: Omit<PictureSource, 'wanted'>): Promise<PictureRecord[]> {
  const alike = new AlikeIds();
  const slices = new Map<string, PictureRecord>();
  const owners = new Map<string, { slice: string; line: number | null }>();
  const bad: BadPictureRecord[] = [];
  const conflicts: string[] = [];
  for await (const record of source.records()) {
    if ('problem' in record) {
      bad.push(record);
      continue;
    }
    const { slice, line } = record;
    const before = slices.get(slice);
    if (before !== undefined) {
      conflicts.push(`lines ${before.line} and ${line} are of one slice`);
      continue;
    }
    for (const path of Object.values(record.pictures)) {
      const owner = owners.get(path);
      if (owner === undefined) owners.set(path, { slice, line });
      else
        conflicts.push(
          owner.slice === slice
            ? `line ${line} names one file for two of its pictures`
            : `lines ${owner.line} and ${line} name one file`,
        );
    }
    slices.set(slice, record);
    alike.add(record, whose(record).series);
  }
  const some = (all: readonly string[]) =>
    `${all.slice(0, MOST_SHOWN).join('; ')}${all.length > MOST_SHOWN ? `; and ${number(all.length - MOST_SHOWN)} more` : ''}`;
  if (bad.length > 0)
    throw new IchorError(
      'bad-table-rows',
      `${number(bad.length)} of ${number(bad.length + slices.size)} rows of the table of pictures are no slice: ${some(bad.map(({ line, problem }) => `line ${line}: ${problem}`))}.`,
      'Mend these rows, or take them out. A row is one slice.',
      2,
    );
  if (conflicts.length > 0)
    throw new IchorError(
      'conflicting-rows',
      `The table of pictures contradicts itself: ${some(conflicts)}.`,
      'Each row is a slice of its own, with files of its own: keep one of the rows, or name what tells slices apart (data.source.slice).',
      2,
    );
  alike.note(identities, ledger);
  return [...slices.values()];
}

interface Making extends Omit<PictureSource, 'source'> {
  meant: MeantFiles;
}

function candidateOf(
  record: PictureRecord,
  byPath: ReadonlyMap<string, PictureReading>,
  { wanted, identities, ledger, meant }: Making,
): Candidate | null {
  const leaveOut = (path: string, reason: LeftOut['reason'], message: string) =>
    ledger.leaveOut({ item: shownPath(identities.name('file', path)), what: 'file', reason, message });
  const pictures: (CandidatePicture & { reading: PictureReading })[] = [];
  const lacking: string[] = [];
  let there = false;
  for (const name of wanted) {
    const path = record.pictures[name];
    const reading = path === undefined ? undefined : byPath.get(path);
    there ||= reading !== undefined;
    if (path === undefined || reading === undefined || reading.picture === null) {
      lacking.push(name);
      const problem = reading?.problem;
      if (path !== undefined && problem) leaveOut(path, problem.reason, `The file ${problem.message}.`);
      continue;
    }
    const headerHash = identities.seal(reading.hash);
    pictures.push({ name, path, bytes: reading.file.bytes, headerHash, reading });
  }
  const item = identities.name('slice', record.slice);
  if (lacking.length > 0) {
    for (const { path } of pictures)
      leaveOut(path, 'lacks-picture', `Its slice has no picture ${lacking.join(' and none ')} that can be read.`);
    if (!there) {
      const paths = wanted.flatMap((name) => record.pictures[name] ?? []);
      const row = record.line === null ? 'A slice' : `Line ${record.line} of the table`;
      const shown = paths.map((path) => shownPath(identities.name('file', path)));
      const what = paths.length === 1 ? 'a picture that is' : 'pictures that are';
      ledger.note({
        item,
        what: 'slice',
        reason: 'row-without-files',
        message:
          shown.length === 0 ? `${row} names no picture.` : `${row} names ${what} not there: ${shown.join(', ')}.`,
        kind: 'warning',
        hint: meant.hintFor(paths),
      });
    }
    return null;
  }
  const [first] = pictures as [(typeof pictures)[number]];
  const size = ({ rows, columns }: NonNullable<PictureReading['picture']>) => `${rows} × ${columns}`;
  const sizes = pictures.map(({ name, reading }) => ({ name, size: reading.picture && size(reading.picture) }));
  if (new Set(sizes.map((one) => one.size)).size > 1) {
    const message = `The pictures of its slice have different sizes: ${sizes.map((one) => `${one.name} ${one.size}`).join(', ')}.`;
    for (const { path } of pictures) leaveOut(path, 'sizes-differ', message);
    return null;
  }
  for (const { name, reading } of pictures)
    if (reading.picture?.turned)
      ledger.note({
        item,
        what: 'slice',
        reason: 'exif-orientation',
        message: `EXIF says that its picture ${name} is to be turned: it is read as it is stored.`,
        kind: 'warning',
        hint: 'Where other programs show it turned, save it so that its pixels lie as they are shown.',
      });
  const { rows, columns } = first.reading.picture as NonNullable<PictureReading['picture']>;
  const format = pictures.map(({ reading }) => `${reading.picture?.bits}u`);
  return {
    ...NOTHING_SAID,
    slice: record.slice,
    ...whose(record),
    group: '',
    path: first.path,
    pictures: pictures.map(({ reading: _, ...kept }) => kept),
    set: first.reading.file.set,
    bytes: first.bytes,
    headerHash: first.headerHash,
    format: new Set(format).size === 1 ? (format[0] as string) : format.join('+'),
    rows,
    columns,
    location: record.positionMm,
    instance: record.number,
    labels: null,
  };
}

/** Tables number studies and series within each patient: names that hold everywhere have all of it. */
export function whose({
  slice,
  patient,
  study,
  series,
}: PictureRecord): Pick<Candidate, 'patient' | 'study' | 'series'> {
  // Where nobody knows whose slice it is, it is its own.
  const who = patient === '' && study === '' && series === '' ? slice : patient;
  const within = (outer: string, inner: string) => (inner === '' ? outer : outer === '' ? inner : `${outer}/${inner}`);
  const own = within(who, study);
  return { patient: who, study: own || series, series: within(own, series) };
}

/** What a DICOM header would say. */
const NOTHING_SAID = {
  pixelAspect: null,
  sop: '',
  position: null,
  orientation: null,
  pixelSpacing: null,
  spacing: null,
  acquired: null,
  acquisition: {
    kernel: null,
    number: null,
    temporal: null,
    timeMs: null,
    days: [null, null, null],
    reference: null,
    kilovolts: null,
    thicknessMm: null,
  },
  claims: {
    part: null,
    head: false,
    contrast: false,
    words: [],
    enhanced: false,
    region: null,
    subject: null,
    issuer: '',
    otherIds: [],
    other: null,
    person: ['', '', ''],
    nameParts: [],
  },
  modality: '',
  imageType: [],
  slope: 1,
  intercept: 0,
} as const;
