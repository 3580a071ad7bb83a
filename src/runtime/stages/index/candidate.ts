import type { SliceLabels } from '../../../labels.ts';
import type { OpenSource } from '../../../registry/kinds/source.ts';
import { type DicomHeader, formatName } from '../../dicom/header.ts';
import { modalityDoubt } from '../../dicom/modality.ts';
import type { HeaderReading } from '../../dicom/read-header.ts';
import type { LedgerNote, LeftOut } from '../../ledger.ts';
import type { Identities } from '../../sources/identities.ts';
import { type LedgerLines, shownPath } from '../ledger-lines.ts';
import { SeriesTally } from './series-tally.ts';

/** A file that holds a slice. Identities stand in clear: they become HMACs only in what is written. */
export interface Candidate {
  /** Its id: the file's stem in Kaggle's layout, else the SOP instance UID. Unique only once `tellApart` has seen it. */
  slice: string;
  /** SOP instance UID as the header has it; empty where it has none. */
  sop: string;
  /** As the header has them, empty where it has none, until `tellWho` has held them against each other. */
  series: string;
  study: string;
  patient: string;
  /** Who counts as one person: `tellWho` says. */
  group: string;
  path: string;
  set: 'train' | 'test';
  bytes: number;
  headerHash: string;
  format: string;
  rows: number;
  columns: number;
  position: DicomHeader['position'];
  orientation: DicomHeader['orientation'];
  pixelSpacing: DicomHeader['pixelSpacing'];
  location: number | null;
  instance: number | null;
  spacing: number | null;
  acquired: number | null;
  acquisition: DicomHeader['acquisition'];
  claims: DicomHeader['claims'];
  /** (0008,0060) */
  modality: string;
  /** (0008,0008) */
  imageType: DicomHeader['imageType'];
  /** As they are applied: 1 and 0 where the header has none. */
  slope: number;
  intercept: number;
  labels: SliceLabels | null;
}

/** What is wrong with a folder, whose files nobody knows. */
const FOLDERS: readonly string[] = ['unlistable-folder', 'hidden-folder'];

/** Files with a usable header become candidates, in their order; all others become ledger lines. */
export function candidatesOf(
  readings: readonly HeaderReading[],
  sliceIds: OpenSource['sliceIds'],
  identities: Identities,
  ledger: LedgerLines,
): Candidate[] {
  const candidates: Candidate[] = [];
  const otherSop = new SeriesTally();
  for (const { file, header, problem, hash } of readings) {
    const item = shownPath(identities.name('file', file.path));
    const leaveOut = (reason: LeftOut['reason'], message: string) =>
      ledger.leaveOut({ item, what: 'file', reason, message });
    if (header === null) {
      const what = FOLDERS.includes(problem?.reason ?? '') ? 'folder' : 'file';
      const { reason = 'unreadable-header', message = 'cannot be read', ...more } = problem ?? {};
      ledger.leaveOut({ item, what: 'file', reason, message: `The ${what} ${message}.`, ...more });
      continue;
    }
    const slice = sliceIds === 'file-name' ? fileId(file.path, header, item, ledger) : header.sop;
    if (slice === '') {
      leaveOut('missing-identity', 'The file has no SOP instance UID.');
      continue;
    }
    if (header.sop !== '' && slice !== header.sop) otherSop.add(header.series || header.study, item);
    const candidate = candidateOf(slice, { file, hash: identities.seal(hash), header });
    candidates.push(candidate);
    noteHeader(candidate, header, identities, ledger);
  }
  otherSop.note(ledger, identities, {
    what: 'file',
    reason: 'other-sop-uid',
    kind: 'warning',
    one: () => "The SOP instance UID is not the file's name. The name identifies the slice, as labels use it.",
    many: (count, first) =>
      `The SOP instance UID of ${count} files of this series is not their name (first ${first}). The name identifies a slice, as labels use it.`,
  });
  return candidates;
}

function candidateOf(
  slice: string,
  { file, hash, header }: Pick<HeaderReading, 'file' | 'hash'> & { header: DicomHeader },
): Candidate {
  return {
    slice,
    sop: header.sop,
    series: header.series,
    study: header.study,
    patient: header.patient,
    group: '',
    path: file.path,
    set: file.set,
    bytes: file.bytes,
    headerHash: hash,
    format: formatName(header.pixels),
    rows: header.pixels.rows,
    columns: header.pixels.columns,
    position: header.position,
    orientation: header.orientation,
    pixelSpacing: header.pixelSpacing,
    location: header.location,
    instance: header.instance,
    spacing: header.spacing,
    acquired: header.acquired,
    acquisition: header.acquisition,
    claims: header.claims,
    modality: header.modality,
    imageType: header.imageType,
    slope: header.slope ?? 1,
    intercept: header.intercept ?? 0,
    labels: null,
  };
}

/** Kaggle's layout: the file's stem. Two of its names end in a stray line feed, which the SOP UID corrects. */
function fileId(path: string, { sop }: DicomHeader, item: string, ledger: LedgerLines): string {
  const stem = path.slice(path.lastIndexOf('/') + 1).replace(/\.dcm$/i, '');
  const trimmed = stem.trim();
  if (stem === sop || trimmed !== sop || sop === '') return stem;
  const message = "White space in the file's name was dropped: its SOP instance UID has none.";
  ledger.note({ item, what: 'file', reason: 'stray-white-space', message, kind: 'repair' });
  return trimmed;
}

function noteHeader(
  { slice, bytes }: Candidate,
  header: DicomHeader,
  identities: Identities,
  ledger: LedgerLines,
): void {
  const item = identities.name('slice', slice);
  const note = (reason: LedgerNote['reason'], message: string, kind: 'warning' | 'information') =>
    ledger.note({ item, what: 'slice', reason, message, kind });
  if (header.slope === null || header.intercept === null)
    note('no-rescale', `The header has no rescale ${missingRescale(header)} taken.`, 'warning');
  const modality = modalityDoubt(header);
  for (const { reason, message, kind = 'warning' } of [...doubtsOf(header, bytes), ...(modality ? [modality] : [])])
    note(reason, message, kind);
}

type Doubt = Pick<LedgerNote, 'reason' | 'message'> & { kind?: 'warning' | 'information' };

/** A length of pixels beyond the end of the file is told as that, not as pixels that are there and not needed. */
function doubtsOf({ doubts, pixelOffset, pixelLength }: DicomHeader, bytes: number): readonly Doubt[] {
  const there = bytes - pixelOffset;
  const surplus = doubts.some(({ reason }) => reason === 'surplus-pixels');
  if (!surplus || pixelLength === null || there >= pixelLength) return doubts;
  const message = `Its pixel data state ${pixelLength} bytes, and the file ends after ${there} of them: it was cut off, or the length is wrong. What its rows and columns need is read.`;
  return [...doubts.filter(({ reason }) => reason !== 'surplus-pixels'), { reason: 'cut-off-pixels', message }];
}

function missingRescale({ slope, intercept }: DicomHeader): string {
  if (slope === null && intercept === null) return 'slope and intercept: 1 and 0 are';
  return slope === null ? 'slope: 1 is' : 'intercept: 0 is';
}
