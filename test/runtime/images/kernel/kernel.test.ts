import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { PixelFormat } from '../../../../src/runtime/dicom/header.ts';
import { hounsfieldRule } from '../../../../src/runtime/dicom/hounsfield.ts';
import { SliceKernel } from '../../../../src/runtime/images/kernel/kernel.ts';
import { kernelImage } from '../../../../src/runtime/images/kernel/kernel-image.ts';
import { plainImage } from '../../../../src/runtime/images/slice-image.ts';
import type { SliceJob } from '../../../../src/runtime/images/slice-job.ts';
import { windowTable } from '../../../../src/runtime/images/windows.ts';
import { crc32c } from '../../../../src/runtime/tfrecord/crc32c.ts';
import { loadScript } from '../../../scripts/scripts.ts';

interface Kernel {
  folder: string;
  text: string;
  module: string;
}
const { KERNELS, kernelModule } = await loadScript<{
  KERNELS: readonly Kernel[];
  kernelModule(kernel: Kernel): Promise<string>;
}>('kernel.mjs');

const kernel = SliceKernel.make() as SliceKernel;

const WINDOWS = [
  { name: 'brain', scale: (hu: number) => hu / 80 },
  { name: 'subdural', scale: (hu: number) => (hu + 20) / 200 },
  { name: 'bone', scale: (hu: number) => (hu + 800) / 2800 },
  { name: 'narrow', scale: (hu: number) => (hu - 28) / 8 },
  { name: 'sigmoid', scale: (hu: number) => 1 / (1 + Math.exp(-(hu - 40) / 13)) },
  { name: 'inverse', scale: (hu: number) => 1 - hu / 3000 },
];

/** Words without end that are the same in each run: heads of air, and everything between. */
function words(pixels: number, seed: number, air: number): Uint16Array {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const values = new Uint16Array(pixels);
  for (let i = 0; i < pixels; i++) values[i] = next() < 0.4 ? air : Math.floor(next() * 65536);
  values.fill(0, Math.floor(pixels * 0.7), Math.floor(pixels * 0.9));
  return values;
}

interface Case {
  rows: number;
  columns: number;
  format?: Partial<PixelFormat>;
  slope?: number;
  intercept?: number;
  padding?: readonly [number, number] | null;
  channels?: number;
  size: number;
  interpolation?: 'linear' | 'area';
}

function jobOf(of: Case): SliceJob {
  const {
    rows,
    columns,
    size,
    slope = 1,
    intercept = -1024,
    padding = null,
    channels = 3,
    interpolation = 'linear',
  } = of;
  const format = {
    rows,
    columns,
    samples: 1,
    bitsAllocated: 16,
    bitsStored: 16,
    highBit: 15,
    signed: true,
    overlayBits: 0,
  };
  const pixels: PixelFormat = { ...format, ...of.format };
  pixels.highBit = pixels.bitsStored - 1;
  const rule = hounsfieldRule(pixels, slope, intercept, false, padding);
  const stored = words(rows * columns, rows * 31 + columns, 0xf830);
  const bytes = new Uint8Array(stored.buffer).slice(0, (rows * columns * pixels.bitsAllocated) / 8);
  return { bytes, rows, columns, rule, table: windowTable(WINDOWS.slice(0, channels), rule), size, interpolation };
}

