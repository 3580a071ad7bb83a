import type { Head } from './head.ts';
import type { Plane } from './plane.ts';
import { moved, type Row } from './row.ts';
import { faceShare } from './shell.ts';
import { clamp } from './vector.ts';

const AIR = -950;
const FAT = -85;
const MUSCLE = 52;
/** No part of the base is higher. */
const HIGHEST = -5;

const step = (value: number, from: number, to: number): number => {
  const t = clamp((value - from) / (to - from));
  return t * t * (3 - 2 * t);
};

/** Finds how high each pixel lies over the floor under the brain, and the share of it that is over it. */
export function raiseFloor(row: Row, plane: Plane, head: Head): void {
  row.open.fill(1, row.from, row.to + 1);
  if (!reachesBase(row)) return;
  const [bumps] = row.noise;
  for (let i = row.from; i <= row.to; i++) row.wanted[i] = row.z[i]! < HIGHEST && row.within[i]! > 0 ? 1 : 0;
  head.texture.along(moved(row, [0, 0, 40], [1, 1, 0]), row.wanted, 13, bumps);
  const width = plane.spacing * 0.5 + plane.thickness * 0.8;
  for (let i = row.from; i <= row.to; i++) {
    if (row.wanted[i] === 0) continue;
    row.above[i] = row.z[i]! - floorHeight(row.x[i]!, row.y[i]!) - head.base - 4 * bumps[i]!;
    row.open[i] = clamp(0.5 + row.above[i]! / width);
  }
}

const reachesBase = (row: Row): boolean => Math.min(row.z[row.from]!, row.z[row.to]!) < HIGHEST;

/** Height z of the floor: front, middle and hind fossa, the ridges between them, the dorsum. */
function floorHeight(x: number, y: number): number {
  const away = Math.abs(x);
  // The roofs of the orbits bulge upwards on both sides of the nose. Further back the front fossa has no say.
  const front = y < -28 ? -27 + 9 * Math.exp(-(((away - 27) / 13) ** 2) - ((y + 52) / 24) ** 2) : 0;
  const middle = -46 + 14 * step(14 - away, 0, 8);
  const hind = -74;
  let floor = front + (middle - front) * step(y, -40, -28) + (hind - middle) * step(y, 4, 20);
  // Sphenoid wings between front and middle fossa, petrous bones between middle and hind fossa.
  floor = Math.max(floor, -20 - Math.abs(y + 32 + away * 0.12) * 2.2);
  if (away > 10) floor = Math.max(floor, -30 - Math.abs(y - 1 - away * 0.28) * 1.9);
  if (away <= 14) floor = Math.max(floor, -33 - Math.abs(y - 2) * 2.5);
  return floor;
}

/** Paints what lies under the floor, and the front of the face. The brain is painted over it. */
export function paintBase(row: Row, head: Head): void {
  const { wanted, noise, value } = row;
  if (!reachesBase(row)) return;
  const [grain, fine, share] = noise;
  for (let i = row.from; i <= row.to; i++) {
    // In the face there is no vault: its place, up to the skin, is filled too.
    const face = faceShare(row.y[i]!, row.z[i]!) * clamp(0.5 + (row.under[i]! + head.bone) * row.edge[i]!);
    share[i] = Math.max(row.open[i]! < 1 ? row.within[i]! : 0, face);
    wanted[i] = share[i]! > 0 ? 1 : 0;
  }
  head.texture.along(row, wanted, 5, grain);
  head.texture.along(moved(row, [40, 0, 0]), wanted, 2.6, fine);
  for (let i = row.from; i <= row.to; i++) {
    if (wanted[i] === 0) continue;
    const above = row.within[i] === 0 ? -9 : row.above[i]!;
    const hu = underFloor(row.x[i]!, row.y[i]!, row.z[i]!, above, grain[i]!, fine[i]!, head.base);
    value[i] = value[i]! + share[i]! * (hu - value[i]!);
  }
}

/** HU under the floor; `above` is the height over it, mm, negative here. `grain` and `fine` are textures. */
function underFloor(x: number, y: number, z: number, above: number, grain: number, fine: number, base: number): number {
  const away = Math.abs(x);
  const bone = 900 + 350 * grain;
  const petrous = away > 12 && Math.abs(y - 4 - away * 0.28) < 12 && z > -58 + base;
  if (petrous) return away > 36 && fine > 0.05 ? -650 : bone + 250;
  // The great hole: spinal cord in fluid.
  const hole = Math.sqrt(x * x + (y - 30) * (y - 30));
  if (hole < 16) return hole < 9 ? 34 : 10;
  if (above > -4.5) return bone;
  if (y < -30) {
    if (away < 12) return fine > 0.45 || away < 0.9 ? 450 : AIR;
    if (away < 14) return 700;
    const wall = Math.sqrt((away - 27) ** 2 + ((z + 38) * 0.9) ** 2);
    if (wall < 19) return orbit(away, y, z, grain);
    if (wall < 22 && y > -70) return 800;
    if (z < -58 && away < 40 && y < -38) return AIR;
  }
  if (away < 14 && y < -4 && z < -40) return away > 12 || fine > 0.6 ? 600 : AIR;
  if (away < 16 && y < 12) return 550 + 200 * grain;
  return grain + 0.4 * fine > 0.3 ? FAT : MUSCLE;
}

/** Eye, its nerve and muscles in fat. */
function orbit(away: number, y: number, z: number, grain: number): number {
  const height = (z + 38) * (z + 38);
  const eye = Math.sqrt((away - 29) ** 2 + (y + 74) ** 2 + height);
  if (eye < 10.5) return 14;
  if (eye < 12.2) return 45;
  const nerve = Math.sqrt((away - 27 - (y + 62) * 0.35) ** 2 + height);
  if (nerve < 2.4) return 38;
  const cone = Math.sqrt((away - 27 - (y + 62) * 0.3) ** 2 + height * 0.81);
  return Math.abs(cone - 10) < 1.8 ? 48 : FAT + 12 * grain;
}
