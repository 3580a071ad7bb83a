import type { HounsfieldRule } from '../dicom/hounsfield.ts';
import { remembered } from './remembered.ts';
import { type Interpolation, resizeChannels, type Taps, tapsOf, type WindowTable } from './resize.ts';
import { type SliceFacts, sliceFacts } from './slice-facts.ts';
import { storedWords } from './stored-words.ts';

/** All that is needed to make a picture of a slice's stored pixels: plain data, sent to a worker. */
export interface SliceJob {
  /** The pixels' bytes, possibly fewer than there should be. */
  bytes: Uint8Array;
  rows: number;
  columns: number;
  rule: HounsfieldRule;
  table: WindowTable;
  size: number;
  interpolation: Interpolation;
}

export interface SliceImage extends SliceFacts {
  /** `[size, size, channels]`, interleaved. */
  image: Uint8Array;
}

/** Stored values -> windows -> stacked -> resized -> bytes. Null where pixels are missing. */
export function sliceImage(job: SliceJob): SliceImage | null {
  const { rows, columns, rule, table, size, interpolation } = job;
  const stored = storedWords(job.bytes, rows * columns, rule);
  if (stored === null) return null;
  const image = resizeChannels(
    stored.bits,
    columns,
    table,
    taps(interpolation, rows, size),
    taps(interpolation, columns, size),
  );
  return { image, ...sliceFacts(stored, rows, columns, rule) };
}

/** The slices of a set share them. */
const taps = remembered(
  16,
  (interpolation: Interpolation, source: number, target: number): Taps => tapsOf(interpolation, source, target),
);
