import type { Matrix } from '../../registry/kinds/augmentation.ts';

/** Leaves an image as it is. */
export const IDENTITY: Matrix = [1, 0, 0, 0, 1, 0];

/**
 * One matrix for two changes in a row: the image goes through `first`, then what came of it through `then`.
 * As a matrix says where an output pixel is taken from, the pixel is followed backwards: through `then`, then `first`.
 */
export function compose(first: Matrix, then: Matrix): Matrix {
  const [a, b, c, d, e, f] = first;
  const [g, h, i, j, k, l] = then;
  return [a * g + b * j, a * h + b * k, a * i + b * l + c, d * g + e * j, d * h + e * k, d * i + e * l + f];
}

/** Where the output pixel (x, y) is taken from. */
export function source([a, b, c, d, e, f]: Matrix, x: number, y: number): readonly [x: number, y: number] {
  return [a * x + b * y + c, d * x + e * y + f];
}
