import { stream } from '../../../src/random.ts';
import { hounsfieldRule } from '../../../src/runtime/dicom/hounsfield.ts';
import { sliceImage } from '../../../src/runtime/images/slice-image.ts';
import { type Channel, windowTable } from '../../../src/runtime/images/windows.ts';

const FORMAT = { samples: 1, bitsAllocated: 16, bitsStored: 16, highBit: 15, signed: true, overlayBits: 0 };

/** Whole HU of a head, bone and air, with noise: what a CT has. */
export function head(slices: number, rows: number, columns: number, seed = 1): Float32Array {
  const random = stream(seed, 'head');
  return Float32Array.from({ length: slices * rows * columns }, (_, i) => {
    const x = ((i % columns) + 0.5) / columns - 0.5;
    const y = ((Math.floor(i / columns) % rows) + 0.5) / rows - 0.5;
    const from = Math.hypot(x, y);
    const tissue = from > 0.45 ? -1000 : from > 0.4 ? 900 : 30 + 60 * Math.sin(9 * x) * Math.cos(7 * y);
    return Math.round(tissue + 12 * random.normal());
  });
}

/** What the shards hold of these slices. */
export function stored(
  hu: Float32Array,
  [slices, rows, columns]: readonly [number, number, number],
  channels: readonly Channel[],
  { size, interpolation }: { size: number; interpolation: 'linear' | 'area' },
): Uint8Array {
  const rule = hounsfieldRule({ ...FORMAT, rows, columns }, 1, 0, false);
  const table = windowTable(channels, rule);
  const all = Array.from({ length: slices }, (_, slice) => {
    const values = Int16Array.from(hu.subarray(slice * rows * columns, (slice + 1) * rows * columns));
    const bytes = new Uint8Array(values.buffer);
    return sliceImage({ bytes, rows, columns, rule, table, size, interpolation })!.image;
  });
  return Uint8Array.from(all.flatMap((image) => [...image]));
}
