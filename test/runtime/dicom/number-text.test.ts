import { describe, expect, it } from 'vitest';
import { decimals, integers } from '../../../src/runtime/dicom/number-text.ts';

describe('decimals (DS)', () => {
  it.each([
    ['1', [1]],
    ['-1024', [-1024]],
    ['+1.5', [1.5]],
    ['.5', [0.5]],
    ['5.', [5]],
    ['-1.25e-3', [-0.00125]],
    ['1E3', [1000]],
    [' 1 ', [1]],
    ['1\0', [1]],
    ['00036\\00036', [36, 36]],
    ['1\\ 2\\3 ', [1, 2, 3]],
  ])('%j', (text, values) => expect(decimals(text).values).toEqual(values));

  it.each([
    '1,5',
    '-1 024',
    '1024,0',
    '--5',
    '+-5',
    '1.2.3',
    '0x10',
    '1e',
    'e5',
    '.',
    '-',
    'NaN',
    'Infinity',
    '1e400',
    '1\t',
    '1\n',
    '1\u00a0',
    '1 HU',
    '1\x000',
    '1\\',
    '\\1',
    '1\\x',
    '1_000',
    '\u0661',
  ])('%j is none', (text) => expect(decimals(text).values).toBeNull());

  it('longer than 16 characters: read, and said', () => {
    expect(decimals('0.48828101158142090')).toEqual({ values: [0.4882810115814209], long: true });
    // Padding does not count.
    expect(decimals('0.48828101158142    ')).toEqual({ values: [0.48828101158142], long: false });
  });
});

describe('integers (IS)', () => {
  it.each([
    ['1 ', [1]],
    ['+2', [2]],
    ['-2147483648', [-2147483648]],
    ['2147483647', [2147483647]],
  ])('%j', (text, values) => expect(integers(text).values).toEqual(values));

  it.each(['1.0', '1e0', '2147483648', '-2147483649', 'one', ''])('%j is none', (text) =>
    expect(integers(text).values).toBeNull(),
  );
});
