import { describe, expect, it } from 'vitest';
import { hounsfieldRule, hounsfieldTable, mayBeWrapped } from '../../../src/runtime/dicom/hounsfield.ts';
import { parseHeader } from '../../../src/runtime/dicom/parse-header.ts';
import { unusable } from '../../../src/runtime/dicom/usable.ts';
import { type BuiltElement, type BuiltSlice, buildDicom } from './build.ts';

const uint16 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt16LE(value & 0xffff, 2 * i);
  return bytes;
};
const element = (group: number, number: number, vr: string, value: Buffer): Buffer => {
  const long = Buffer.alloc(4);
  long.writeUInt32LE(value.length);
  return Buffer.concat([
    uint16(group, number),
    Buffer.from(vr),
    ...(vr === 'OW' ? [Buffer.alloc(2), long] : [uint16(value.length)]),
    value,
  ]);
};
/** (0028,3000) of one item. */
function tableOf(descriptor: number[], entries: number[], unit = 'HU'): BuiltElement {
  const item = Buffer.concat([
    element(0x28, 0x3002, 'US', uint16(...descriptor)),
    element(0x28, 0x3004, 'LO', Buffer.from(unit)),
    element(0x28, 0x3006, 'OW', uint16(...entries)),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(item.length);
  return { tag: [0x28, 0x3000], vr: 'SQ', value: Buffer.concat([Buffer.from('feff00e0', 'hex'), length, item]) };
}

function headerOf(of: BuiltSlice) {
  const parsed = parseHeader(buildDicom(of), true);
  if (parsed.status !== 'read') throw new Error(JSON.stringify(parsed));
  return parsed.header;
}
const huOf = (of: BuiltSlice) => {
  const { pixels, slope, intercept, padding, modalityTable } = headerOf(of);
  return hounsfieldTable(hounsfieldRule(pixels, slope, intercept, true, padding, modalityTable));
};
const reasonOf = (more: BuiltElement[]) => unusable(headerOf({ more }))?.reason ?? null;

describe('a modality LUT', () => {
  it('maps from its first value on, and what lies outside to its ends; slope and intercept do not count', () => {
    const hu = huOf({ slope: '7', intercept: '9', more: [tableOf([3, 100, 16], [5, 60, 700])] });
    expect([0, 99, 100, 101, 102, 103, 4095].map((stored) => hu[stored])).toEqual([5, 5, 5, 60, 700, 700, 700]);
  });

  it('has a first value of the sign of the pixels', () => {
    const hu = huOf({ signed: true, more: [tableOf([3, -2, 16], [5, 60, 700])] });
    // -3, -2, -1, 0, 1 of 12 bits.
    expect([4093, 4094, 4095, 0, 1].map((bits) => hu[bits])).toEqual([5, 5, 60, 700, 700]);
  });

  it('of no entries has 65,536', () => {
    const entries = Array.from({ length: 65536 }, (_, i) => i ^ 5);
    const hu = huOf({ bitsStored: 16, more: [tableOf([0, 0, 16], entries)] });
    expect([0, 1, 65535].map((stored) => hu[stored])).toEqual([5, 4, 65535 ^ 5]);
  });

  it('is no rescale whose values may have wrapped around', () => {
    const { pixels, slope, intercept, modalityTable } = headerOf({ more: [tableOf([3, 0, 16], [5, 60, 700])] });
    const rule = hounsfieldRule(pixels, slope, intercept, true, null, modalityTable);
    expect([rule.repaired, mayBeWrapped(rule)]).toEqual([false, false]);
  });

  it.each<[string, BuiltElement, string | null]>([
    ['of 12 bits', tableOf([3, 0, 12], [1, 2, 3]), 'modality-lut'],
    ['of fewer entries than it says', tableOf([4, 0, 16], [1, 2, 3]), 'modality-lut'],
    ['of more entries than it says', tableOf([2, 0, 16], [1, 2, 3]), 'modality-lut'],
    ['of 8 bits and larger entries', tableOf([2, 0, 8], [1, 256]), 'modality-lut'],
    ['without a whole descriptor', tableOf([3, 0], [1, 2, 3]), 'modality-lut'],
    ['of optical density', tableOf([2, 0, 16], [1, 2], 'OD'), 'not-hounsfield'],
    ['of an unknown unit', tableOf([2, 0, 16], [1, 2], 'US'), null],
  ])('%s', (_, more, reason) => {
    expect(reasonOf([more])).toBe(reason);
    if (reason === null) expect(headerOf({ more: [more] }).doubts).toMatchObject([{ reason: 'unit-not-stated' }]);
  });
});
