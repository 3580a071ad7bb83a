import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { logicalFile } from '../../../src/runtime/dicom/logical-file.ts';
import type { EncodedFrame } from '../../../src/runtime/dicom/pixels/frame-format.ts';
import { PixelReader } from '../../../src/runtime/dicom/pixels/slice-pixels.ts';
import { headerOf } from '../../../src/runtime/dicom/read-header.ts';
import { SlicePool } from '../../../src/runtime/images/slice-pool.ts';

const fixtures: Record<string, { file: string }> = JSON.parse(
  readFileSync(new URL('../../fixtures/dicom.json', import.meta.url), 'utf8'),
);

async function frameOf(name: string): Promise<EncodedFrame> {
  const bytes = Buffer.from(fixtures[name]?.file ?? '', 'base64');
  const { read } = await logicalFile(async (offset, length) => bytes.subarray(offset, offset + length));
  const { header } = await headerOf(read);
  if (header === null) throw new Error(`${name} has no header`);
  const found = await new PixelReader(read, header).frame(1);
  if ('problem' in found) throw new Error(found.message);
  return found.encoded;
}

const pools: SlicePool[] = [];
const poolOf = (...of: ConstructorParameters<typeof SlicePool>): SlicePool => {
  const pool = new SlicePool(...of);
  pools.push(pool);
  return pool;
};
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

describe('decoding in threads', () => {
  it('a decoder that takes too long costs its own picture, and the next one is decoded', async () => {
    const frame = await frameOf('jpeg-2000-12u');
    // The thread has to start first: no decoder comes back within so little.
    const hasty = poolOf(1, 1);
    expect(await hasty.decode(frame)).toEqual({ message: 'are not decoded after 0 s' });
    const patient = poolOf(1, 30_000);
    expect(await patient.decode(frame)).toBeInstanceOf(Uint8Array);
  });

  it('codecs are loaded anew after a codestream that they fail at', async () => {
    const pool = poolOf(1);
    for (const name of ['jpeg-2000-12u', 'jpeg-ls-12u', 'htj2k-lossless-16s']) {
      const frame = await frameOf(name);
      const whole = await pool.decode(frame);
      const damaged = {
        ...frame,
        bytes: Uint8Array.from(frame.bytes, (byte, i) => (i > 60 && i % 3 === 0 ? 0xa7 : byte)),
      };
      const found = await pool.decode(damaged);
      expect('message' in found || found.length === 23 * 17 * 2, name).toBe(true);
      expect(await pool.decode(frame), name).toEqual(whole);
    }
  });

  it('many at once, more than there are threads', async () => {
    const frame = await frameOf('jpeg-ls-12u');
    const pool = poolOf(2);
    const found = await Promise.all(Array.from({ length: 20 }, () => pool.decode(frame)));
    expect(new Set(found.map((words) => Buffer.from(words as Uint8Array).toString('hex'))).size).toBe(1);
  });

  it('what is decoded by hand needs no thread', async () => {
    const pool = poolOf(0);
    expect(await pool.decode(await frameOf('rle-12u'))).toBeInstanceOf(Uint8Array);
    expect(await pool.decode(await frameOf('jpeg-lossless-12u'))).toBeInstanceOf(Uint8Array);
  });
});
