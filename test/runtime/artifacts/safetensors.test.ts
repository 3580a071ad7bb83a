import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSafetensors, SafetensorsFile, writeSafetensors } from '../../../src/runtime/artifacts/safetensors.ts';
import reference from '../../fixtures/training.json' with { type: 'json' };

const folder = () => mkdtemp(join(tmpdir(), 'ichor-safetensors-'));
// What the reference file holds by its own header: b int64 [1, 2], a float32 [[1.5, -2]].
const a = { dtype: 'F32' as const, shape: [1, 2], data: Float32Array.of(1.5, -2) };
const b = { dtype: 'I64' as const, shape: [2], data: BigInt64Array.of(1n, 2n) };

describe('safetensors', () => {
  it("reads a file of the format's own library", async () => {
    const path = join(await folder(), 'reference.safetensors');
    await writeFile(path, Buffer.from(reference.safetensors.hex, 'hex'));
    const { tensors, metadata } = await readSafetensors(path);
    expect(tensors).toEqual({ a, b });
    expect(metadata).toEqual({ format: 'np' });
  });

  it('writes that file to the byte, whatever the order of the tensors', async () => {
    for (const tensors of [
      { a, b },
      { b, a },
    ]) {
      const path = join(await folder(), 'own.safetensors');
      await writeSafetensors(path, tensors, { format: 'np' });
      expect((await readFile(path)).toString('hex')).toBe(reference.safetensors.hex);
    }
  });

  it('reads rows of a tensor without the rest', async () => {
    const path = join(await folder(), 'rows.safetensors');
    const data = Float32Array.from({ length: 12 }, (_, i) => i);
    await writeSafetensors(path, {
      z: { dtype: 'U8', shape: [3], data: Uint8Array.of(7, 8, 9) },
      x: { dtype: 'F32', shape: [4, 3], data },
    });
    const file = await SafetensorsFile.open(path);
    expect([...(await file.read('x', 1, 3))]).toEqual([3, 4, 5, 6, 7, 8]);
    expect([...(await file.read('z'))]).toEqual([7, 8, 9]);
    await file.close();
  });

  it('leaves nothing beside the file', async () => {
    const own = await folder();
    await writeSafetensors(join(own, 'w.safetensors'), { a });
    expect(await readdir(own)).toEqual(['w.safetensors']);
  });

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
    ['empty', () => Buffer.alloc(0)],
    ['of another kind', () => Buffer.from('<html>not a tensor</html>')],
  ])('refuses a file that is %s, naming it', async (_, change) => {
    const path = join(await folder(), 'bad.safetensors');
    await writeFile(path, change(Buffer.from(reference.safetensors.hex, 'hex')));
    await expect(readSafetensors(path)).rejects.toMatchObject({
      code: 'weights-unreadable',
      message: expect.stringContaining(path),
    });
  });
});
