import type { HounsfieldRule } from '../dicom/hounsfield.ts';
import type { Interpolation, WindowTable } from './resize.ts';

/** All that is needed to make a picture of a slice's stored pixels: plain data. */
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
