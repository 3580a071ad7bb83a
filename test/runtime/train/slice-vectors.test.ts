import { describe, expect, it } from 'vitest';
import { type SliceVectors, withRandom } from '../../../src/runtime/train/slice-vectors.ts';

const own: SliceVectors = {
  width: 3,
  read: async (rows) => Float32Array.from(rows.flatMap((row) => [row + 2, row + 2, row + 2])),
};
const index = ['ID_a', 'ID_b', 'ID_c'].map((slice) => ({ slice }));

describe('random vectors in the place of some', () => {
  const random = withRandom(own, new Set([1]), { index, seed: 5 });

  it('replace the vectors of their rows alone, with numbers from 0 to 1', async () => {
    const read = await random.read([0, 1, 2]);
    expect([...read.slice(0, 3), ...read.slice(6)]).toEqual([2, 2, 2, 4, 4, 4]);
    const drawn = [...read.slice(3, 6)];
    expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(new Set(drawn).size).toBe(3);
  });

  it('are the same however a row is read, others with another seed, and leave the embeddings alone', async () => {
    const all = await random.read([2, 1]);
    expect([...(await random.read([1]))]).toEqual([...all.slice(3)]);
    expect([...(await withRandom(own, new Set([1]), { index, seed: 6 }).read([1]))]).not.toEqual([...all.slice(3)]);
    expect([...(await own.read([1]))]).toEqual([3, 3, 3]);
  });
});
