import { describe, expect, it } from 'vitest';
import { resizeChannels, type Taps, tapsOf } from '../../../src/runtime/images/resize.ts';
import reference from '../../fixtures/pixels.json' with { type: 'json' };

/** Resizes in plain double precision by the taps, without rounding: what the bytes are rounded from. */
function exact(image: number[][], vertical: Taps, horizontal: Taps): number[][] {
  const axis = (taps: Taps, i: number, value: (x: number) => number) => {
    let sum = 0;
    for (let k = taps.start[i] as number; k < (taps.start[i + 1] as number); k++)
      sum += (taps.weights[k] as number) * value((taps.first[i] as number) + k - (taps.start[i] as number));
    return sum;
  };
  return Array.from(vertical.first, (_, y) =>
    Array.from(horizontal.first, (__, x) =>
      axis(vertical, y, (row) => axis(horizontal, x, (column) => image[row]?.[column] as number)),
    ),
  );
}

function bytesOf(image: number[][], interpolation: 'linear' | 'area', size: number): number[] {
  const columns = image[0]?.length as number;
  return resized(
    image.flat(),
    columns,
    tapsOf(interpolation, image.length, size),
    tapsOf(interpolation, columns, size),
  );
}

/** Of values in the place of windows: each pixel has a pattern of its own. */
function resized(values: readonly number[], columns: number, vertical: Taps, horizontal: Taps): number[] {
  const bits = Uint16Array.from(values, (_, i) => i);
  const table = { values: Float32Array.from(values), channels: 1 };
  return [...resizeChannels(bits, columns, table, vertical, horizontal)];
}

describe('resize (reference: OpenCV and TensorFlow)', () => {
  for (const [name, of] of Object.entries(reference.resize.cases)) {
    const size = of.dsize_wh[0] as number;
    const taps = (interpolation: 'linear' | 'area') => tapsOf(interpolation, of.input.length, size);

    it(`${name}: values within 1e-4 of INTER_LINEAR, INTER_AREA and TensorFlow's`, () => {
      const linear = exact(of.input, taps('linear'), taps('linear')).flat();
      const area = exact(of.input, taps('area'), taps('area')).flat();
      for (const [values, wanted] of [
        [linear, of.INTER_LINEAR_float32],
        [linear, of.tf_bilinear_half_pixel],
        [area, of.INTER_AREA_float32],
        [area, of.tf_area],
      ] as const)
        for (const [i, value] of wanted.flat().entries())
          expect(Math.abs((values[i] as number) - value)).toBeLessThan(1e-4);
    });

    it(`${name}: bytes of INTER_AREA exact, of INTER_LINEAR within 1`, () => {
      expect(bytesOf(of.input, 'area', size)).toEqual(of.INTER_AREA_uint8.flat());
      const wanted = of.INTER_LINEAR_uint8.flat();
      for (const [i, byte] of bytesOf(of.input, 'linear', size).entries())
        expect(Math.abs(byte - (wanted[i] as number))).toBeLessThanOrEqual(1);
    });
  }

  it('linear is not area where the picture shrinks by more than two', () => {
    const stripes = Array.from({ length: 8 }, () => [0, 0, 0, 200, 0, 0, 0, 200]);
    expect(bytesOf(stripes, 'area', 2)).toEqual([50, 50, 50, 50]);
    expect(bytesOf(stripes, 'linear', 2)).toEqual([0, 0, 0, 0]);
  });

  it('stretches a picture that is not square, each axis by its own factor', () => {
    // 2 rows, 4 columns -> 2 x 2: rows stay, pairs of columns are averaged.
    const image = [
      [0, 10, 20, 30],
      [100, 110, 120, 130],
    ];
    expect(bytesOf(image, 'area', 2)).toEqual([5, 25, 105, 125]);
    expect(bytesOf(image, 'linear', 2)).toEqual([5, 25, 105, 125]);
  });

  it.each(['linear', 'area'] as const)('%s: weights of each output sum to 1, taps stay inside', (interpolation) => {
    for (const [source, target] of [
      [512, 224],
      [490, 224],
      [3, 224],
      [1, 5],
      [638, 64],
      [7, 7],
    ] as const) {
      const { first, start, weights } = tapsOf(interpolation, source, target);
      for (let i = 0; i < target; i++) {
        const own = weights.subarray(start[i], start[i + 1]);
        expect(own.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
        expect(first[i]).toBeGreaterThanOrEqual(0);
        expect((first[i] as number) + own.length).toBeLessThanOrEqual(source);
      }
    }
  });

  it('two taps at once give the bytes of any number of them', () => {
    const image = Array.from({ length: 61 * 47 }, (_, i) => ((i * 7919) % 2551) / 10);
    for (const size of [5, 20, 47, 80]) {
      const [vertical, horizontal] = [tapsOf('linear', 61, size), tapsOf('linear', 47, size)];
      expect(vertical.pairs).not.toBeNull();
      const many = (taps: Taps): Taps => ({ ...taps, pairs: null });
      expect(resized(image, 47, vertical, horizontal)).toEqual(resized(image, 47, many(vertical), many(horizontal)));
    }
    expect(tapsOf('area', 61, 20).pairs).toBeNull();
  });
});

it.each(['linear', 'area'] as const)('%s: rounds half to even', (interpolation) => {
  const values = [12.5, 37.5, 76.5, 77.5, 0.5, 254.5, 76.4999, 76.5001, 255];
  const taps = tapsOf(interpolation, 3, 3);
  expect(resized(values, 3, taps, taps)).toEqual([12, 38, 76, 78, 0, 254, 76, 77, 255]);
});
