import type { Random, TYPES } from '../../../src/index.ts';
import type { Head } from './head.ts';
import type { Vector } from './vector.ts';

export type BleedType = (typeof TYPES)[number];

/** Blood in space. Lengths in mm, densities in HU. `slice`: the only one that it is painted in; left out: all that it reaches. */
export type Bleed = { type: BleedType; hu: number; slice?: number } & (
  | { form: 'blob'; centre: Vector; radii: Vector; oedema: number }
  | { form: 'lens' | 'crescent'; centre: Vector; reach: number; thickness: number; gap: number }
  | { form: 'falx'; centre: Vector; reach: number; thickness: number }
  | { form: 'folds'; centre: Vector; reach: number; width: number }
  | { form: 'ventricles'; side: -1 | 0 | 1; level: number }
);

export interface BleedOptions {
  bloodAtSkull: boolean;
  /** Share of the ordinary size. */
  scale?: number;
}

export function drawBleed(type: BleedType, head: Head, random: Random, options: BleedOptions): Bleed {
  const side = random.chance(0.5) ? 1 : -1;
  const scale = options.scale ?? 1;
  const atSkull = () => ({
    hu: options.bloodAtSkull ? random.between(80, 94) : random.between(56, 68),
    gap: options.bloodAtSkull ? 0 : 2.5,
  });
  switch (type) {
    case 'epidural':
      return {
        type,
        form: 'lens',
        centre: onSkull(head, side * random.between(25, 88), random.between(0, 50)),
        reach: random.between(23, 36) * Math.sqrt(scale),
        thickness: random.between(10, 21) * scale,
        ...atSkull(),
      };
    case 'subdural':
      if (random.chance(0.15)) {
        const centre: Vector = [0, random.between(-40, 40), random.between(32, 50)];
        const thickness = random.between(5, 9) * scale;
        return { type, form: 'falx', centre, reach: random.between(28, 42), thickness, hu: random.between(60, 80) };
      }
      return {
        type,
        form: 'crescent',
        centre: onSkull(head, side * random.between(50, 120), random.between(8, 45)),
        reach: random.between(30, 52) * Math.sqrt(scale),
        thickness: random.between(6, 15) * scale,
        ...atSkull(),
      };
    case 'subarachnoid': {
      const basal = random.chance(0.4);
      const centre: Vector = basal
        ? [side * random.between(0, 18), random.between(-22, -2), random.between(-22, -10)]
        : [side * random.between(25, 50), random.between(-40, 45), random.between(10, 50)];
      const reach = basal ? random.between(32, 46) : random.between(18, 34);
      return { type, form: 'folds', centre, reach, width: random.between(0.13, 0.24), hu: random.between(54, 76) };
    }
    case 'intraventricular': {
      const which = random.uniform();
      const level = random.chance(0.6) ? random.between(10, 34) : random.between(-40, -5);
      const sides = which < 0.5 ? 0 : which < 0.75 ? 1 : -1;
      return { type, form: 'ventricles', side: sides, level, hu: random.between(55, 78) };
    }
    case 'intraparenchymal': {
      const radius = (9 + 16 * random.uniform() ** 1.3) * scale;
      const shape = () => radius * random.between(0.75, 1.25);
      const radii: Vector = [shape(), shape() * 1.15, shape()];
      const oedema = random.chance(0.6) ? random.between(2, 7) : 0;
      return {
        type,
        form: 'blob',
        centre: inBrain(side, radius, head, random),
        radii,
        oedema,
        hu: random.between(56, 82),
      };
    }
  }
}

/** A point on the inner table: `azimuth` 0 in front, 90 at the left side; `height` mm above the origin. */
export function onSkull(head: Head, azimuth: number, height: number): Vector {
  const { half } = head;
  const angle = (azimuth * Math.PI) / 180;
  const shrink = Math.sqrt(Math.max(0.05, 1 - (height / (height > 0 ? half.up : half.down)) ** 2));
  return [Math.sin(angle) * half.x * shrink, -Math.cos(angle) * half.y * shrink, height];
}

function inBrain(side: 1 | -1, radius: number, head: Head, random: Random): Vector {
  const place = random.uniform();
  const around = (centre: number, spread: number) => centre + random.between(-spread, spread);
  if (place < 0.38) return [side * around(26, 4), around(-4, 8), around(6, 5)];
  if (place < 0.5) return [side * around(13, 3), around(9, 4), around(6, 4)];
  if (place < 0.6) return [side * around(20, 6), around(42, 6), around(-44, 5)];
  const [x, y, z] = onSkull(head, random.between(20, 160), random.between(5, 48));
  const inwards = 1 - (radius * 0.75 + random.between(5, 16)) / 70;
  return [side * x * inwards, y * inwards, z * inwards];
}

/** Whether a bleed is painted in slice `k` where it reaches it. */
export const isIn = (bleed: Bleed, k: number): boolean => bleed.slice === undefined || bleed.slice === k;
