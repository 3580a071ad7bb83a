import type { Plane } from './plane.ts';
import { dot, subtract, type Vector } from './vector.ts';

/** Visits the pixels within `reach` mm of a point, with their place in the head's frame. */
export function near(
  plane: Plane,
  centre: Vector,
  reach: number,
  visit: (pixel: number, x: number, y: number, z: number) => void,
): void {
  const { size, spacing, origin, column, row, normal } = plane;
  const way = subtract(centre, origin);
  const away = dot(way, normal);
  if (Math.abs(away) >= reach) return;
  const pixels = Math.sqrt(reach * reach - away * away) / spacing;
  const square = spacing * spacing;
  const x = dot(way, column) / square;
  const y = dot(way, row) / square;
  const lastRow = Math.min(size - 1, y + pixels);
  const lastColumn = Math.min(size - 1, x + pixels);
  for (let r = Math.max(0, Math.ceil(y - pixels)); r <= lastRow; r++) {
    for (let c = Math.max(0, Math.ceil(x - pixels)); c <= lastColumn; c++) {
      visit(
        r * size + c,
        origin[0] + c * column[0] + r * row[0],
        origin[1] + c * column[1] + r * row[1],
        origin[2] + c * column[2] + r * row[2],
      );
    }
  }
}