const CASES: Record<string, Case> = {
  'signed words of 16 bits, three windows': { rows: 64, columns: 64, size: 28 },
  'unsigned words of 16 bits, whose HU do not fit 16': { rows: 64, columns: 64, size: 28, format: { signed: false } },
  '12 bits in 16, bits above them in use': {
    rows: 64,
    columns: 64,
    size: 28,
    format: { bitsStored: 12, signed: false },
  },
  '12 signed bits in 16': { rows: 64, columns: 64, size: 28, format: { bitsStored: 12 } },
  '8 bits': { rows: 33, columns: 65, size: 28, format: { bitsAllocated: 8, bitsStored: 8, signed: false } },
  'padding above the stored bits': {
    rows: 40,
    columns: 40,
    size: 16,
    format: { bitsStored: 12, signed: false },
    padding: [63536, 63536],
  },
  'padding among the values': { rows: 40, columns: 40, size: 16, padding: [-2000, -2000] },
  'a slope with decimals': { rows: 64, columns: 64, size: 28, slope: 0.75, intercept: -1000.5 },
  'a slope below zero': { rows: 64, columns: 64, size: 28, slope: -1, intercept: 12 },
  'an intercept that runs over': { rows: 64, columns: 64, size: 28, intercept: 2000 },
  'one window': { rows: 64, columns: 64, size: 28, channels: 1 },
  'two windows': { rows: 64, columns: 64, size: 28, channels: 2 },
  'four windows': { rows: 64, columns: 64, size: 28, channels: 4 },
  'five windows, two groups': { rows: 64, columns: 64, size: 28, channels: 5 },
  'six windows, by area': { rows: 64, columns: 64, size: 30, channels: 6, interpolation: 'area' },
  'no square': { rows: 37, columns: 61, size: 20 },
  'no square, by area': { rows: 37, columns: 61, size: 20, interpolation: 'area' },
  'area by an integer': { rows: 64, columns: 64, size: 16, interpolation: 'area' },
  enlarged: { rows: 9, columns: 7, size: 31 },
  'enlarged, by area': { rows: 9, columns: 7, size: 31, interpolation: 'area' },
  'its own size': { rows: 32, columns: 32, size: 32 },
  'one pixel': { rows: 1, columns: 1, size: 1 },
  'an odd number of pixels': { rows: 3, columns: 5, size: 2 },
  'larger than any before': { rows: 300, columns: 310, size: 224 },
};

const made = (job: SliceJob) => {
  const found = kernelImage(kernel, job);
  return found && { image: kernel.bytes(found.at, found.length).slice(), ...found.facts };
};

it.each(KERNELS)('$folder/$module is what $text says', async (kernel) => {
  const file = new URL(`../../../../${kernel.folder}/${kernel.module}`, import.meta.url);
  expect(await readFile(file, 'utf8')).toBe(await kernelModule(kernel));
});

describe('a slice made in WebAssembly', () => {
  for (const [name, of] of Object.entries(CASES))
    it(`is what TypeScript makes of it, to the bit: ${name}`, () => {
      const job = jobOf(of);
      const plain = plainImage(job);
      expect(plain?.image.some((byte) => byte !== plain.image[0])).toBe(of.size > 1);
      const { image = new Uint8Array(), ...facts } = made(job) ?? {};
      expect(Buffer.compare(image, plain?.image as Uint8Array)).toBe(0);
      expect(facts).toEqual({ ...plain, image: undefined });
    });

  it('is the same from bytes in its own memory, at even and at odd addresses', () => {
    for (const offset of [0, 1, 2, 7]) {
      for (const name of ['signed words of 16 bits, three windows', '8 bits', 'larger than any before']) {
        const job = jobOf(CASES[name] as Case);
        // A new one each time: its memory grows while the slice is made, and every view of the file is lost.
        const fresh = SliceKernel.make() as SliceKernel;
        const file = fresh.file(job.bytes.length + offset);
        file.set(job.bytes, offset);
        const found = kernelImage(fresh, { ...job, bytes: file.subarray(offset) });
        const plain = plainImage(job);
        const image = fresh.bytes(found?.at ?? 0, found?.length ?? 0);
        expect(Buffer.compare(image, plain?.image as Uint8Array)).toBe(0);
        expect(found?.facts.hash).toBe(plain?.hash);
      }
    }
  });

  it('goes on where tables and taps are more than it keeps', () => {
    const jobs = [11, 12, 13, 14, 15, 16, 17, 18, 19, 20].flatMap((size) =>
      [-1024, 0].map((intercept) => jobOf({ rows: 40, columns: 50, size, intercept })),
    );
    for (const job of [...jobs, ...jobs])
      expect(Buffer.compare(made(job)?.image as Uint8Array, plainImage(job)?.image as Uint8Array)).toBe(0);
  });

  it('is null where pixels are missing', () => {
    const job = jobOf({ rows: 8, columns: 8, size: 4 });
    expect(made({ ...job, bytes: job.bytes.subarray(0, -1) })).toBeNull();
  });
});

describe('its checksum', () => {
  it('is CRC-32C, whatever the length and the address', () => {
    const bytes = Uint8Array.from({ length: 200 }, (_, i) => (i * 37 + 11) & 255);
    const at = kernel.region('crc test', bytes.length);
    kernel.bytes(at, bytes.length).set(bytes);
    for (const [from, length] of [
      [0, 0],
      [0, 1],
      [0, 8],
      [0, 9],
      [3, 100],
      [5, 195],
    ] as const)
      expect(kernel.crc32c(at + from, length)).toBe(crc32c(bytes.subarray(from, from + length)));
  });
});
