import { paintBase, raiseFloor } from './base.ts';
import { paintBrain } from './brain.ts';
import { type Canvas, FAR } from './canvas.ts';
import type { Head } from './head.ts';
import type { Plane } from './plane.ts';
import { placeRow, type Row } from './row.ts';
import { paintShell, skinReach } from './shell.ts';
import { add, clamp, times } from './vector.ts';

const AIR = -1000;

/** Paints scalp, bone, skull base and brain tissue; fills `depth` and `inside`. */
export function paintHead(canvas: Canvas, head: Head): void {
  const { hu, row } = canvas;
  hu.fill(AIR);
  measureHead(canvas, head, (start) => {
    paintShell(row, head);
    paintBase(row, head);
    paintBrain(row, head);
    for (let i = row.from; i <= row.to; i++) hu[start + i] = row.value[i]!;
  });
}

/** Fills `depth` and `inside`, all that blood needs of a head; `paint` is called for each row that has some of it. */
export function measureHead(canvas: Canvas, head: Head, paint?: (start: number) => void): void {
  const { plane, depth, inside, row } = canvas;
  depth.fill(FAR);
  inside.fill(0);
  for (let r = 0; r < plane.size; r++) {
    placeRow(row, plane, r, span(plane, r, head));
    if (row.to < row.from) continue;
    measure(row, plane, head);
    raiseFloor(row, plane, head);
    const start = r * plane.size;
    paint?.(start);
    for (let i = row.from; i <= row.to; i++) {
      depth[start + i] = row.deep[i]!;
      inside[start + i] = row.within[i]! * row.open[i]!;
    }
  }
}

/** First and last column of a row that the head may reach: where the row passes through an ellipsoid around it. */
function span({ size, origin, column, row }: Plane, r: number, head: Head): readonly [number, number] {
  const start = add(origin, times(row, r));
  const lowest = Math.min(start[2], start[2] + size * column[2]);
  const reach = skinReach(head, lowest);
  const { half, egg } = head;
  const radii = [half.x * (1 + egg) + reach, half.y + reach, (start[2] > 0 ? half.up : half.down) + reach];
  // |start + c column| = 1 in units of the radii: a quadratic equation in c.
  let [a, b, c] = [0, 0, -1];
  for (const axis of [0, 1, 2] as const) {
    const step = column[axis] / radii[axis]!;
    const at = start[axis] / radii[axis]!;
    a += step * step;
    b += step * at;
    c += at * at;
  }
  const root = b * b - a * c;
  if (root <= 0) return [0, -1];
  const middle = -b / a;
  const wide = Math.sqrt(root) / a;
  return [Math.max(0, Math.ceil(middle - wide)), Math.min(size - 1, Math.floor(middle + wide))];
}

/** Fills depths, edges and the share within the skull. The inner table is an egg, blunt behind. */
function measure(row: Row, { spacing, thickness, normal }: Plane, { half, egg, thickening }: Head): void {
  const [nx, ny, nz] = normal;
  for (let i = row.from; i <= row.to; i++) {
    const x = row.x[i]!;
    const y = row.y[i]!;
    const z = row.z[i]!;
    const v = y / half.y;
    const halfX = half.x * (1 + egg * v - 0.06 * v * v);
    const halfZ = z > 0 ? half.up : half.down;
    const u = x / halfX;
    const w = z / halfZ;
    const level = Math.sqrt(u * u + v * v + w * w);
    const gx = u / halfX;
    const gy = v / half.y;
    const gz = w / halfZ;
    const slope = Math.sqrt(gx * gx + gy * gy + gz * gz) + 1e-9;
    const slant = Math.abs(gx * nx + gy * ny + gz * nz) / slope;
    const under = (level * (1 - level)) / slope;
    let deep = under;
    if (thickening) {
      const { centre, reach, depth } = thickening;
      const far = ((x - centre[0]) ** 2 + (y - centre[1]) ** 2 + (z - centre[2]) ** 2) / (reach * reach);
      if (far < 1) deep -= depth * (1 - far);
    }
    const edge = 1 / (spacing + thickness * slant);
    row.under[i] = under;
    row.deep[i] = deep;
    row.edge[i] = edge;
    row.within[i] = clamp(0.5 + deep * edge);
  }
}
