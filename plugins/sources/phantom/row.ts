import type { Plane } from './plane.ts';
import type { Line } from './texture.ts';
import { add, times, type Vector } from './vector.ts';

/**
 * One row of pixels on its way to HU. Work is done a row at a time, on plain arrays: a function called for each pixel
 * with numbers as arguments costs several times as much as its arithmetic.
 */
export interface Row extends Line {
  /** Place in the head's frame, mm. */
  x: Float64Array;
  y: Float64Array;
  z: Float64Array;
  /** Depth under the ordinary inner table, and under the table as it has grown, mm. */
  under: Float64Array;
  deep: Float64Array;
  /** One over the width of an edge here, 1/mm. */
  edge: Float64Array;
  /** Share inside of the skull, and of that above the skull's base. */
  within: Float64Array;
  open: Float64Array;
  /** Height over the base, mm. */
  above: Float64Array;
  value: Float64Array;
  /** Which pixels a texture is wanted for, and what came of it. */
  wanted: Uint8Array;
  noise: readonly [Float64Array, Float64Array, Float64Array];
}

export function newRow(size: number): Row {
  const column = () => new Float64Array(size);
  return {
    start: [0, 0, 0],
    step: [0, 0, 0],
    from: 0,
    to: -1,
    x: column(),
    y: column(),
    z: column(),
    under: column(),
    deep: column(),
    edge: column(),
    within: column(),
    open: column(),
    above: column(),
    value: column(),
    wanted: new Uint8Array(size),
    noise: [column(), column(), column()],
  };
}

export function placeRow(row: Row, plane: Plane, number: number, [from, to]: readonly [number, number]): void {
  row.start = add(plane.origin, times(plane.row, number));
  row.step = plane.column;
  row.from = from;
  row.to = to;
  const [x, y, z] = row.start;
  const [dx, dy, dz] = row.step;
  for (let i = from; i <= to; i++) {
    row.x[i] = x + i * dx;
    row.y[i] = y + i * dy;
    row.z[i] = z + i * dz;
  }
}

/** The row in a texture's own frame: moved and stretched. */
export const moved = (row: Row, by: Vector, stretch: Vector = [1, 1, 1]): Line => ({
  ...row,
  start: [row.start[0] * stretch[0] + by[0], row.start[1] * stretch[1] + by[1], row.start[2] * stretch[2] + by[2]],
  step: [row.step[0] * stretch[0], row.step[1] * stretch[1], row.step[2] * stretch[2]],
});
