import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type HounsfieldRule,
  hounsfieldRule,
  hounsfieldTable,
  storedBits,
} from '../../../src/runtime/dicom/hounsfield.ts';
import { parseHeader } from '../../../src/runtime/dicom/parse-header.ts';
import { headerHash } from '../../../src/runtime/dicom/read-header.ts';
import { sliceImage } from '../../../src/runtime/images/slice-image.ts';
import { windowTable } from '../../../src/runtime/images/windows.ts';
import { type BuiltSlice, buildDicom } from '../dicom/build.ts';

/** Headers that a set may hold, by name: what their pixels are must never change unseen. */
export const MADE: Readonly<Record<string, BuiltSlice>> = {
  'rsna 12 bits unsigned': { bitsStored: 12 },
  'rsna 12 bits unsigned, implicit': { bitsStored: 12, explicit: false },
  'rsna 16 bits signed': { bitsStored: 16, signed: true },
  'rsna 12 bits signed': { bitsStored: 12, signed: true, intercept: '-1000' },
  'rsna intercept 0, wrapped': { bitsStored: 12, intercept: '0' },
  'rsna intercept 1, wrapped': { bitsStored: 12, intercept: '1' },
  'intercept with decimals': { bitsStored: 12, intercept: '-1024.000000', slope: '1.000000' },
  '16 bits unsigned': { bitsStored: 16 },
  'slope with decimals': { bitsStored: 12, slope: '2.0002442', intercept: '-4047' },
  '8 bits': { bitsAllocated: 8, bitsStored: 8, intercept: '0' },
};

const SIDE = 16;
const channels = [
  { name: 'brain', scale: (hu: number) => hu / 80 },
  { name: 'bone', scale: (hu: number) => (hu + 800) / 2800 },
];

/** A file of one of `MADE`, its words spread over all that the bits can hold. */
export const madeFile = (of: BuiltSlice): Buffer => {
  const most = 2 ** (of.bitsAllocated ?? 16);
  const words = Array.from({ length: SIDE * SIDE }, (_, i) => (i * 40503) % most);
  return buildDicom({ ...of, rows: SIDE, columns: SIDE, words });
};

/** SHA-256 over rows, columns and HU, all as int32: what version 0.1 wrote. */
function pixelsHash(stored: Uint8Array, rows: number, columns: number, rule: HounsfieldRule): string {
  const table = hounsfieldTable(rule);
  const hu = Array.from(storedBits(stored, rows * columns, rule) ?? [], (bits) => Math.round(table[bits] as number));
  const words = new DataView(new ArrayBuffer(4 * (2 + hu.length)));
  for (const [i, value] of [rows, columns, ...hu].entries()) words.setInt32(4 * i, value, true);
  return createHash('sha256').update(words).digest('hex');
}

/** Of one file: its header's hash, its pixels' hash, and the hash of the bytes that go into a shard. */
export async function goldenOf(bytes: Buffer): Promise<{ header: string; pixels: string; image: string }> {
  const parsed = parseHeader(bytes, true);
  if (parsed.status !== 'read') throw new Error(JSON.stringify(parsed));
  const { pixels, slope, intercept, padding, pixelOffset, pixelLength } = parsed.header;
  const rule = hounsfieldRule(pixels, slope, intercept, true, padding);
  const stored = Uint8Array.from(bytes.subarray(pixelOffset, pixelOffset + (pixelLength ?? 0)));
  const made = sliceImage({
    bytes: stored,
    rows: pixels.rows,
    columns: pixels.columns,
    rule,
    table: windowTable(channels, rule),
    size: 32,
    interpolation: 'linear',
  });
  if (made === null) throw new Error('the pixels end early');
  const short = (hash: string) => hash.slice(0, 20);
  return {
    header: short(headerHash(bytes, parsed.header)),
    pixels: short(pixelsHash(stored, pixels.rows, pixels.columns, rule)),
    image: short(createHash('sha256').update(made.image).digest('hex')),
  };
}

/** Every ninth file of rsna-sample, by its path below the root: some of each of its series and encodings. */
export async function sampleFiles(root: string): Promise<{ name: string; bytes: Buffer }[]> {
  const names: string[] = [];
  for (const folder of ['stage_2_test', 'stage_2_train'])
    for (const name of (await readdir(join(root, folder))).sort()) names.push(`${folder}/${name}`);
  const some = names.filter((_, i) => i % 9 === 0);
  return Promise.all(some.map(async (name) => ({ name, bytes: await readFile(join(root, name)) })));
}
