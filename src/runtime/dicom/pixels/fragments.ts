import type { RangeReader } from '../compact-header.ts';
import type { DicomHeader } from '../header.ts';
import type { NoPixels } from './frame-format.ts';
import { Undecodable } from './undecodable.ts';

/** Where bytes of a frame stand in the file. */
export interface Range {
  offset: number;
  length: number;
}

/** A fragment; its item's head stands eight bytes before it. */
type Fragment = Range;

const ITEM_TAG = 0xfffee000;
const END_TAG = 0xfffee0dd;
/** More fragments than frames have, in whatever pieces they are written. */
const MOST_FRAGMENTS = 1_000_000;
/** Reading item by item, so much of the file is looked at in one. */
const STEP = 64 * 1024;

/** What was found of pixels in fragments: of each frame where its bytes are, or why that cannot be known. */
export type FoundFrames = readonly (readonly Range[] | NoPixels)[];

export const TRUNCATED: NoPixels = { problem: 'truncated', message: 'end early' };

/**
 * Where the bytes of each frame stand, of pixels in fragments (PS3.5 annex A.4): by the extended offset table, by the basic
 * one, one fragment a frame, or by the fragments that begin a codestream, whichever comes first and fits. What fits none of
 * these is not guessed at.
 */
export async function framesInFragments(
  read: RangeReader,
  { pixelOffset, frames, offsets }: Pick<DicomHeader, 'pixelOffset' | 'frames' | 'offsets'>,
): Promise<FoundFrames> {
  try {
    const { table, fragments, cut } = await fragmentsAt(read, pixelOffset);
    if (fragments.length === 0) throw new Undecodable('are not there: no fragment holds any');
    const found = await tellFrames(read, table, fragments, frames, offsets);
    const last = fragments.at(-1) as Fragment;
    const complete = ({ offset, length }: Range) => !cut || offset + length < last.offset + last.length;
    return found.map((ranges) => (ranges.every(complete) ? ranges : TRUNCATED));
  } catch (error) {
    if (!(error instanceof Undecodable)) throw error;
    const none: NoPixels = { problem: 'undecodable', message: error.message };
    return Array.from({ length: frames }, () => none);
  }
}

async function tellFrames(
  read: RangeReader,
  table: readonly number[],
  fragments: readonly Fragment[],
  frames: number,
  extended: DicomHeader['offsets'],
): Promise<(readonly Range[])[]> {
  const first = (fragments[0] as Fragment).offset;
  const heads = new Map(fragments.map(({ offset }, i) => [offset - first, i]));
  if (extended !== null && extended.length === frames) {
    const starts = extended.map(({ offset }) => heads.get(offset));
    const whole = extended.every(({ length }, i) => length <= (fragments[starts[i] ?? -1]?.length ?? -1));
    if (whole) return extended.map(({ offset, length }) => [{ offset: offset + first, length }]);
  }
  if (frames === 1) return [fragments];
  if (table.length === frames) {
    const starts = table.map((offset) => heads.get(offset) ?? -1);
    if (starts[0] === 0 && starts.every((start, i) => i === 0 || start > (starts[i - 1] as number)))
      return cutAt(fragments, starts);
  }
  if (fragments.length === frames) return fragments.map((fragment) => [fragment]);
  if (fragments.length > frames) {
    const starts: number[] = [];
    for (const [i, { offset, length }] of fragments.entries())
      if (length >= 4 && beginsCodestream(await read(offset, Math.min(length, 12)))) starts.push(i);
    if (starts[0] === 0 && starts.length === frames) return cutAt(fragments, starts);
  }
  throw new Undecodable(
    `stand in ${fragments.length} fragments, and which belong to which of ${frames} frames is not told`,
  );
}

const cutAt = (fragments: readonly Fragment[], starts: readonly number[]): Fragment[][] =>
  starts.map((start, i) => fragments.slice(start, starts[i + 1]));

/** JPEG, JPEG-LS, JPEG 2000, or a JP2 file. */
function beginsCodestream(bytes: Buffer): boolean {
  if (bytes.length < 4) return false;
  const [two, next] = [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
  return (
    (two === 0xffd8 && next >= 0xffc0) ||
    (two === 0xff4f && next === 0xff51) ||
    bytes.toString('latin1', 4, 8) === 'jP  '
  );
}

/** The basic offset table and the fragments. `cut`: the file ends within the last of them. */
async function fragmentsAt(
  read: RangeReader,
  pixelOffset: number,
): Promise<{ table: number[]; fragments: Fragment[]; cut: boolean }> {
  let chunk: Buffer = Buffer.alloc(0);
  let from = 0;
  const bytes = async (at: number, length: number): Promise<Buffer> => {
    if (at < from || at + length > from + chunk.length) {
      chunk = await read(at, Math.max(STEP, length));
      from = at;
    }
    return chunk.subarray(at - from, at - from + length);
  };
  const items: Fragment[] = [];
  let cut = false;
  for (let at = pixelOffset; ; ) {
    const head = await bytes(at, 8);
    // Writers leave the delimiter out.
    if (head.length < 8) break;
    const tag = head.readUInt16LE(0) * 0x10000 + head.readUInt16LE(2);
    const length = head.readUInt32LE(4);
    if (tag === END_TAG) break;
    if (tag !== ITEM_TAG || length === 0xffffffff)
      throw new Undecodable('hold something else where a fragment should be');
    if (items.length > MOST_FRAGMENTS) throw new Undecodable('stand in more fragments than any picture');
    items.push({ offset: at + 8, length });
    at += 8 + length;
    if (length > 0 && (await bytes(at - 1, 1)).length < 1) {
      cut = true;
      break;
    }
  }
  const [first, ...fragments] = items;
  if (first === undefined) throw new Undecodable('are not there: no fragment holds any');
  const stated =
    first.length % 4 === 0 && !(cut && fragments.length === 0)
      ? await read(first.offset, first.length)
      : Buffer.alloc(0);
  const table = Array.from({ length: Math.floor(stated.length / 4) }, (_, i) => stated.readUInt32LE(4 * i));
  return { table, fragments, cut };
}
