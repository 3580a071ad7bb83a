import type { Random } from '../../../src/index.ts';
import { length, type Vector } from './vector.ts';

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
  /** Many points at once, into `out`: a few samples a bump, straight lines between; much faster. */
  along(line: Line, wanted: Uint8Array, cell: number, out: Float64Array): void;
}

/** Samples a bump, at least: between them the noise is straight enough. */
const SAMPLES = 4;

/** Scratch of all textures: which samples are needed, and the samples. */
const NEEDED = new Uint8Array(1024);
const SAMPLED = new Float64Array(1024);

/** Random values on a periodic lattice of 32 x 32 x 32, trilinear between them. */
export function drawTexture(random: Random): Texture {
  const lattice = new Float32Array(SIDE * SIDE * SIDE);
  for (let i = 0; i < lattice.length; i++) lattice[i] = random.between(-1, 1);

  return {
    along(line, wanted, cell, out) {
      const needed = NEEDED;
      const samples = SAMPLED;
      const { step, from, to } = line;
      // A power of two, so that no pixel costs a division.
      const shift = Math.max(0, Math.floor(Math.log2(cell / (SAMPLES * length(step)))));
      const every = 1 << shift;
      const part = 1 / every;
      const count = (to >> shift) + 2;
      needed.fill(0, 0, count);
      for (let i = from; i <= to; i++) {
        if (wanted[i] === 0) continue;
        needed[i >> shift] = 1;
        needed[(i >> shift) + 1] = 1;
      }
      sample(lattice, line, every, cell, count);
      for (let i = from; i <= to; i++) {
        if (wanted[i] === 0) continue;
        const left = samples[i >> shift]!;
        out[i] = left + (samples[(i >> shift) + 1]! - left) * (i & (every - 1)) * part;
      }
    },
    at(x, y, z, cell) {
      NEEDED[0] = 1;
      sample(lattice, { start: [x, y, z], step: [0, 0, 0], from: 0, to: 0 }, 1, cell, 1);
      return SAMPLED[0]!;
    },
  };
}

/** Sets `SAMPLED[n]` for every point `start + n every step` that `NEEDED` marks. */
function sample(lattice: Float32Array, { start, step }: Line, every: number, cell: number, count: number): void {
  const needed = NEEDED;
  const samples = SAMPLED;
  const [x, y, z] = start.map((value) => value / cell + FAR) as unknown as Vector;
  const [dx, dy, dz] = step.map((value) => (value * every) / cell) as unknown as Vector;
  for (let n = 0; n < count; n++) {
    if (needed[n] === 0) continue;
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
    samples[n] = below + c * (high + b * (highBack - high) - below);
  }
}
