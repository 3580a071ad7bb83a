import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { InflateError, logicalFile } from '../../../src/runtime/dicom/logical-file.ts';
import { startOf } from '../../../src/runtime/dicom/parse-header.ts';
import { headerOf } from '../../../src/runtime/dicom/read-header.ts';
import { type BuiltSlice, buildDicom } from './build.ts';
import { storedOf } from './stored.ts';

const DEFLATED = '1.2.840.10008.1.2.1.99';
const MB = 1024 * 1024;

/** The file with its data set deflated, and where that starts. */
function deflated(of: BuiltSlice, behind = Buffer.alloc(0)): Buffer {
  const bytes = buildDicom({ ...of, syntax: DEFLATED });
  const { offset } = startOf(bytes) as { offset: number };
  return Buffer.concat([bytes.subarray(0, offset), deflateRawSync(Buffer.concat([bytes.subarray(offset), behind]))]);
}

const opened = (bytes: Buffer) => logicalFile(async (at, length) => bytes.subarray(at, at + length));
const private9 = (length: number, fill: number) => ({
  tag: [9, 0x1010] as [number, number],
  vr: 'OB',
  value: Buffer.alloc(length, fill),
});

describe('deflated files', () => {
  it('are read as what they inflate to, from any place to any other', async () => {
    const of = { rows: 300, columns: 300, more: [private9(3 * MB, 7)] };
    const whole = buildDicom({ ...of, syntax: DEFLATED });
    const { read, deflated: packed } = await opened(deflated(of));
    expect(packed).toBe(true);
    for (const [at, length] of [
      [0, 200],
      [0, 2 * MB],
      [3 * MB, 100_000],
      [10, 50],
      [whole.length - 30, 100],
      [whole.length + 5, 10],
      [1000, whole.length],
    ] as const)
      expect((await read(at, length)).equals(whole.subarray(at, at + length)), `${at} ${length}`).toBe(true);
  });

  it('keep what is there where they are cut off, and say it where they are damaged', async () => {
    const bytes = deflated({
      rows: 64,
      columns: 64,
      words: Array.from({ length: 4096 }, (_, i) => (i * i * 31) % 4096),
    });
    expect(await storedOf(bytes)).toHaveProperty('frames');
    expect(await storedOf(bytes.subarray(0, bytes.length - 1000))).toMatchObject({ reason: 'truncated-pixels' });
    const damaged = Buffer.from(bytes).fill(0xff, bytes.length - 3000, bytes.length - 2900);
    expect(await storedOf(damaged)).toMatchObject({
      reason: expect.stringMatching(/undecodable-pixels|unreadable-header|truncated-pixels/),
    });
  });

  it('that inflate to gigabytes are left out, in bounded memory', { timeout: 60_000 }, async () => {
    const start = buildDicom({ syntax: DEFLATED });
    const { offset } = startOf(start) as { offset: number };
    // (0009,1010) of 2 GB: zeros, a block of them again and again.
    const head = Buffer.from('090010104f42000000000080', 'hex');
    const block = deflateRawSync(Buffer.alloc(64 * MB), { finishFlush: 2 });
    const bomb = Buffer.concat([
      start.subarray(0, offset),
      deflateRawSync(head, { finishFlush: 2 }),
      ...new Array(32).fill(block),
    ]);
    const before = process.memoryUsage().rss;
    const { read } = await opened(bomb);
    await expect(headerOf(read)).rejects.toBeInstanceOf(InflateError);
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * MB);
  });

  it('a frame that inflates to more than its picture is none', async () => {
    const { decodeFrame } = await import('../../../src/runtime/dicom/pixels/decode-frame.ts');
    const format = { rows: 2, columns: 2, bitsAllocated: 16, bitsStored: 12, signed: false };
    const of = (length: number) =>
      decodeFrame({ bytes: deflateRawSync(Buffer.alloc(length, 1)), syntax: '1.2.840.10008.1.2.8.1', format });
    expect(await of(8)).toHaveLength(8);
    expect(await of(100 * MB)).toEqual({ message: 'cannot be inflated' });
    expect(await of(7)).toEqual({ message: expect.stringContaining('end before') });
  });
});
