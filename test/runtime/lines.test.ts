import { describe, expect, it } from 'vitest';
import { linesOf } from '../../src/runtime/lines.ts';
import { tableRows } from '../../src/runtime/sources/table-rows.ts';

const pieces = (...all: Buffer[]) => ({
  async *pieces() {
    yield* all;
  },
});

async function read(...all: Buffer[]): Promise<string[]> {
  const found: string[] = [];
  for await (const lines of linesOf(pieces(...all), 'slices.csv')) found.push(...lines.map(({ text }) => text));
  return found;
}

/** Two bytes a piece: every character of several bytes is cut somewhere. */
const cut = (bytes: Buffer, each = 2): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / each) }, (_, i) => bytes.subarray(i * each, (i + 1) * each));

describe('the text of a table', () => {
  const text = 'Patient,Slice\nM\u00fcller,1\n\u5b5f\ud83e\udde0,2';

  it('is read as UTF-8, wherever a piece ends', async () => {
    for (const each of [1, 2, 3, 5, 1000])
      expect(await read(...cut(Buffer.from(text), each))).toEqual(text.split('\n'));
  });

  it.each([
    ['Latin-1', Buffer.from('Patient,Slice\nM\u00fcller,1\n', 'latin1'), 'slices.csv:2:2: the byte FC'],
    ['Windows-1252, in the last cell', Buffer.from('Patient\nA\nX\x80', 'latin1'), 'slices.csv:3:2: the byte 80'],
    ['behind a character of several bytes', Buffer.from([0xc3, 0xbc, 0x2c, 0xe9, 0x2c]), 'slices.csv:1:3: the byte E9'],
    ['Shift JIS', Buffer.from([0x41, 0x0a, 0x93, 0xfa, 0x96, 0x7b, 0x0a]), 'slices.csv:2:1: the byte 93'],
    ['cut off within a character', Buffer.from('a,\u5b5f').subarray(0, 4), 'slices.csv:1:3: the byte E5'],
    [
      'surrogates written as if they were characters',
      Buffer.from([0x61, 0xed, 0xa0, 0x80]),
      'slices.csv:1:2: the byte ED',
    ],
    ['lost before', Buffer.from('a\nM\ufffdller,1\n'), 'slices.csv:2:2: there is the character U+FFFD'],
  ])('in %s is refused with its place and what to do', async (_, bytes, message) => {
    for (const each of [1, 2, 3, 1000])
      await expect(read(...cut(bytes, each))).rejects.toMatchObject({
        code: 'not-text',
        exit: 2,
        message: expect.stringContaining(message),
        hint: expect.stringContaining('UTF-8'),
      });
  });

  it('whose lines end in CR alone is told so, also where that is a part of them', async () => {
    const rows = async (csv: string) => {
      const table = { name: 'a.csv', lines: () => linesOf(pieces(Buffer.from(csv)), 'a.csv') };
      const found: (string | null)[] = [];
      const columns = new Map([['File', 'data.labels.path']]);
      for await (const { problem } of tableRows(table, { name: 'a.csv', isPrivate: false, columns }))
        found.push(problem);
      return found;
    };
    await expect(rows('File,Any\ra,1\rb,0\r')).rejects.toMatchObject({
      code: 'table-unreadable',
      message: expect.stringContaining('CR alone'),
    });
    // A quote that is never closed is told where it was opened.
    await expect(rows('File,Any\na,1\n"b,0\nc,1\nd,0\n')).rejects.toMatchObject({
      message: expect.stringContaining('from line 3 on it cannot be read: a quote too many or too few'),
    });
    expect(await rows('File,Any\na,1\rb,0\nc,1\n')).toEqual([expect.stringContaining('CR alone'), null]);
  });
});
