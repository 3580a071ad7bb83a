import { describe, expect, it } from 'vitest';
import type { OpenSource } from '../../../src/registry/kinds/source.ts';
import { readHeader } from '../../../src/runtime/dicom/read-header.ts';
import { sourceFingerprint } from '../../../src/runtime/sources/fingerprint.ts';
import { openImageFolder } from '../../../src/runtime/sources/folder.ts';
import { sharedData } from '../../shared-data.ts';
import { type BuiltSlice, buildDicom } from './build.ts';

/** Reads one file from memory and counts the bytes that were asked for. */
async function reading(bytes: Buffer, path = 'a.dcm') {
  let most = 0;
  const source = {
    read: async (_: string, length = bytes.length) => {
      most = Math.max(most, length);
      return bytes.subarray(0, length);
    },
  } as unknown as OpenSource;
  const result = await readHeader(source, { path, set: 'test', bytes: bytes.length });
  return { ...result, most };
}

const problemOf = async (of: BuiltSlice) => (await reading(buildDicom(of))).problem?.reason ?? null;

describe('DICOM headers', () => {
  it.each([
    ['explicit', {}],
    ['implicit', { explicit: false }],
    ['explicit without preamble', { bare: true }],
    ['implicit without preamble', { bare: true, explicit: false }],
  ])('are read: %s', async (_, of) => {
    const bytes = buildDicom(of);
    const { header, problem } = await reading(bytes);
    expect(problem).toBeNull();
    expect(header).toMatchObject({
      sop: 'ID_slice',
      patient: 'ID_patient',
      modality: 'CT',
      position: [0, 0, 5],
      slope: 1,
      intercept: -1024,
      pixels: { rows: 2, columns: 3, bitsAllocated: 16, bitsStored: 12, highBit: 11, signed: false },
      pixelLength: 12,
    });
    expect(header?.pixelOffset).toBe(bytes.length - 12);
  });

  it('say where a slice lies: by position, location and number, null where they do not', async () => {
    const { header } = await reading(buildDicom({ location: -12.5, instance: 7, pixelSpacing: [0.5, 0.25] }));
    expect(header).toMatchObject({ location: -12.5, instance: 7, pixelSpacing: [0.5, 0.25] });
    const bare = await reading(buildDicom({ position: null, orientation: null }));
    expect(bare.header).toMatchObject({
      position: null,
      orientation: null,
      location: null,
      instance: null,
      pixelSpacing: null,
    });
  });

  it('holds nothing outside of the allow-list', async () => {
    const { header } = await reading(buildDicom());
    expect(JSON.stringify(header)).not.toMatch(/SECRET/);
  });

  it('reads no more than the header needs, and more where a long element stands in front of the pixels', async () => {
    const large = { rows: 256, columns: 256 };
    expect((await reading(buildDicom(large))).most).toBe(16 * 1024);
    const long = { tag: [0x28, 0x2000] as [number, number], vr: 'OB', value: Buffer.alloc(100_000) };
    const { header, most } = await reading(buildDicom({ ...large, more: [long] }));
    expect(header?.pixels.rows).toBe(256);
    expect(most).toBe(128 * 1024);
  });

  it('hashes the bytes up to the pixels: another pixel keeps the hash, another header does not', async () => {
    const hashOf = async (of: BuiltSlice) => (await reading(buildDicom(of))).hash;
    expect(await hashOf({ words: [1, 2, 3, 4, 5, 6] })).toBe(await hashOf({ words: [6, 5, 4, 3, 2, 1] }));
    expect(await hashOf({ intercept: '-1000' })).not.toBe(await hashOf({}));
  });

  it('says why a file is no slice', async () => {
    expect(await problemOf({ modality: 'MR' })).toBe('not-ct');
    expect(await problemOf({ samples: 3, photometric: 'RGB' })).toBe('colour');
    expect(await problemOf({ photometric: 'MONOCHROME1' })).toBeNull();
    // Some exporters write it small; it names nothing else.
    expect(await problemOf({ photometric: 'monochrome2' })).toBeNull();
    expect(await problemOf({ photometric: 'PALETTE COLOR' })).toBe('colour');
    expect(await problemOf({ bitsStored: 17 })).toBe('pixel-format');
    expect(await problemOf({ rows: 0, words: [] })).toBe('pixel-format');
    expect(await problemOf({ more: [{ tag: [0x28, 8], vr: 'IS', value: Buffer.from('20000 ') }] })).toBe('multi-frame');
    expect(await problemOf({ more: [{ tag: [0x28, 0x301], vr: 'CS', value: Buffer.from('YES ') }] })).toBe(
      'burned-in-annotation',
    );
    expect(await problemOf({ study: '', series: '' })).toBeNull();
    const compressed = (await reading(buildDicom({ syntax: '1.2.840.10008.1.2.4.90' }))).problem;
    expect(compressed).toMatchObject({
      reason: 'syntax-mismatch',
      message: expect.stringContaining('JPEG 2000 lossless'),
    });
    const unread = (await reading(buildDicom({ syntax: '1.2.840.10008.1.2.4.100' }))).problem;
    expect(unread).toMatchObject({ reason: 'transfer-syntax', detail: 'MPEG-2 main profile' });
    const capture = { tag: [8, 0x16] as [number, number], vr: 'UI', value: Buffer.from('1.2.840.10008.5.1.4.1.1.7\0') };
    expect(await problemOf({ more: [capture] })).toBe('secondary-capture');
  });

  it('tells files that are no DICOM, or half of one', async () => {
    const reasonOf = async (bytes: Buffer, path?: string) => (await reading(bytes, path)).problem?.reason;
    const whole = buildDicom();
    expect(await reasonOf(Buffer.alloc(0))).toBe('empty-file');
    expect(await reasonOf(Buffer.from('ID,Label\nID_1_any,0\n'))).toBe('not-dicom');
    expect(await reasonOf(Buffer.alloc(5000, 1))).toBe('not-dicom');
    expect(await reasonOf(whole.subarray(0, 200))).toMatch(/unreadable-header|no-pixels/);
    expect(await reasonOf(whole.subarray(0, 132))).toBe('not-dicom');
    // In the middle of its meta group: behind a preamble it is DICOM that was cut off.
    for (const length of [133, 140, 150, 160])
      expect((await reading(whole.subarray(0, length))).problem).toMatchObject({
        reason: 'unreadable-header',
        message: expect.stringContaining('it is cut off'),
      });
    expect(await reasonOf(whole, '.hidden.dcm')).toBe('hidden-file');
  });

  it('survives a header cut anywhere', async () => {
    const whole = buildDicom();
    for (let length = 0; length < whole.length; length++) await reading(whole.subarray(0, length));
    const implicit = buildDicom({ explicit: false, bare: true });
    for (let length = 0; length < implicit.length; length++) await reading(implicit.subarray(0, length));
  });
});

const corpus = sharedData('dicom-corpus');
describe.skipIf(corpus === null)('DICOM headers of the shared corpus', () => {
  it('are read as pydicom reads them, or named', async () => {
    const { headers } = await sourceFingerprint(await openImageFolder(corpus as string));
    const { default: values } = await import(`${corpus}/pydicom-values.json`, { with: { type: 'json' } });
    const read = headers.filter(({ header }) => header !== null);
    expect(read.length).toBeGreaterThanOrEqual(15);
    for (const { file, header } of read) {
      const theirs = values.files[file.path];
      expect(header).toMatchObject({
        slope: theirs.rescaleSlope ?? null,
        intercept: theirs.rescaleIntercept ?? null,
        pixels: {
          rows: theirs.rows,
          columns: theirs.columns,
          bitsStored: theirs.bitsStored,
          signed: theirs.pixelRepresentation === 1,
        },
      });
    }
    for (const { problem } of headers) if (problem !== null) expect(problem.message).not.toBe('');
  });
});
