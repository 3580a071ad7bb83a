import { describe, expect, it } from 'vitest';
import { engines } from '../../engine.ts';
import { expectClose, numbers } from './numbers.ts';

type Rows = readonly (readonly number[])[];

/** As Matrix is documented: the output pixel (x, y) takes the input at (a x + b y + c, d x + e y + f), edges replicated. */
function plainWarp(
  image: Float32Array,
  height: number,
  width: number,
  channels: number,
  m: readonly number[],
): number[] {
  const [a, b, c, d, e, f] = m as [number, number, number, number, number, number];
  const clamp = (value: number, size: number) => Math.min(size - 1, Math.max(0, value));
  const out: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [clamp(a * x + b * y + c, width), clamp(d * x + e * y + f, height)];
      const [left, top] = [Math.floor(u), Math.floor(v)];
      for (let k = 0; k < channels; k++) {
        const at = (row: number, column: number) =>
          image[(clamp(row, height) * width + clamp(column, width)) * channels + k] as number;
        const upper = at(top, left) * (1 - (u - left)) + at(top, left + 1) * (u - left);
        const lower = at(top + 1, left) * (1 - (u - left)) + at(top + 1, left + 1) * (u - left);
        out.push(upper * (1 - (v - top)) + lower * (v - top));
      }
    }
  }
  return out;
}

describe.each(await engines())('warp on $kind', ({ engine, values }) => {
  const { tf, ops } = engine;
  const run = (
    data: Float32Array | Int32Array,
    shape: number[],
    matrices: Rows,
    dtype: 'float32' | 'int32' = 'float32',
  ) =>
    values(() => [
      ops.warp(
        tf.tensor4d(data, shape as [number, number, number, number], dtype),
        tf.tensor2d(matrices.flat(), [matrices.length, 6]),
      ),
    ])[0] as number[];

  it('changes nothing under the identity', () => {
    const image = numbers(2 * 5 * 7 * 3, 1, 255);
    const same = [1, 0, 0, 0, 1, 0];
    expect(run(image, [2, 5, 7, 3], [same, same])).toEqual([...image]);
  });

  it('takes pixels at integers: a shift by one pixel moves whole pixels, an edge is repeated', () => {
    const image = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
    expect(run(image, [1, 3, 3, 1], [[1, 0, 1, 0, 1, 0]])).toEqual([2, 3, 3, 5, 6, 6, 8, 9, 9]);
    expect(run(image, [1, 3, 3, 1], [[1, 0, 0, 0, 1, -1]])).toEqual([1, 2, 3, 1, 2, 3, 4, 5, 6]);
    expect(run(image, [1, 3, 3, 1], [[1, 0, 0.5, 0, 1, 0]])).toEqual([1.5, 2.5, 3, 4.5, 5.5, 6, 7.5, 8.5, 9]);
  });

  it('mirrors about the centre with x -> width - 1 - x, and transposes', () => {
    const image = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
    expect(run(image, [1, 3, 3, 1], [[-1, 0, 2, 0, 1, 0]])).toEqual([3, 2, 1, 6, 5, 4, 9, 8, 7]);
    expect(run(image, [1, 3, 3, 1], [[0, 1, 0, 1, 0, 0]])).toEqual([1, 4, 7, 2, 5, 8, 3, 6, 9]);
  });

  it('equals the plain form within 1e-3 in 0..255, each image by its own matrix', () => {
    const [height, width, channels] = [17, 23, 2];
    const turn = (degrees: number, scale: number, x: number, y: number) => {
      const [cos, sin] = [Math.cos((degrees * Math.PI) / 180) * scale, Math.sin((degrees * Math.PI) / 180) * scale];
      return [cos, -sin, x, sin, cos, y];
    };
    const matrices = [turn(20, 1.05, 3, -2), turn(-13, 0.95, -1.25, 4.5), turn(180, 1, 22, 16), turn(45, 2, -30, 50)];
    const pixels = height * width * channels;
    const images = numbers(pixels * matrices.length, 5, 127.5).map((value) => value + 127.5);
    const found = run(images, [matrices.length, height, width, channels], matrices);
    matrices.forEach((matrix, i) => {
      const image = images.slice(i * pixels, (i + 1) * pixels);
      const exact = matrix.map(Math.fround);
      const expected = plainWarp(image, height, width, channels, exact);
      const worst = Math.max(...expected.map((value, k) => Math.abs(value - (found[i * pixels + k] as number))));
      expect(worst).toBeLessThan(1e-3);
    });
  });

  it('takes bytes, and gives fractions of them', () => {
    expectClose(run(Int32Array.of(0, 255), [1, 1, 2, 1], [[1, 0, 0.25, 0, 1, 0]], 'int32'), [63.75, 255], 1e-6);
  });
});
