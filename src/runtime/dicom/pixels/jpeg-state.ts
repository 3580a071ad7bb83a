import type { HuffmanTable } from './jpeg-bits.ts';

/** What one frame header (SOF) says, and the tables that stand in front of a scan. */
export interface JpegState {
  bytes: Uint8Array;
  /** Low nibble of the SOF marker: 0 and 1 sequential, 2 progressive, 3 lossless. */
  process: number;
  precision: number;
  rows: number;
  columns: number;
  /** Of its one component. */
  quantisation: number;
  /** In zigzag order. */
  quantisations: (Uint16Array | undefined)[];
  dc: (HuffmanTable | undefined)[];
  ac: (HuffmanTable | undefined)[];
  /** MCUs between two restart markers; 0: none. */
  restart: number;
}

/** The header of one scan (SOS) of one component. */
export interface JpegScan {
  /** Where its entropy-coded data start. */
  at: number;
  dc: number;
  ac: number;
  /** First and last coefficient; of lossless JPEG the predictor is the first. */
  first: number;
  last: number;
  high: number;
  low: number;
}
