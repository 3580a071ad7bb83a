import { describe, expect, it } from 'vitest';
import { framesInFragments } from '../../../src/runtime/dicom/pixels/fragments.ts';

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const item = (value: Buffer): Buffer => Buffer.concat([Buffer.from('feff00e0', 'hex'), uint32(value.length), value]);
const END = Buffer.from('feffdde000000000', 'hex');
/** The beginning of a JPEG, and what goes on. */
const first = (mark: number) => Buffer.from([0xff, 0xd8, 0xff, 0xc3, mark, mark]);
const more = (mark: number) => Buffer.from([1, 2, mark, mark]);

async function framesOf(
  frames: number,
  table: number[],
  fragments: Buffer[],
  {
    cut = 0,
    offsets = null,
    end = true,
  }: { cut?: number; offsets?: { offset: number; length: number }[] | null; end?: boolean } = {},
) {
  const bytes = Buffer.concat([item(Buffer.concat(table.map(uint32))), ...fragments.map(item), ...(end ? [END] : [])]);
  const file = bytes.subarray(0, bytes.length - cut);
  const read = async (offset: number, length: number) => file.subarray(offset, offset + length);
  const found = await framesInFragments(read, { pixelOffset: 0, frames, offsets });
  return found.map((ranges) =>
    'message' in ranges
      ? ranges.message
      : Buffer.concat(ranges.map(({ offset, length }) => file.subarray(offset, offset + length))).toString('hex'),
  );
}
const hex = (...parts: Buffer[]) => Buffer.concat(parts).toString('hex');

describe('frames in fragments', () => {
  const two = [first(1), more(1), first(2), more(2)];
  const whole = [hex(first(1), more(1)), hex(first(2), more(2))];

  it('one frame is all fragments, whatever the table says', async () => {
    expect(await framesOf(1, [], two)).toEqual([hex(...two)]);
    expect(await framesOf(1, [0], two)).toEqual([hex(...two)]);
    expect(await framesOf(1, [77], two)).toEqual([hex(...two)]);
  });

  it('by the table, by the beginnings of codestreams, or one each', async () => {
    expect(await framesOf(2, [0, 26], two)).toEqual(whole);
    expect(await framesOf(2, [], two)).toEqual(whole);
    expect(await framesOf(2, [0, 5], two)).toEqual(whole);
    expect(await framesOf(2, [], [more(1), more(2)])).toEqual([hex(more(1)), hex(more(2))]);
  });

  it('by the extended table, which leaves padding away', async () => {
    const offsets = [
      { offset: 0, length: 5 },
      { offset: 14, length: 4 },
    ];
    expect(await framesOf(2, [], [first(1), more(2)], { offsets })).toEqual([
      hex(first(1).subarray(0, 5)),
      hex(more(2)),
    ]);
    // One that leads nowhere is none.
    const wrong = offsets.map(({ offset, length }) => ({ offset: offset + 3, length }));
    expect(await framesOf(2, [], [first(1), more(2)], { offsets: wrong })).toEqual([hex(first(1)), hex(more(2))]);
  });

  it('what nothing tells apart is not guessed at', async () => {
    const [message] = await framesOf(2, [], [more(1), more(2), more(3)]);
    expect(message).toMatch(/stand in 3 fragments, and which belong to which of 2 frames is not told/);
    expect(await framesOf(3, [], [first(1), first(2)])).toEqual(
      new Array(3).fill(expect.stringMatching(/2 fragments/)),
    );
    expect(await framesOf(1, [], [])).toEqual(['are not there: no fragment holds any']);
  });

  it('a file that is cut off loses its last frame, one without its end mark none', async () => {
    expect(await framesOf(2, [], two, { end: false })).toEqual(whole);
    expect(await framesOf(2, [], two, { end: false, cut: 2 })).toEqual([whole[0], 'end early']);
  });
});
