import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type HounsfieldRule,
  hounsfieldRule,
  hounsfieldTable,
  storedBits,
} from '../../../src/runtime/dicom/hounsfield.ts';
import { parseHeader } from '../../../src/runtime/dicom/parse-header.ts';
import { readHeader } from '../../../src/runtime/dicom/read-header.ts';
import { openImageFolder } from '../../../src/runtime/sources/folder.ts';
import reference from '../../fixtures/pixels.json' with { type: 'json' };
import { sharedData } from '../../shared-data.ts';
import { type BuiltSlice, buildDicom } from './build.ts';

/** HU of a file's pixels. */
function hounsfieldOf(bytes: Buffer, repair = false): number[] | null {
  const parsed = parseHeader(bytes, true);
  if (parsed.status !== 'read') throw new Error(JSON.stringify(parsed));
  const { pixels, slope, intercept, padding, pixelOffset } = parsed.header;
  const rule = hounsfieldRule(pixels, slope, intercept, repair, padding);
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
      { rows: 1, columns: 1, samples: 1, bitsAllocated: 16, bitsStored: 16, highBit: 15, signed: true, overlayBits: 0 },
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

describe('padding', () => {
  const us = (value: number): Buffer => Buffer.from([value & 255, (value >> 8) & 255]);
  const padded = (value: number, words: number[], of: BuiltSlice = {}, limit?: number) =>
    row(words, {
      ...of,
      more: [
        { tag: [0x28, 0x120], vr: 'US', value: us(value) },
        ...(limit === undefined ? [] : [{ tag: [0x28, 0x121] as [number, number], vr: 'US', value: us(limit) }]),
      ],
    });

  it.each<[string, number, BuiltSlice, number]>([
    ['63536 in 16 bits unsigned', 63536, { bitsStored: 16 }, 63536],
    ['65535 in 16 bits unsigned', 65535, { bitsStored: 16 }, 65535],
    ['32767 in 16 bits signed', 32767, { bitsStored: 16, signed: true }, 32767],
    ['-32768 in 16 bits signed', 32768, { bitsStored: 16, signed: true }, 32768],
    ['63536 for -2000', 63536, { bitsStored: 16, signed: true }, 63536],
    ['-2000 in 12 bits signed, extended or not', 63536, { bitsStored: 12, signed: true }, 0x830],
    ['4095 in 12 bits unsigned', 4095, { bitsStored: 12 }, 4095],
    ['63536 in 12 bits unsigned, the whole word', 63536, { bitsStored: 12 }, 63536],
    ['32768 in 12 bits signed, the whole word', 32768, { bitsStored: 12, signed: true }, 32768],
    ['255 in 8 bits with a slope', 255, { bitsAllocated: 8, bitsStored: 8, slope: '32', intercept: '-1024' }, 255],
  ])('beyond all tissue is air: %s', (_, value, of, word) => {
    const sound = of.bitsAllocated === 8 ? 40 : 1064;
    const expected = of.bitsAllocated === 8 ? 40 * 32 - 1024 : 40;
    expect(padded(value, [word, sound, word], of)).toEqual([-1000, expected, -1000]);
    expect(padded(value, [word, sound, word], { ...of, explicit: false })).toEqual([-1000, expected, -1000]);
  });

  it('among tissue stays: the value may be that of the picture', () => {
    expect(padded(1064, [1064, 1065])).toEqual([40, 41]);
    expect(padded(125, [125, 124])).toEqual([-899, -900]);
    expect(padded(124, [125, 124])).toEqual([-899, -1000]);
    expect(padded(4023, [4023])).toEqual([2999]);
    expect(padded(4024, [4024])).toEqual([-1000]);
  });

  it('of a word above the stored bits: the same bits without them are a picture', () => {
    // 63536 is 0xF830; 0x830 is 2096, a bone of 1072 HU.
    expect(padded(63536, [63536, 0x830], { bitsStored: 12 })).toEqual([-1000, 1072]);
  });

  it('is a range with a limit at either end; what of it lies among tissue stays', () => {
    const of = { bitsStored: 16, signed: true };
    const words = [63535, 63536, 64000, 64536, 64537];
    const hounsfield = [-3025, -1000, -1000, -1000, -2023];
    expect(padded(63536, words, of, 64536)).toEqual(hounsfield);
    expect(padded(64536, words, of, 63536)).toEqual(hounsfield);
    expect(padded(0, [0, 100, 200, 1024], {}, 1024)).toEqual([-1000, -1000, -824, 0]);
  });

  it('of a repaired file goes by the repaired HU', () => {
    const bytes = buildDicom({
      rows: 1,
      columns: 2,
      words: [3096, 1000],
      intercept: '0',
      more: [{ tag: [0x28, 0x120], vr: 'US', value: us(3096) }],
    });
    expect(hounsfieldOf(bytes, true)).toEqual([-1000, 1000]);
  });
});

const corpus = sharedData('dicom-corpus');
const LITTLE = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1'];
describe.skipIf(corpus === null)('the shared corpus', () => {
  it('each file is left out with a reason, or has the HU of pydicom: stored values x rescale, padding as air', async () => {
    const { files } = JSON.parse(await readFile(join(corpus as string, 'pydicom-values.json'), 'utf8'));
    const source = await openImageFolder(corpus as string);
    const compared: string[] = [];
    const left = new Map<string, number>();
    for await (const file of source.files()) {
      const theirs = files[file.path];
      if (theirs === undefined) continue;
      const { header, problem } = await readHeader(source, file);
      if (header === null) {
        expect(problem?.message, file.path).toMatch(/./);
        left.set(problem!.reason, (left.get(problem!.reason) ?? 0) + 1);
        continue;
      }
      // Values of the others: corpus.test.ts.
      if (header.pixelLength === null || header.parts !== null || !LITTLE.includes(header.transferSyntax)) {
        left.set('other', (left.get('other') ?? 0) + 1);
        continue;
      }
      const { pixels, slope, intercept, padding, pixelOffset } = header;
      const bytes = (await source.read(file.path)).subarray(pixelOffset);
      const count = pixels.rows * pixels.columns;
      const valuesOf = (rule: HounsfieldRule) => {
        const table = hounsfieldTable(rule);
        return Array.from(storedBits(bytes, count, rule) ?? [], (bit) => table[bit] as number);
      };
      const stored = Int32Array.from(valuesOf(hounsfieldRule(pixels, 1, 0, false)));
      const hash = createHash('sha256').update(Buffer.from(stored.buffer)).digest('hex');
      expect(hash, file.path).toBe(theirs.sha256_i32le);
      expect([slope, intercept], file.path).toEqual([theirs.rescaleSlope ?? null, theirs.rescaleIntercept ?? null]);
      const plain = valuesOf(hounsfieldRule(pixels, slope, intercept, false));
      if (theirs.hounsfield) {
        expect(Math.min(...new Set(plain)), file.path).toBeCloseTo(theirs.hounsfield.min, 6);
        expect(Math.max(...new Set(plain)), file.path).toBeCloseTo(theirs.hounsfield.max, 6);
        expect(plain.reduce((sum, hu) => sum + hu, 0) / count, file.path).toBeCloseTo(theirs.hounsfield.mean, 6);
      }
      const made = valuesOf(hounsfieldRule(pixels, slope, intercept, false, padding));
      const value = theirs.pixelPaddingValue === 63536 ? -2000 : theirs.pixelPaddingValue;
      const expected = plain.map((hu, i) => (stored[i] === value && (hu <= -900 || hu >= 3000) ? -1000 : hu));
      expect(
        made.every((hu, i) => hu === expected[i]),
        file.path,
      ).toBe(true);
      compared.push(file.path);
    }
    expect(compared).toContain('GH1308.dcm');
    expect(compared.length).toBeGreaterThanOrEqual(15);
    expect(compared.length + [...left.values()].reduce((a, b) => a + b, 0)).toBe(99);
    expect([...left.keys()]).toEqual(expect.arrayContaining(['other', 'not-ct']));
  });
});
