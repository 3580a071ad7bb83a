import { describe, expect, it } from 'vitest';
import { parseHeader } from '../../../src/runtime/dicom/parse-header.ts';
import { unusable } from '../../../src/runtime/dicom/usable.ts';
import { type BuiltElement, type BuiltSlice, buildDicom } from './build.ts';

function headerOf(of: BuiltSlice = {}) {
  const parsed = parseHeader(buildDicom(of), true);
  if (parsed.status !== 'read') throw new Error(JSON.stringify(parsed));
  return parsed.header;
}

const reasonOf = (of: BuiltSlice) => unusable(headerOf(of))?.reason ?? null;
const element = (group: number, number: number, vr: string, value: string | Buffer): BuiltElement => ({
  tag: [group, number],
  vr,
  value: Buffer.isBuffer(value) ? value : Buffer.from(value.length % 2 === 0 ? value : `${value} `, 'latin1'),
});
const us = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt16LE(value, 2 * i);
  return bytes;
};
describe('rescale', () => {
  it.each([
    { slope: '1,5' },
    { slope: '0' },
    { slope: '0.000' },
    { slope: '1e-400' },
    { slope: '1e-9' },
    { slope: 'NaN' },
    { slope: '1\\1' },
    { slope: '0x1' },
    { slope: '1e30' },
    { intercept: '-1 024' },
    { intercept: '1024,0' },
    { intercept: '--5' },
    { intercept: '1.2.3' },
    { intercept: '1e400' },
    { intercept: '-1024\\0' },
    { intercept: '4e9' },
  ])('$slope $intercept leaves the slice out', (of) => {
    expect(reasonOf(of)).toBe('unusable-rescale');
    expect(reasonOf({ ...of, explicit: false })).toBe('unusable-rescale');
  });

  it.each([
    [{ slope: '0' }, 'a slope of 0'],
    [{ slope: '1e-9' }, 'a slope near 0'],
    [{ slope: '1,5' }, 'no number'],
    [{ intercept: '4e9' }, 'too large'],
  ])('$0 is told apart as $1', (of, detail) => expect(unusable(headerOf(of))?.detail).toBe(detail));

  it.each([
    [{ slope: '' }, { slope: null, intercept: -1024 }],
    [{ intercept: '    ' }, { slope: 1, intercept: null }],
    [
      { slope: null, intercept: null },
      { slope: null, intercept: null },
    ],
    [
      { slope: ' 1.0 ', intercept: '-1024.000000\0' },
      { slope: 1, intercept: -1024 },
    ],
    [{ slope: '-1' }, { slope: -1, intercept: -1024 }],
    [{ intercept: '-1024.0000000000000000' }, { slope: 1, intercept: -1024 }],
  ])('%j is read', (of, wanted) => {
    expect(headerOf(of)).toMatchObject(wanted);
    expect(reasonOf(of)).toBeNull();
  });

  it('with a number longer than DICOM allows is read, and said', () => {
    expect(headerOf({ intercept: '-1024.0000000000000000' }).doubts).toMatchObject([
      { reason: 'long-number', kind: 'information' },
    ]);
    expect(headerOf().doubts).toEqual([]);
  });

  it('repeats nothing of the file in its message', () => {
    const problem = unusable(headerOf({ slope: 'SMITH' }));
    expect(problem?.message).toContain('rescale slope');
    expect(problem?.message).not.toContain('SMITH');
  });

  it.each([
    ['HU', null, []],
    ['', null, []],
    ['US', null, ['unit-not-stated']],
    ['SMITH', null, ['unit-not-stated']],
    ['MGML', 'not-hounsfield', []],
    ['Z_EFF', 'not-hounsfield', []],
  ])('in the unit %j', (unit, reason, doubts) => {
    const of = { more: [element(0x28, 0x1054, 'LO', unit)] };
    expect(reasonOf(of)).toBe(reason);
    expect(headerOf(of).doubts.map((doubt) => doubt.reason)).toEqual(doubts);
    expect(JSON.stringify(headerOf(of).doubts)).not.toContain('SMITH');
  });
});

describe('numbers of the pixels', () => {
  it.each<[string, BuiltElement, string | null]>([
    ['frames "1 "', element(0x28, 8, 'IS', '1 '), null],
    ['no frames', element(0x28, 8, 'IS', ''), null],
    ['frames 2', element(0x28, 8, 'IS', '2'), null],
    ['frames "1.0"', element(0x28, 8, 'IS', '1.0'), 'pixel-format'],
    ['frames 0', element(0x28, 8, 'IS', '0'), 'pixel-format'],
    ['frames -1', element(0x28, 8, 'IS', '-1'), 'pixel-format'],
    ['frames 1\\1', element(0x28, 8, 'IS', '1\\1'), 'pixel-format'],
    ['rows in text', element(0x28, 0x10, 'IS', '2 '), 'pixel-format'],
    ['rows of four bytes', element(0x28, 0x10, 'UL', Buffer.from([2, 0, 0, 0])), 'pixel-format'],
    ['no bits stored', element(0x28, 0x101, 'US', ''), 'pixel-format'],
    ['no sign', element(0x28, 0x103, 'US', ''), 'pixel-format'],
    ['a sign of 2', element(0x28, 0x103, 'US', us(2)), 'pixel-format'],
    ['no high bit', element(0x28, 0x102, 'US', ''), null],
    ['a high bit above the bits stored', element(0x28, 0x102, 'US', us(15)), 'pixel-format'],
    ['a high bit elsewhere', element(0x28, 0x102, 'US', us(9)), 'pixel-format'],
    ['samples in UN', element(0x28, 2, 'UN', us(1)), null],
  ])('%s', (_, more, reason) => expect(reasonOf({ more: [more] })).toBe(reason));

  it('that speak of less than there is, beyond a byte of padding: the first, and a note', () => {
    const doubtsOf = (words: number) =>
      headerOf({ words: new Array(words).fill(7) }).doubts.map(({ reason }) => reason);
    expect(doubtsOf(6)).toEqual([]);
    expect(doubtsOf(7)).toEqual(['surplus-pixels']);
    expect(headerOf({ words: [...new Array(6).fill(7), 1, 1, 1] }).doubts[0]?.message).toContain('6 bytes more');
    expect(doubtsOf(12)).toEqual(['surplus-pixels']);
  });

  it('do not count where the file is no CT', () => {
    expect(reasonOf({ modality: 'MR', slope: '0' })).toBe('not-ct');
  });
});

