import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hounsfieldRule, hounsfieldTable, storedBits } from '../../../src/runtime/dicom/hounsfield.ts';
import { loadDicomParser, parseHeader } from '../../../src/runtime/dicom/parse-header.ts';
import reference from '../../fixtures/pixels.json' with { type: 'json' };
import { sharedData } from '../../shared-data.ts';
import { type BuiltSlice, buildDicom } from './build.ts';

const dicom = await loadDicomParser();

/** HU of a file's pixels. */
function hounsfieldOf(bytes: Buffer, repair = false): number[] | null {
  const parsed = parseHeader(dicom, bytes, true);
  if (parsed.status !== 'read') throw new Error(JSON.stringify(parsed));
  const { pixels, slope, intercept, pixelOffset } = parsed.header;
  const rule = hounsfieldRule(pixels, slope, intercept, repair);
  const bits = storedBits(bytes.subarray(pixelOffset), pixels.rows * pixels.columns, rule);
  const table = hounsfieldTable(rule);
  return bits === null ? null : Array.from(bits, (bit) => table[bit] as number);
}

const row = (words: number[], of: BuiltSlice = {}) =>
  hounsfieldOf(buildDicom({ ...of, rows: 1, columns: words.length, words }));

describe('stored values to HU', () => {
  it('12 bits unsigned: bits above the stored ones are masked', () => {
    expect(row([0, 1024, 4095, 0xf000 | 1024])).toEqual([-1024, 0, 3071, 0]);
  });

  it('12 bits signed: extended from the stored bits, with or without sign bits above', () => {
    expect(row([0x7ff, 0x800, 0xfff, 0xffff], { signed: true, intercept: '0' })).toEqual([2047, -2048, -1, -1]);
  });

  it('16 bits signed and unsigned', () => {
    const words = [0, 1, 0x7fff, 0x8000, 0xf830];
    expect(row(words, { bitsStored: 16, signed: true })).toEqual([-1024, -1023, 31743, -33792, -3024]);
    expect(row(words, { bitsStored: 16 })).toEqual([-1024, -1023, 31743, 31744, 62512]);
  });

  it('8 bits, allocated and stored', () => {
    expect(row([0, 200, 255, 128], { bitsAllocated: 8, bitsStored: 8, intercept: '0' })).toEqual([0, 200, 255, 128]);
    expect(row([0, 127, 255, 128], { bitsAllocated: 8, bitsStored: 8, signed: true, intercept: '0' })).toEqual([
      0, 127, -1, -128,
    ]);
  });

  it('a high bit above stored - 1: the value stands higher in the word', () => {
    expect(row([0xfff0, 0x0010, 0x000f], { highBit: 15, intercept: '0' })).toEqual([4095, 1, 0]);
  });

  it('slope and intercept with fractions, and none', () => {
    expect(row([2, 3], { slope: '0.5', intercept: '-1.25' })).toEqual([-0.25, 0.25]);
    expect(row([2, 3], { slope: null, intercept: null })).toEqual([2, 3]);
  });

  it('pixels at an odd offset', () => {
    const odd = Buffer.concat([
      Buffer.alloc(1),
      buildDicom({ rows: 1, columns: 3, words: [1024, 1025, 4095] }),
    ]).subarray(1);
    expect(odd.byteOffset % 2).toBe(1);
    expect(hounsfieldOf(odd)).toEqual([0, 1, 3071]);
    const rule = hounsfieldRule(
      { rows: 1, columns: 1, samples: 1, bitsAllocated: 16, bitsStored: 16, highBit: 15, signed: true },
      1,
      0,
      false,
    );
    expect([...(storedBits(Uint8Array.of(9, 1, 2).subarray(1), 1, rule) ?? [])]).toEqual([0x0201]);
  });

  it('pixels that end early give nothing', () => {
    expect(hounsfieldOf(buildDicom({ cut: 1 }))).toBeNull();
  });
});

describe('fix_pxrepr (reference: fix_pxrepr)', () => {
  const { stored, hu_after, hu_before_intercept_0 } = reference.fix_pxrepr;

  it('unwraps unsigned 12-bit values whose intercept is above -100', () => {
    for (const intercept of ['0', '1']) {
      const bytes = buildDicom({ rows: 1, columns: stored.length, words: stored, intercept });
      expect(hounsfieldOf(bytes, true)).toEqual(hu_after);
    }
  });

  it('leaves all others: not asked for, sound intercepts, signed values, 16 bits', () => {
    const of = { rows: 1, columns: stored.length, words: stored };
    expect(hounsfieldOf(buildDicom({ ...of, intercept: '0' }))).toEqual(hu_before_intercept_0);
    expect(hounsfieldOf(buildDicom({ ...of, intercept: '-1000' }), true)).toEqual(stored.map((value) => value - 1000));
    expect(hounsfieldOf(buildDicom({ ...of, intercept: '0', signed: true }), true)).toEqual(
      reference.fix_pxrepr.signed12,
    );
    expect(hounsfieldOf(buildDicom({ ...of, intercept: '0', bitsStored: 16 }), true)).toEqual(stored);
  });
});

const corpus = sharedData('dicom-corpus');
describe.skipIf(corpus === null)('stored values of the shared corpus', () => {
  it('equal those of pydicom (hash over int32)', async () => {
    const { files } = JSON.parse(await readFile(join(corpus as string, 'pydicom-values.json'), 'utf8'));
    let compared = 0;
    for (const [name, theirs] of Object.entries<Record<string, unknown>>(files)) {
      const uncompressed = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1'].includes(theirs.transferSyntax as string);
      const plain =
        uncompressed && !theirs.frames && theirs.samplesPerPixel === 1 && theirs.pixelElement === 'PixelData';
      if (!plain || theirs.sha256_i32le === undefined || (theirs.bitsAllocated as number) > 16) continue;
      const bytes = await readFile(join(corpus as string, name));
      const parsed = parseHeader(dicom, bytes, true);
      if (parsed.status !== 'read') continue;
      const { pixels, pixelOffset } = parsed.header;
      const rule = hounsfieldRule(pixels, 1, 0, false);
      const bits = storedBits(bytes.subarray(pixelOffset), pixels.rows * pixels.columns, rule);
      const table = hounsfieldTable(rule);
      const stored = Int32Array.from(bits ?? [], (bit) => table[bit] as number);
      expect(createHash('sha256').update(Buffer.from(stored.buffer)).digest('hex'), name).toBe(theirs.sha256_i32le);
      compared++;
    }
    expect(compared).toBeGreaterThanOrEqual(10);
  });
});
