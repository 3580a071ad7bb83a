import type { Plane } from './plane.ts';
import { apply, clamp, IDENTITY, type Rotation, subtract, type Vector } from './vector.ts';

export interface Ellipsoid {
  centre: Vector;
  radii: Vector;
  turn: Rotation;
}

export const ellipsoid = (centre: Vector, radii: Vector, turn: Rotation = IDENTITY): Ellipsoid => ({
  centre,
  radii,
  turn,
});

/** The same on the other side of the midline. */
export const mirrored = ({ centre, radii, turn }: Ellipsoid): Ellipsoid => ({
  centre: [-centre[0], centre[1], centre[2]],
  radii,
  turn: turn.map(([x, y, z]) => [-x, y, z]) as unknown as Rotation,
});

/**
 * Visits the pixels that the ellipsoid touches with the share of the voxel that it fills, 0..1. The edge is as wide as
 * the voxel is along the surface's normal, so that a surface that lies flat in the slice blurs over the slice's
 * thickness (partial volume). `margin` (mm) moves the surface outwards.
 */
export function visit(
  plane: Plane,
  { centre, radii, turn }: Ellipsoid,
  paint: (pixel: number, share: number) => void,
  margin = 0,
): void {
  const { size, spacing, thickness } = plane;
  const origin = apply(turn, subtract(plane.origin, centre));
  const column = apply(turn, plane.column);
  const row = apply(turn, plane.row);
  const normal = apply(turn, plane.normal);
  const [rx, ry, rz] = [radii[0] + margin, radii[1] + margin, radii[2] + margin] as const;
  const reach = Math.max(rx, ry, rz) + thickness;
  const away = normal[0] * origin[0] + normal[1] * origin[1] + normal[2] * origin[2];
  if (Math.abs(away) > reach) return;
  // The centre's own pixel: origin is the way from the centre to the first pixel, columns and rows are orthogonal.
  const square = spacing * spacing;
  const x = -(origin[0] * column[0] + origin[1] * column[1] + origin[2] * column[2]) / square;
  const y = -(origin[0] * row[0] + origin[1] * row[1] + origin[2] * row[2]) / square;
  const pixels = reach / spacing;
  // Flat things do not fill a thick slice, even in its middle.
  const fill = clamp((2 * Math.min(rx, ry, rz)) / thickness + 0.2);
  for (let r = Math.max(0, Math.ceil(y - pixels)); r <= Math.min(size - 1, y + pixels); r++) {
    for (let c = Math.max(0, Math.ceil(x - pixels)); c <= Math.min(size - 1, x + pixels); c++) {
      const u = (origin[0] + c * column[0] + r * row[0]) / rx;
      const v = (origin[1] + c * column[1] + r * row[1]) / ry;
      const w = (origin[2] + c * column[2] + r * row[2]) / rz;
      const level = Math.sqrt(u * u + v * v + w * w);
      if (level > 2) continue;
      const gx = u / rx;
      const gy = v / ry;
      const gz = w / rz;
      const slope = Math.sqrt(gx * gx + gy * gy + gz * gz) + 1e-9;
      const outside = (level * (level - 1)) / slope;
      const slant = Math.abs(gx * normal[0] + gy * normal[1] + gz * normal[2]) / slope;
      const share = 0.5 - outside / (spacing + thickness * slant);
      if (share > 0) paint(r * size + c, fill * Math.min(1, share));
    }
  }
}
