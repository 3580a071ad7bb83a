import { describe, expect, it } from 'vitest';
import type { OpenSource } from '../../../src/registry/kinds/source.ts';
import { headerOf, readHeader } from '../../../src/runtime/dicom/read-header.ts';
import { type BuiltElement, type BuiltSlice, buildDicom } from './build.ts';

const MB = 1024 * 1024;
const long = (group: number, length: number, fill = 1, vr = 'OB'): BuiltElement => ({
  tag: [group, 0x1010],
  vr,
  value: Buffer.alloc(length, fill),
});
const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const tag = (group: number, element: number) => Buffer.from([group & 255, group >> 8, element & 255, element >> 8]);

/** A header, and how much of the file was asked for. */
async function reading(bytes: Buffer) {
  let most = 0;
  let sum = 0;
  const read = async (offset: number, length: number) => {
    most = Math.max(most, length);
    const part = bytes.subarray(offset, offset + length);
    sum += part.length;
    return part;
  };
  return { ...(await headerOf(read)), most, sum };
}

describe('headers with long values', () => {
  const words = [1, 2, 3, 4, 5, 6];
  it.each<[string, BuiltSlice]>([
    ['explicit', {}],
    ['implicit', { explicit: false }],
    ['implicit without preamble', { explicit: false, bare: true }],
  ])('are read by seeking: %s', async (_, of) => {
    const bytes = buildDicom({ ...of, words, more: [long(9, 20 * MB), long(0x29, 30 * MB)] });
    const { header, most, sum } = await reading(bytes);
    expect(header).toMatchObject({ sop: 'ID_slice', slope: 1, intercept: -1024, pixels: { rows: 2 }, pixelLength: 12 });
    expect(header?.pixelOffset).toBe(bytes.length - 12);
    expect(most).toBeLessThanOrEqual(MB);
    expect(sum).toBeLessThan(2.5 * MB);
  });

  it('sequences of no stated length are walked, and what is nested in them is no element of the header', async () => {
    // (0029,1010) SQ of two items without lengths: a slope of 7, and 3 MB; both ended by delimiters.
    const nested = Buffer.concat([
      tag(0xfffe, 0xe000),
      uint32(0xffffffff),
      tag(0x28, 0x1053),
      Buffer.from('DS\x02\x007 ', 'latin1'),
      tag(0x29, 0x1020),
      Buffer.from('OB\0\0'),
      uint32(3 * MB),
      Buffer.alloc(3 * MB, 2),
      tag(0xfffe, 0xe00d),
      uint32(0),
      tag(0xfffe, 0xe000),
      uint32(4),
      Buffer.alloc(4),
    ]);
    const end = Buffer.concat([tag(0xfffe, 0xe0dd), uint32(0)]);
    const plain = buildDicom({ words });
    const marker = Buffer.concat([tag(0x28, 0x1052), Buffer.from('DS')]);
    const at = plain.indexOf(marker);
    const head = Buffer.concat([tag(0x28, 0x1010), Buffer.from('SQ\0\0'), uint32(0xffffffff)]);
    const bytes = Buffer.concat([plain.subarray(0, at), head, nested, end, plain.subarray(at)]);
    const { header, sum } = await reading(bytes);
    expect(header).toMatchObject({ slope: 1, intercept: -1024, pixelOffset: bytes.length - 12 });
    expect(sum).toBeLessThan(2.5 * MB);
  });

  it('keep their fingerprint by what was read and by the lengths of what was not', async () => {
    const hashOf = async (of: BuiltSlice, length = 3 * MB) =>
      (await reading(buildDicom({ ...of, words, more: [long(9, length)] }))).hash;
    const hash = await hashOf({});
    expect(await hashOf({})).toBe(hash);
    expect(await hashOf({ intercept: '-1000' })).not.toBe(hash);
    expect(await hashOf({}, 3 * MB + 2)).not.toBe(hash);
  });

  it('what is too long to be looked at is there nevertheless', async () => {
    const lut = { tag: [0x28, 0x3000] as [number, number], vr: 'SQ', value: sequenceOf(2 * MB) };
    expect((await reading(buildDicom({ more: [lut] }))).problem?.reason).toBe('modality-lut');
    const slope = { tag: [0x28, 0x1053] as [number, number], vr: 'UT', value: Buffer.alloc(2 * MB, '1') };
    expect((await reading(buildDicom({ more: [slope] }))).problem?.reason).toBe('unusable-rescale');
  });

  it('that end early, or lead nowhere, are named', async () => {
    const whole = buildDicom({ words, more: [long(9, 3 * MB)] });
    const reasonOf = async (bytes: Buffer) => (await reading(bytes)).problem?.reason;
    expect(await reasonOf(whole.subarray(0, 2 * MB))).toMatch(/unreadable-header|no-pixels/);
    expect(await reasonOf(whole.subarray(0, whole.length - 40))).toMatch(/unreadable-header|no-pixels/);
    const compressed = buildDicom({ syntax: '1.2.840.10008.1.2.4.90', words, more: [long(9, 3 * MB)] });
    expect(await reasonOf(compressed)).toBe('syntax-mismatch');
    const big = buildDicom({ syntax: '1.2.840.10008.1.2.2', words, more: [long(9, 3 * MB)] });
    expect(await reasonOf(big)).toBeUndefined();
    const other = buildDicom({ modality: 'MR', words, more: [long(9, 3 * MB)] });
    expect(await reasonOf(other)).toBe('not-ct');
  });

  it('functional groups of megabytes are read without what is not needed', async () => {
    const element = (group: number, number: number, vr: string, value: Buffer) => {
      const long = ['SQ', 'OB'].includes(vr);
      const head = Buffer.concat([tag(group, number), Buffer.from(vr)]);
      return Buffer.concat([
        head,
        ...(long ? [Buffer.alloc(2), uint32(value.length)] : [uint32(value.length).subarray(0, 2)]),
        value,
      ]);
    };
    const item = (...parts: Buffer[]) => {
      const value = Buffer.concat(parts);
      return Buffer.concat([tag(0xfffe, 0xe000), uint32(value.length), value]);
    };
    const text = (value: string) => Buffer.from(value.length % 2 === 0 ? value : `${value} `);
    const frame = (i: number) =>
      item(
        element(0x9, 0x1010, 'OB', Buffer.alloc(200_000, i)),
        element(0x20, 0x9113, 'SQ', item(element(0x20, 0x32, 'DS', text(`0\\0\\${5 * i}`)))),
        element(
          0x28,
          0x9145,
          'SQ',
          item(element(0x28, 0x1052, 'DS', text(`${-1000 - i}`)), element(0x28, 0x1053, 'DS', text('1'))),
        ),
      );
    const frames = Array.from({ length: 40 }, (_, i) => frame(i));
    const bytes = buildDicom({
      words: new Array(40 * 6).fill(1),
      more: [
        { tag: [0x28, 8], vr: 'IS', value: Buffer.from('40') },
        { tag: [0x5200, 0x9230], vr: 'SQ', value: Buffer.concat(frames) },
      ],
    });
    const { header, hash, most } = await reading(bytes);
    expect(header?.parts?.map(({ position, intercept }) => [position?.[2], intercept])).toEqual(
      frames.map((_, i) => [5 * i, -1000 - i]),
    );
    expect(header?.pixelOffset).toBe(bytes.length - 40 * 12);
    expect(most).toBeLessThanOrEqual(MB);
    // What is left out counts by its length, what is read by its value.
    const other = Buffer.from(bytes);
    other.write('-1001', bytes.indexOf('-1039'), 'latin1');
    expect((await reading(other)).hash).not.toBe(hash);
  });

  it('an error in the middle is the file’s; one of the program is not', async () => {
    const bytes = buildDicom({ words, more: [long(9, 3 * MB)] });
    const failing = (error: Error) =>
      ({
        read: async (_: string, length = bytes.length) => bytes.subarray(0, length),
        readRange: async () => Promise.reject(error),
      }) as unknown as OpenSource;
    const file = { path: 'SMITH.dcm', set: 'test', bytes: bytes.length } as const;
    const error = Object.assign(new Error('EIO: SMITH.dcm'), { code: 'EIO' });
    expect((await readHeader(failing(error), file)).problem).toEqual({
      reason: 'unreadable-file',
      message: 'cannot be read (EIO)',
    });
  });
});

function sequenceOf(length: number): Buffer {
  return Buffer.concat([tag(0xfffe, 0xe000), uint32(length - 8), Buffer.alloc(length - 8)]);
}
