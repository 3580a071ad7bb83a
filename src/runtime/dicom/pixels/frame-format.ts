import type { PixelFormat } from '../header.ts';

/** What a header says that a frame's pixels are. */
export type FrameFormat = Pick<PixelFormat, 'rows' | 'columns' | 'bitsAllocated' | 'bitsStored' | 'signed'>;

/** A frame as it stands in its file: what a worker needs to make stored words of it. Plain data. */
export interface EncodedFrame {
  /** Of its fragments together. */
  bytes: Uint8Array;
  /** UID of the transfer syntax. */
  syntax: string;
  format: FrameFormat;
}

/** Why a frame has no pixels. `message` continues "Its pixels". */
export interface NoPixels {
  problem: 'truncated' | 'undecodable';
  message: string;
}

/** Pixels of a picture. */
export const pixelsOf = ({ rows, columns }: Pick<FrameFormat, 'rows' | 'columns'>): number => rows * columns;

/**
 * Values as the words that an uncompressed file in little endian holds: 8 or 16 bits each, negative numbers in two's
 * complement.
 */
export function wordsOf(values: ArrayLike<number>, bitsAllocated: number): Uint8Array {
  // Arrays keep the lowest bits of what is put into them.
  if (bitsAllocated === 8) return new Uint8Array(values);
  const bytes = new Uint8Array(2 * values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    bytes[2 * i] = value & 0xff;
    bytes[2 * i + 1] = (value >> 8) & 0xff;
  }
  return bytes;
}
