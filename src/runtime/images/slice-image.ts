import { type HounsfieldRule, storedBits } from '../dicom/hounsfield.ts';
import { remembered } from './remembered.ts';
import { type Interpolation, resizeToBytes, type Taps, tapsOf } from './resize.ts';
import { type SliceFacts, sliceFacts } from './slice-facts.ts';

/** All that is needed to make a picture of a slice's stored pixels: plain data, sent to a worker. */
export interface SliceJob {
  /** The pixels' bytes, possibly fewer than there should be. */
  bytes: Uint8Array;
  rows: number;
  columns: number;
  rule: HounsfieldRule;
  /** By channel: 0..255 of each stored bit pattern. */
  tables: readonly Float32Array[];
  size: number;
  interpolation: Interpolation;
}

export interface SliceImage extends SliceFacts {
  /** `[size, size, channels]`, interleaved. */
  image: Uint8Array;
}

/** Stored values -> windows -> stacked -> resized -> bytes. Null where pixels are missing. */
export function sliceImage(job: SliceJob): SliceImage | null {
  const { rows, columns, rule, tables, size, interpolation } = job;
  const bits = storedBits(job.bytes, rows * columns, rule);
  if (bits === null) return null;
  const vertical = taps(interpolation, rows, size);
  const horizontal = taps(interpolation, columns, size);
  const image = new Uint8Array(size * size * tables.length);
  const plane = new Float32Array(bits.length);
  tables.forEach((table, channel) => {
    for (let i = 0; i < bits.length; i++) plane[i] = table[bits[i] as number] as number;
    resizeToBytes(plane, columns, vertical, horizontal, image, channel, tables.length);
  });
  return { image, ...sliceFacts(job.bytes, bits, rows, columns, rule) };
}

/** The slices of a set share them. */
const taps = remembered(
  16,
  (interpolation: Interpolation, source: number, target: number): Taps => tapsOf(interpolation, source, target),
);
