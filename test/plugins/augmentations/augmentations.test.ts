import { describe, expect, it } from 'vitest';
import affine from '../../../plugins/augmentations/affine.ts';
import crop from '../../../plugins/augmentations/crop.ts';
import flipHorizontal from '../../../plugins/augmentations/flip-horizontal.ts';
import flipVertical from '../../../plugins/augmentations/flip-vertical.ts';
import shear from '../../../plugins/augmentations/shear.ts';
import transpose from '../../../plugins/augmentations/transpose.ts';
import { type Matrix, stream } from '../../../src/index.ts';
import { compose, source } from '../../../src/runtime/images/matrix.ts';

const random = () => stream(7, 'test');
const at = (matrix: Matrix | undefined, x: number, y: number) => source(matrix as Matrix, x, y);

describe('flip-horizontal', () => {
  it('takes each pixel from the other end of its row', () => {
    const matrix = flipHorizontal.matrix?.({ probability: 1 }, random(), 224) as Matrix;
    expect(at(matrix, 0, 10)).toEqual([223, 10]);
    expect(at(matrix, 223, 5)).toEqual([0, 5]);
    expect(at(compose(matrix, matrix), 17, 99)).toEqual([17, 99]);
  });
});

describe('transpose', () => {
  it('swaps rows and columns', () => {
    expect(at(transpose.matrix?.({ probability: 1 }, random(), 64), 3, 40)).toEqual([40, 3]);
  });
});

describe('flip-vertical', () => {
  it('takes each pixel from the other end of its column', () => {
    const matrix = flipVertical.matrix?.({ probability: 1 }, random(), 224) as Matrix;
    expect(at(matrix, 10, 0)).toEqual([10, 223]);
    expect(at(compose(matrix, matrix), 17, 99)).toEqual([17, 99]);
  });
});

describe('shear', () => {
  it('keeps the centre and areas nearly, and slants by no more than its degrees', () => {
    for (let seed = 0; seed < 20; seed++) {
      const matrix = shear.matrix?.({ probability: 1, degrees: 15 }, stream(seed, 'shear'), 65) as Matrix;
      const [x, y] = at(matrix, 32, 32);
      expect(x).toBeCloseTo(32, 10);
      expect(y).toBeCloseTo(32, 10);
      const most = Math.tan((15 * Math.PI) / 180);
      expect(Math.abs(matrix[1])).toBeLessThanOrEqual(most);
      expect(Math.abs(matrix[3])).toBeLessThanOrEqual(most);
      expect([matrix[0], matrix[4]]).toEqual([1, 1]);
    }
  });
});

describe('crop', () => {
  it('takes the corners of the output from a square inside of the image', () => {
    for (let seed = 0; seed < 50; seed++) {
      const matrix = crop.matrix?.({ probability: 1, smallest: 0.5 }, stream(seed, 'crop'), 100) as Matrix;
      // The edges of the outer pixels, half a pixel beyond their centres.
      const [left, top] = at(matrix, -0.5, -0.5);
      const [right, bottom] = at(matrix, 99.5, 99.5);
      expect(right - left).toBeCloseTo(bottom - top, 10);
      expect(right - left).toBeGreaterThanOrEqual(50 - 1e-9);
      for (const value of [left, top, right, bottom]) {
        expect(value).toBeGreaterThanOrEqual(-0.5 - 1e-9);
        expect(value).toBeLessThanOrEqual(99.5 + 1e-9);
      }
    }
  });

  it('is the identity where the square is the image', () => {
    expect(crop.matrix?.({ probability: 1, smallest: 1 }, random(), 64)).toEqual([1, 0, 0, 0, 1, 0]);
  });
});

describe('affine', () => {
  const draw = (shift: number, scale: number, rotateDegrees: number, size: number, seed = 0) =>
    affine.matrix?.({ probability: 1, shift, scale, rotateDegrees }, stream(seed, 'affine'), size) as Matrix;

  it('is the identity where nothing may change', () => {
    const matrix = draw(0, 0, 0, 64);
    [1, 0, 0, 0, 1, 0].forEach((value, i) => {
      expect(matrix[i]).toBeCloseTo(value, 12);
    });
  });

  it('rotates about the centre, (size - 1) / 2, and keeps distances', () => {
    for (let seed = 0; seed < 20; seed++) {
      const matrix = draw(0, 0, 20, 65, seed);
      const [x, y] = at(matrix, 32, 32);
      expect(x).toBeCloseTo(32, 10);
      expect(y).toBeCloseTo(32, 10);
      const [u, v] = at(matrix, 42, 32);
      expect(Math.hypot(u - 32, v - 32)).toBeCloseTo(10, 10);
      expect(Math.abs(Math.atan2(v - 32, u - 32))).toBeLessThanOrEqual((20 * Math.PI) / 180);
    }
  });

  it('shifts by at most its share of the side, evenly spread either way', () => {
    const shifts = Array.from({ length: 2000 }, (_, seed) => draw(0.05, 0, 0, 200, seed)[2]);
    // ±5 % of 200 pixels is ±10; a uniform draw has mean 0 and a standard deviation of 10 / sqrt(3) = 5.77.
    expect(Math.max(...shifts.map(Math.abs))).toBeLessThanOrEqual(10);
    const mean = shifts.reduce((a, b) => a + b, 0) / shifts.length;
    const deviation = Math.sqrt(shifts.reduce((a, b) => a + (b - mean) ** 2, 0) / shifts.length);
    expect(mean).toBeCloseTo(0, 0);
    expect(deviation).toBeGreaterThan(5.5);
    expect(deviation).toBeLessThan(6.05);
  });

  it('scales within its range about the centre', () => {
    for (let seed = 0; seed < 50; seed++) {
      const [a, , , , e] = draw(0, 0.05, 0, 100, seed);
      expect(a).toBe(e);
      expect(1 / a).toBeGreaterThanOrEqual(0.95);
      expect(1 / a).toBeLessThanOrEqual(1.05);
    }
  });

  it('draws the same numbers whatever its ranges, so that a change of one moves no later draw', () => {
    const left = stream(3, 'count');
    const right = stream(3, 'count');
    affine.matrix?.({ probability: 1, shift: 0, scale: 0, rotateDegrees: 0 }, left, 64);
    affine.matrix?.({ probability: 1, shift: 0.2, scale: 0.1, rotateDegrees: 90 }, right, 64);
    expect(left.uniform()).toBe(right.uniform());
  });
});
