import { cellsOf } from './numbers.ts';

/**
 * A view of values, written out row-major.
 * @param strides how far apart neighbours of each axis lie, in values
 * @param offset of the view's first value
 */
export function rowMajor(
  values: Float32Array,
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
): Float32Array {
  const count = cellsOf(shape);
  if (isRowMajor(shape, strides)) return values.subarray(offset, offset + count);
  const out = new Float32Array(count);
  if (count === 0) return out;
  const index = shape.map(() => 0);
  let at = offset;
  for (let i = 0; i < count; i++) {
    out[i] = values[at] as number;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] as number;
      const next = (index[axis] as number) + 1;
      if (next < (shape[axis] as number)) {
        index[axis] = next;
        at += stride;
        break;
      }
      at -= stride * (next - 1);
      index[axis] = 0;
    }
  }
  return out;
}

/** Strides of axes of one value do not matter. */
export function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let wanted = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const side = shape[axis] as number;
    if (side !== 1 && strides[axis] !== wanted) return false;
    wanted *= side;
  }
  return true;
}
