import { describe, expect, it } from 'vitest';
import type { OpenSource } from '../../../src/registry/kinds/source.ts';
import { readHeader } from '../../../src/runtime/dicom/read-header.ts';
import { aloneHint } from '../../../src/runtime/notices/words.ts';
import { buildDicom } from './build.ts';

const reading = (bytes: Buffer, path = 'a.dcm') =>
  readHeader({ read: async (_: string, length?: number) => bytes.subarray(0, length) } as unknown as OpenSource, {
    path,
    set: 'test',
    bytes: bytes.length,
  });
const reason = async (bytes: Buffer, path?: string) => (await reading(bytes, path)).problem?.reason;
const doubts = async (bytes: Buffer) => (await reading(bytes)).header?.doubts.map((doubt) => doubt.reason);

describe('files that are something else than they say', () => {
  it('pictures larger than any are left out before memory is asked for', async () => {
    expect(await reason(buildDicom({ more: [short(0x10, 5000), short(0x11, 5000)] }))).toBe('picture-too-large');
    expect(await reason(buildDicom({ more: [short(0x10, 4096), short(0x11, 4096)] }))).toBeUndefined();
  });

  it('explicit VR under an implicit syntax, and the other way', async () => {
    for (const explicit of [true, false]) {
      const syntax = `1.2.840.10008.1.2${explicit ? '' : '.1'}`;
      const { header } = await reading(buildDicom({ explicit, syntax }));
      expect(header).toMatchObject({ sop: 'ID_slice', slope: 1, intercept: -1024, pixels: { rows: 2, columns: 3 } });
      expect(header?.doubts.map((doubt) => doubt.reason)).toEqual(['other-syntax']);
      // What breaks off is not taken for what it looks like.
      expect(await reason(buildDicom({ explicit, syntax, cut: 40 }))).toBe('syntax-mismatch');
    }
  });

  it('NIfTI is no archive', async () => {
    const nifti = Buffer.alloc(400);
    nifti.write('n+1\0', 344, 'latin1');
    expect((await reading(nifti, 'a.nii')).problem).toMatchObject({ reason: 'not-dicom', detail: 'NIfTI' });
    const packed = Buffer.concat([Buffer.from('\x1f\x8b', 'latin1'), Buffer.alloc(200)]);
    expect((await reading(packed, 'a.nii.gz')).problem).toMatchObject({ reason: 'not-dicom', detail: 'NIfTI' });
    expect(await reason(packed, 'a.gz')).toBe('archive');
  });

  it('bytes behind the pixels that are no elements', async () => {
    const one = buildDicom();
    expect(await doubts(one)).toEqual([]);
    expect(await doubts(Buffer.concat([one, buildDicom()]))).toEqual(['bytes-behind']);
    expect(await doubts(Buffer.concat([one, Buffer.alloc(1000)]))).toEqual(['bytes-behind']);
    // Data set trailing padding (FFFC,FFFC).
    const padding = Buffer.from('fcfffcff4f4200000400000000000000', 'hex');
    expect(await doubts(Buffer.concat([one, padding]))).toEqual([]);
  });

  it('have a hint of their own where nothing else is there', () => {
    for (const one of [
      'not-ct',
      'colour',
      'pixel-format',
      'not-hounsfield',
      'burned-in-annotation',
      'missing-identity',
    ])
      expect(aloneHint(one)).not.toBeNull();
  });
});

function short(element: number, value: number) {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return { tag: [0x28, element] as [number, number], vr: 'US', value: bytes };
}
