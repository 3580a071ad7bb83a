import type { Random } from '../../../src/index.ts';
import type { Vector } from './vector.ts';

const SIDE = 32;
const MASK = SIDE - 1;
/** Makes coordinates positive, so that cutting off the fraction rounds down. */
const FAR = 4096;

/** Points in a line: `start + i step` for each `i` in `from..to` that `wanted` marks. mm. */
export interface Line {
  start: Vector;
  step: Vector;
  from: number;
  to: number;
}

/** Smooth noise in space, about one bump in a `cell` (mm): -1..1 at a point, the same wherever it is asked. */
export interface Texture {
  at(x: number, y: number, z: number, cell: number): number;
  /** Many points at once, into `out`; several times as fast as one by one. */
  along(line: Line, wanted: Uint8Array, cell: number, out: Float64Array): void;
}

/** Random values on a periodic lattice of 32 x 32 x 32, trilinear between them. */
export function drawTexture(random: Random): Texture {
  const lattice = new Float32Array(SIDE * SIDE * SIDE);
  for (let i = 0; i < lattice.length; i++) lattice[i] = random.between(-1, 1);

  const along: Texture['along'] = ({ start, step, from, to }, wanted, cell, out) => {
    const [x, y, z] = start.map((value) => value / cell + FAR) as unknown as Vector;
    const [dx, dy, dz] = step.map((value) => value / cell) as unknown as Vector;
    for (let n = from; n <= to; n++) {
      if (wanted[n] === 0) continue;
      const u = x + n * dx;
      const v = y + n * dy;
      const w = z + n * dz;
      const i = u | 0;
      const j = v | 0;
      const k = w | 0;
      const a = u - i;
      const b = v - j;
      const c = w - k;
      const x0 = i & MASK;
      const x1 = (i + 1) & MASK;
      const y0 = (j & MASK) * SIDE;
      const y1 = ((j + 1) & MASK) * SIDE;
      const z0 = (k & MASK) * SIDE * SIDE;
      const z1 = ((k + 1) & MASK) * SIDE * SIDE;
      const p = lattice[x0 + y0 + z0]!;
      const q = lattice[x0 + y1 + z0]!;
      const r = lattice[x0 + y0 + z1]!;
      const s = lattice[x0 + y1 + z1]!;
      const low = p + a * (lattice[x1 + y0 + z0]! - p);
      const lowBack = q + a * (lattice[x1 + y1 + z0]! - q);
      const high = r + a * (lattice[x1 + y0 + z1]! - r);
      const highBack = s + a * (lattice[x1 + y1 + z1]! - s);
      const below = low + b * (lowBack - low);
      out[n] = below + c * (high + b * (highBack - high) - below);
    }
  };

  const one = new Float64Array(1);
  const always = new Uint8Array([1]);
  return {
    along,
    at(x, y, z, cell) {
      along({ start: [x, y, z], step: [0, 0, 0], from: 0, to: 0 }, always, cell, one);
      return one[0]!;
    },
  };
}
