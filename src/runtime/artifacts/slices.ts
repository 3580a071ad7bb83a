import type { SliceLabels } from '../../labels.ts';

/** One row of `slices.csv` (index). Rows are ordered by series, then by position along the normal. */
export interface SliceRow {
  /** Image id (`ID_...`): the file's stem for Kaggle's layout, else the SOP instance UID; HMAC where private. */
  slice: string;
  series: string;
  study: string;
  patient: string;
  /** Path relative to the source's root; HMAC of it where identities are private. */
  file: string;
  set: 'train' | 'test';
  /** 0-based place within the series. */
  order: number;
  /** dot(ImagePositionPatient, row x column); null where the header has no geometry. */
  positionMm: number | null;
  /** Distance to the slice before; null for the first. */
  spacingMm: number | null;
  /** Stored pixel format: `12u`, `16s` (bits stored, signed). */
  format: string;
  rows: number;
  columns: number;
  bytes: number;
  /** SHA-256 of the header up to the pixels, hex: a file that changed since fails the stage that reads it. */
  headerHash: string;
  /** Null: unlabelled. */
  labels: SliceLabels | null;
}
