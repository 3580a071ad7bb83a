import type { SliceLabels } from '../../../labels.ts';
import type { OpenSource } from '../../../registry/kinds/source.ts';
import { frameHeader } from '../../dicom/functional-groups.ts';
import { type DicomHeader, formatName, type HeaderProblem } from '../../dicom/header.ts';
import { modalityDoubt } from '../../dicom/modality.ts';
import type { HeaderReading } from '../../dicom/read-header.ts';
import { folderId, frameId, pathId } from '../../dicom/slice-id.ts';
import { DEFLATED } from '../../dicom/transfer-syntax.ts';
import type { LedgerNote } from '../../ledger.ts';
import type { Identities } from '../../sources/identities.ts';
import { type LedgerLines, shownPath } from '../ledger-lines.ts';
import { LossySeries } from './lossy.ts';
import { SeriesTally } from './series-tally.ts';

/** A picture of a slice, of a source that gives pictures. */
export interface CandidatePicture {
  /** As channels name it. */
  name: string;
  path: string;
  bytes: number;
  headerHash: string;
}

/** A file that holds a slice. Identities stand in clear: they become HMACs only in what is written. */
export interface Candidate {
  /**
   * Its id: the file's stem in Kaggle's layout, else the SOP instance UID; of a frame with its number (`frameId`). Unique only once
   * `tellApart` has seen it.
   */
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
  /** The files that it is made of, where these are several: pictures that channels name, `path` the first of them. */
  pictures?: readonly CandidatePicture[];
  /** Which frame of the file it is, 1-based; absent where the file is one slice. */
  frame?: number;
  set: 'train' | 'test';
  bytes: number;
  headerHash: string;
  format: string;
  rows: number;
  columns: number;
  position: DicomHeader['position'];
  orientation: DicomHeader['orientation'];
  pixelSpacing: DicomHeader['pixelSpacing'];
  pixelAspect: DicomHeader['pixelAspect'];
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
  const without = { sop: new SeriesTally(), uids: new Map<string, number>() };
  const lossy = new LossySeries();
  for (const { file, header: read, problem, hash } of readings) {
    const item = shownPath(identities.name('file', file.path));
    if (read === null) {
      const what = FOLDERS.includes(problem?.reason ?? '') ? 'folder' : 'file';
      const { reason = 'unreadable-header', message = 'cannot be read', ...more } = withoutOf(problem);
      ledger.leaveOut({ item, what: 'file', reason, message: `The ${what} ${message}.`, ...more });
      continue;
    }
    const nowhere = read.study === '' && read.series === '';
    const header = nowhere ? { ...read, series: folderId(file.path) } : read;
    const series = header.series || header.study;
    const frames = header.parts?.length ?? 1;
    if (nowhere) without.uids.set(series, (without.uids.get(series) ?? 0) + frames);
    const named = sliceIds === 'file-name' ? fileId(file.path, header, item, ledger) : header.sop;
    const slice = named === '' ? pathId(file.path) : named;
    if (named === '') without.sop.add(series, item);
    if (header.sop !== '' && slice !== header.sop) otherSop.add(series, item);
    const found = { file, hash: identities.seal(hash) };
    const own: Candidate[] = [];
    if (header.parts === null) own.push(candidateOf(slice, { ...found, header }));
    else {
      ledger.holdsFrames(item, frames);
      for (let frame = 1; frame <= frames; frame++) {
        const { problem: wrong, ...of } = frameHeader(header, frame);
        if (wrong === null)
          own.push({ ...candidateOf(frameId(slice, frame), { ...found, header: { ...of, problem: null } }), frame });
        else ledger.leaveOut({ item, what: 'file', reason: wrong.reason, message: `The frame ${wrong.message}.` });
      }
    }
    candidates.push(...own);
    lossy.add(series, header, own.length);
    noteHeaders(slice, own, header, file.bytes, identities, ledger);
  }
  lossy.note(ledger, identities);
  noteNowhere(without.uids, identities, ledger);
  without.sop.note(ledger, identities, {
    what: 'file',
    reason: 'no-sop-uid',
    kind: 'warning',
    one: () => 'The file has no SOP instance UID: it is named after its path.',
    many: (count, first) =>
      `${count} files of this series (first ${first}) have no SOP instance UID: they are named after their paths.`,
    hint: 'Such a slice has another id once its file is moved.',
  });
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
    pixelAspect: header.pixelAspect,
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

/** What the ledger says of a header's problem. */
const withoutOf = (problem: HeaderProblem | null): Partial<HeaderProblem> => {
  const { of: _, ...told } = problem ?? {};
  return told;
};

/** Files without study and series UIDs: those of one folder are one series. */
function noteNowhere(folders: ReadonlyMap<string, number>, identities: Identities, ledger: LedgerLines): void {
  for (const [series, slices] of folders)
    ledger.note({
      item: identities.name('series', series),
      what: 'series',
      reason: 'no-series-uid',
      message: `${slices} slices have neither study nor series UID: those in one folder count as one series.`,
      kind: 'warning',
    });
}

/** Notes of a file's slices: what all of its frames suffer from is said once, with their number. */
function noteHeaders(
  slice: string,
  candidates: readonly Candidate[],
  header: DicomHeader,
  bytes: number,
  identities: Identities,
  ledger: LedgerLines,
): void {
  const modality = modalityDoubt(header);
  const all = new Map<string, { doubt: Doubt; count: number }>();
  for (const { frame = 1 } of candidates) {
    const own = frameHeader(header, frame);
    const doubts: Doubt[] = [...doubtsOf(own, bytes), ...(modality ? [modality] : [])];
    if (own.slope === null || own.intercept === null) {
      const message = `The header has no rescale ${missingRescale(own)} taken.`;
      doubts.unshift({ reason: 'no-rescale', message });
    }
    for (const doubt of doubts) {
      const name = `${doubt.reason} ${doubt.message}`;
      all.set(name, { doubt, count: (all.get(name)?.count ?? 0) + 1 });
    }
  }
  const item = identities.name('slice', slice);
  for (const { doubt, count } of all.values()) {
    const { reason, message, kind = 'warning' } = doubt;
    ledger.note({ item, what: 'slice', reason, message, kind, ...(count > 1 ? { count } : {}) });
  }
}

type Doubt = Pick<LedgerNote, 'reason' | 'message'> & { kind?: 'warning' | 'information' };

/** A length of pixels beyond the end of the file is told as that, not as pixels that are there and not needed. */
function doubtsOf({ doubts, pixelOffset, pixelLength, transferSyntax }: DicomHeader, bytes: number): readonly Doubt[] {
  // Of a deflated file nothing is known of what its pixels take in it.
  if (transferSyntax === DEFLATED) return doubts;
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
