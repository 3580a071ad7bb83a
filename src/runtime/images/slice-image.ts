import { createHash } from 'node:crypto';
import { type HounsfieldRule, hounsfieldTable, PADDING, paddingTable, storedBits } from '../dicom/hounsfield.ts';
import { type Interpolation, resizeToBytes, type Taps, tapsOf } from './resize.ts';

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

export interface SliceImage {
  /** `[size, size, channels]`, interleaved. */
  image: Uint8Array;
  /** SHA-256 over rows, columns (uint32) and HU (int32), little endian, hex. */
  hash: string;
  /** Standard deviation of HU. */
  deviation: number;
  /** Of all its HU. */
  lowest: number;
  /** Share of pixels with 0 < HU < 80: brain and fresh blood. Of the whole picture, as read. */
  brain: number;
  /** Pixels of a declared padding: that would show as bone and became air, and whose value tissue has too. */
  padding: { bright: number; doubtful: number };
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
  return { image, ...describe(bits, rows, columns, rule), padding: countPadding(bits, rule) };
}

/** The picture's own hash and spread, whatever its encoding and windows. */
function describe(bits: Uint16Array, rows: number, columns: number, rule: HounsfieldRule) {
  const table = integerTable(rule);
  const values = new Int32Array(2 + bits.length);
  values[0] = rows;
  values[1] = columns;
  let sum = 0;
  let brain = 0;
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < bits.length; i++) {
    const hu = table[bits[i] as number] as number;
    values[i + 2] = hu;
    sum += hu;
    if (hu > 0 && hu < 80) brain++;
    if (hu < lowest) lowest = hu;
  }
  const mean = sum / bits.length;
  let squares = 0;
  for (let i = 2; i < values.length; i++) squares += ((values[i] as number) - mean) ** 2;
  const hash = createHash('sha256').update(littleEndian(values)).digest('hex');
  return { hash, deviation: Math.sqrt(squares / bits.length), lowest, brain: brain / bits.length };
}

function countPadding(bits: Uint16Array, rule: HounsfieldRule): SliceImage['padding'] {
  const counts = [0, 0, 0, 0];
  const kinds = rule.padding === null ? null : paddingKinds(rule);
  if (kinds === null) return { bright: 0, doubtful: 0 };
  for (const pattern of bits) counts[kinds[pattern] as number] = (counts[kinds[pattern] as number] as number) + 1;
  return { bright: counts[PADDING.bright] as number, doubtful: counts[PADDING.doubtful] as number };
}

function littleEndian(values: Int32Array): Uint8Array {
  const bytes = Buffer.from(values.buffer);
  return new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? bytes : bytes.swap32();
}

/** The last few tables: the slices of a series share one. */
function remembered<K, V>(most: number, name: (...of: K[]) => string, make: (...of: K[]) => V): (...of: K[]) => V {
  const known = new Map<string, V>();
  return (...of) => {
    const key = name(...of);
    let value = known.get(key);
    if (value === undefined) {
      value = make(...of);
      const oldest = known.keys().next().value;
      if (known.size >= most && oldest !== undefined) known.delete(oldest);
      known.set(key, value);
    }
    return value;
  };
}

const integerTable = remembered(
  8,
  (rule: HounsfieldRule) => JSON.stringify(rule),
  (rule) => Int32Array.from(hounsfieldTable(rule), Math.round),
);

const paddingKinds = remembered(8, (rule: HounsfieldRule) => JSON.stringify(rule), paddingTable);

const anyTaps = remembered(
  16,
  (key: string) => key,
  (key): Taps => {
    const [interpolation, source, target] = JSON.parse(key) as [Interpolation, number, number];
    return tapsOf(interpolation, source, target);
  },
);

const taps = (interpolation: Interpolation, source: number, target: number): Taps =>
  anyTaps(JSON.stringify([interpolation, source, target]));
