import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../../src/registry/kinds/augmentation.ts';
import { compose, IDENTITY, source } from '../../../src/runtime/images/matrix.ts';

// On a 5 x 5 image, by hand.
const flip: Matrix = [-1, 0, 4, 0, 1, 0];
const transpose: Matrix = [0, 1, 0, 1, 0, 0];
const down1: Matrix = [1, 0, 0, 0, 1, -1];

describe('compose', () => {
  it('leaves a matrix as it is beside the identity', () => {
    expect(compose(IDENTITY, flip)).toEqual(flip);
    expect(compose(flip, IDENTITY)).toEqual(flip);
  });

  it('flips twice to the identity', () => {
    expect(source(compose(flip, flip), 3, 1)).toEqual([3, 1]);
  });

  it('applies the first to the image first', () => {
    // Flip, then transpose: output (x=1, y=0) is the flipped image's (0, 1), which is the input's (4, 1).
    expect(source(compose(flip, transpose), 1, 0)).toEqual([4, 1]);
    // The other way about: output (1, 0) is the transposed image's (3, 0), which is the input's (0, 3).
    expect(source(compose(transpose, flip), 1, 0)).toEqual([0, 3]);
  });

  it('composes a move after a transpose', () => {
    // Transpose, then down by one: output (2, 3) is the transposed image's (2, 2); output (0, 1) its (0, 0).
    expect(source(compose(transpose, down1), 2, 3)).toEqual([2, 2]);
    // Output (4, 1) is the transposed image's (4, 0), the input's (0, 4).
    expect(source(compose(transpose, down1), 4, 1)).toEqual([0, 4]);
  });

  it('equals following the pixel through both, for any matrices', () => {
    const a: Matrix = [0.9, -0.3, 2, 0.25, 1.1, -1];
    const b: Matrix = [1.2, 0.1, -3, -0.4, 0.8, 0.5];
    const [x, y] = source(b, 7, -2);
    const [u, v] = source(a, x, y);
    const [p, q] = source(compose(a, b), 7, -2);
    expect(p).toBeCloseTo(u, 12);
    expect(q).toBeCloseTo(v, 12);
  });
});