describe('geometry', () => {
  it.each([
    ['0\\0\\1,5', null],
    ['0\\0', null],
    ['0\\0\\5\\1', null],
    ['0\\\\5', null],
    [' 0\\-1.5e1\\5 ', [0, -15, 5]],
  ])('position %j', (text, position) => {
    const header = headerOf({ more: [element(0x20, 0x32, 'DS', text)] });
    expect(header.position).toEqual(position);
    expect(header.doubts.map(({ reason }) => reason)).toEqual(position === null ? ['unreadable-number'] : []);
    // HU are not in doubt.
    expect(unusable(header)).toBeNull();
  });

  it('that is missing is no doubt', () => {
    const header = headerOf({ position: null, more: [element(0x20, 0x37, 'DS', '')] });
    expect([header.position, header.orientation, header.doubts]).toEqual([null, null, []]);
  });
});

describe('what stands elsewhere than at the root', () => {
  /** One item without content: the same bytes with VRs and without. */
  const item = Buffer.from('feff00e000000000', 'hex');
  const sopClass = (uid: string) => element(8, 0x16, 'UI', uid.length % 2 === 0 ? uid : `${uid}\0`);

  it.each<[string, BuiltElement[], string | null]>([
    ['enhanced CT', [sopClass('1.2.840.10008.5.1.4.1.1.2.1')], null],
    ['legacy converted enhanced CT', [sopClass('1.2.840.10008.5.1.4.1.1.2.2')], null],
    ['shared groups', [element(0x5200, 0x9229, 'SQ', item)], null],
    ['groups of a frame', [element(0x5200, 0x9230, 'SQ', item)], null],
    ['empty groups', [element(0x5200, 0x9229, 'SQ', '')], null],
    ['several frames', [sopClass('1.2.840.10008.5.1.4.1.1.2.1'), element(0x28, 8, 'IS', '2')], null],
    ['more frames than any CT', [element(0x28, 8, 'IS', '10001 ')], 'multi-frame'],
    ['more than twice as many frames as pixels', [element(0x28, 8, 'IS', '3 ')], 'multi-frame'],
    ['a modality LUT', [element(0x28, 0x3000, 'SQ', item)], 'modality-lut'],
    ['an empty modality LUT', [element(0x28, 0x3000, 'SQ', '')], null],
  ])('%s', (_, more, reason) => {
    expect(reasonOf({ more })).toBe(reason);
    expect(reasonOf({ more, explicit: false })).toBe(reason);
  });
});

describe('padding', () => {
  const padding = (value: Buffer, of: BuiltSlice = {}, limit?: Buffer, vr = 'US') =>
    headerOf({
      ...of,
      more: [element(0x28, 0x120, vr, value), ...(limit === undefined ? [] : [element(0x28, 0x121, vr, limit)])],
    });

  it.each<[string, number, BuiltSlice, number]>([
    ['16 bits signed, written as unsigned', 63536, { bitsStored: 16, signed: true }, -2000],
    ['16 bits unsigned', 63536, { bitsStored: 16 }, 63536],
    ['12 bits signed, extended', 63536, { bitsStored: 12, signed: true }, -2000],
    ['12 bits signed, not extended', 0x830, { bitsStored: 12, signed: true }, -2000],
    ['8 bits signed', 0xff80, { bitsAllocated: 8, bitsStored: 8, signed: true }, -128],
    ['12 bits unsigned, beyond them', 63536, { bitsStored: 12 }, 63536],
  ])('%s', (_, word, of, value) => {
    for (const [explicit, vr] of [
      [true, 'US'],
      [true, 'SS'],
      [true, 'UN'],
      [false, ''],
    ] as const)
      expect(padding(us(word), { ...of, explicit }, undefined, vr).padding).toEqual([value, value]);
  });

  it('a range from either end', () => {
    const of = { bitsStored: 16, signed: true };
    expect(padding(us(63536), of, us(64536)).padding).toEqual([-2000, -1000]);
    expect(padding(us(64536), of, us(63536)).padding).toEqual([-2000, -1000]);
  });

  it('of another form is a doubt, and none where it is missing', () => {
    const other = [padding(us(1, 2)), padding(Buffer.from('-2000 '), {}, undefined, 'IS')];
    for (const header of other) {
      expect(header.padding).toBeNull();
      expect(header.doubts).toMatchObject([{ reason: 'unreadable-padding' }]);
      expect(unusable(header)).toBeNull();
    }
    expect(headerOf({ more: [element(0x28, 0x121, 'US', us(5))] })).toMatchObject({ padding: null, doubts: [] });
  });
});
