import type { Random } from '../../../src/index.ts';
import { type Ellipsoid, ellipsoid, mirrored } from './ellipsoid.ts';
import { drawTexture, type Texture } from './texture.ts';
import { rotation, type Vector } from './vector.ts';

/** One patient's head: sizes in mm, densities in HU. The frame's origin lies at the third ventricle. */
export interface Head {
  /** Semi-axes of the inner table: sideways, front to back, up, down (below the widest level it narrows slowly). */
  half: { x: number; y: number; up: number; down: number };
  /** How much narrower the forehead is than the back, 0..1. */
  egg: number;
  bone: number;
  scalp: number;
  /** Space between bone and brain; wide in old heads. */
  rim: number;
  sulci: { depth: number; width: number };
  grey: number;
  white: number;
  /** Bone that grows inwards on one side: white in a brain window, and no blood. */
  thickening: null | { centre: Vector; reach: number; depth: number };
  ventricles: readonly Ellipsoid[];
  cisterns: readonly Ellipsoid[];
  /** Grey matter inside of the white. */
  nuclei: readonly Ellipsoid[];
  calcified: readonly { shape: Ellipsoid; hu: number }[];
  /** Height of the skull base, mm, added to the ordinary one. */
  base: number;
  texture: Texture;
}

/** @param thickened Share of heads with a thickened skull. */
export function drawHead(random: Random, { thickened: share }: { thickened: number }): Head {
  const size = random.between(0.93, 1.05);
  const age = random.uniform();
  const half = {
    x: 68.5 * size * random.between(0.95, 1.04),
    y: 85 * size * random.between(0.96, 1.04),
    up: 80 * size,
    down: 96 * size,
  };
  const wide = (0.85 + 0.85 * age * age) * random.between(0.85, 1.15);
  const thickened = random.chance(share);
  const side = random.chance(0.5) ? 1 : -1;
  const thickening = {
    centre: [
      side * half.x * random.between(0.75, 1),
      half.y * random.between(-0.6, 0.6),
      random.between(5, 45),
    ] as Vector,
    reach: random.between(25, 50),
    depth: random.between(6, 14),
  };
  return {
    half,
    egg: random.between(0.06, 0.14),
    bone: random.between(3.8, 7),
    scalp: random.between(4, 8),
    rim: 0.8 + 2.2 * age * age,
    sulci: { depth: random.between(9, 13) + 7 * age, width: 0.02 + 0.15 * age * age + random.between(0, 0.04) },
    grey: random.between(37, 40),
    white: random.between(26, 29),
    thickening: thickened ? thickening : null,
    ventricles: ventricles(wide, random),
    cisterns: cisterns(0.8 + 0.5 * age),
    nuclei: nuclei(),
    calcified: calcified(random),
    base: random.between(-3, 3),
    texture: drawTexture(random),
  };
}

function ventricles(wide: number, random: Random): Ellipsoid[] {
  const left = wide * random.between(0.9, 1.1);
  const right = wide * random.between(0.9, 1.1);
  const lateral = (w: number): Ellipsoid[] => [
    ellipsoid([8.5, -27, 9], [3.6 * w, 13, 7 * w], rotation(16, 0, 0)),
    ellipsoid([10, -3, 20], [4.6 * w, 21, 5 * w], rotation(8, 0, 0)),
    ellipsoid([20, 27, 10], [5 * w, 11, 10 * w], rotation(-22, 0, 0)),
    ellipsoid([23, 43, 3], [3.4 * w, 13, 4.5 * w], rotation(8, 0, 0)),
    ellipsoid([29, 4, -17], [2.4 * w, 13, 3.4 * w], rotation(-14, 10, 0)),
  ];
  return [
    ...lateral(left),
    ...lateral(right).map(mirrored),
    ellipsoid([0, -2, -2], [1.6 * wide, 13, 9]),
    ellipsoid([0, 34, -44], [5.5 * wide, 4.5, 8]),
  ];
}

const cisterns = (wide: number): Ellipsoid[] => [
  ellipsoid([0, -14, -24], [13 * wide, 7 * wide, 5]),
  ellipsoid([0, 21, -10], [10 * wide, 3 * wide, 5]),
  ellipsoid([9, 14, -18], [3 * wide, 8, 6], rotation(-35, 0, 0)),
  mirrored(ellipsoid([9, 14, -18], [3 * wide, 8, 6], rotation(-35, 0, 0))),
  ellipsoid([0, 0, -38], [11 * wide, 2.5 * wide, 9]),
  ellipsoid([48, -14, -4], [13, 1.6 * wide, 13], rotation(-25, 25, 0)),
  mirrored(ellipsoid([48, -14, -4], [13, 1.6 * wide, 13], rotation(-25, 25, 0))),
];

function nuclei(): Ellipsoid[] {
  const side = [
    ellipsoid([10, 8, 4], [7, 11, 8], rotation(-25, 0, 0)),
    ellipsoid([13, -20, 10], [4.5, 9, 9], rotation(18, 0, 0)),
    ellipsoid([24, -6, 3], [5.5, 14, 10], rotation(12, 0, 0)),
  ];
  return [...side, ...side.map(mirrored)];
}

/** Pineal gland and choroid plexus: small and dense in most grown-ups, over several slices. */
function calcified(random: Random): Head['calcified'] {
  const found: { shape: Ellipsoid; hu: number }[] = [];
  const pineal = random.between(1.5, 3);
  const plexus = random.between(2, 3.5);
  if (random.chance(0.6))
    found.push({ shape: ellipsoid([0, 16, 0], [pineal, pineal, 3]), hu: random.between(90, 250) });
  if (random.chance(0.6)) {
    const shape = ellipsoid([20, 31, 9], [plexus, plexus * 1.4, 4], rotation(-22, 0, 0));
    found.push({ shape, hu: random.between(120, 300) }, { shape: mirrored(shape), hu: random.between(120, 300) });
  }
  return found;
}
