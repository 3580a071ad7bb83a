import type { SliceLabels } from '../../../labels.ts';
import type { OpenSource } from '../../../registry/kinds/kinds.ts';
import { type DicomHeader, formatName } from '../../dicom/header.ts';
import type { HeaderReading } from '../../dicom/read-header.ts';
import type { Identities } from '../../sources/identities.ts';
import { type LedgerLines, shownPath } from '../ledger-lines.ts';

/** A file that holds a slice. Identities stand in clear: they become HMACs only in what is written. */
export interface Candidate {
  slice: string;
  series: string;
  study: string;
  patient: string;
  path: string;
  set: 'train' | 'test';
  bytes: number;
  headerHash: string;
  format: string;
  rows: number;
  columns: number;
  position: DicomHeader['position'];
  orientation: DicomHeader['orientation'];
  labels: SliceLabels | null;
}

/** Files with a usable header become candidates, all others ledger lines. */
export function candidatesOf(
  readings: readonly HeaderReading[],
  sliceIds: OpenSource['sliceIds'],
  identities: Identities,
  ledger: LedgerLines,
): Map<string, Candidate> {
  const candidates = new Map<string, Candidate>();
  for (const { file, header, problem, hash } of readings) {
    const item = shownPath(identities.name('file', file.path));
    const leaveOut = (reason: string, message: string) => ledger.leaveOut({ item, what: 'file', reason, message });
    if (header === null) {
      const { reason = 'unreadable-header', message = 'cannot be read', ...more } = problem ?? {};
      ledger.leaveOut({ item, what: 'file', reason, message: `The file ${message}.`, ...more });
      continue;
    }
    const slice = sliceIds === 'file-name' ? fileId(file.path, header, item, ledger) : header.sop;
    if (slice === '') {
      leaveOut('missing-identity', 'The file has no SOP instance UID.');
      continue;
    }
    if (candidates.has(slice)) {
      leaveOut('duplicate-slice', `Another file is the slice ${identities.name('slice', slice)} already.`);
      continue;
    }
    const candidate = candidateOf(slice, { file, hash, header });
    candidates.set(slice, candidate);
    noteHeader(candidate, header, identities, ledger);
  }
  return candidates;
}

function candidateOf(
  slice: string,
  { file, hash, header }: Pick<HeaderReading, 'file' | 'hash'> & { header: DicomHeader },
) {
  const study = header.study || header.series;
  return {
    slice,
    series: header.series || study,
    study,
    patient: header.patient || study,
    path: file.path,
    set: file.set,
    bytes: file.bytes,
    headerHash: hash,
    format: formatName(header.pixels),
    rows: header.pixels.rows,
    columns: header.pixels.columns,
    position: header.position,
    orientation: header.orientation,
    labels: null,
  };
}

/** Kaggle's layout: the file's stem. Two of its names end in a stray line feed, which the SOP UID corrects. */
function fileId(path: string, { sop }: DicomHeader, item: string, ledger: LedgerLines): string {
  const stem = path.slice(path.lastIndexOf('/') + 1).replace(/\.dcm$/i, '');
  if (stem === sop || sop === '') return stem;
  const trimmed = stem.trim();
  if (trimmed === sop) {
    const message = "White space in the file's name was dropped: its SOP instance UID has none.";
    ledger.note({ item, what: 'file', reason: 'stray-white-space', message, kind: 'repair' });
    return trimmed;
  }
  const message = "The SOP instance UID is not the file's name. The name identifies the slice, as labels use it.";
  ledger.note({ item, what: 'file', reason: 'other-sop-uid', message, kind: 'warning' });
  return stem;
}

function noteHeader({ slice }: Candidate, header: DicomHeader, identities: Identities, ledger: LedgerLines): void {
  const item = identities.name('slice', slice);
  const note = (reason: string, message: string, kind: 'warning' | 'information') =>
    ledger.note({ item, what: 'slice', reason, message, kind });
  if (header.slope === null || header.intercept === null)
    note('no-rescale', 'The header has no rescale slope or intercept: 1 and 0 are taken.', 'warning');
  if (header.patient === '')
    note('no-patient-id', 'The header has no patient ID: the study counts as one.', 'information');
  if (header.modality === '') note('no-modality', 'The header names no modality: CT is taken.', 'warning');
}
