import type { Head } from './head.ts';
import { moved, type Row } from './row.ts';
import { clamp, type Vector } from './vector.ts';

const FLUID = 7;

/** Where gyri meet: the zero of a smooth noise, a curved sheet in space. These two parts of it are added. */
const FOLDS = {
  fine: { by: [300, 70, 0] as Vector, stretch: [1, 1, 0.8] as Vector, cell: 8.5 },
  coarse: { by: [0, 500, 0] as Vector, cell: 19, weight: 0.35 },
};

/** 0 on the sheet where gyri meet, growing away from it. */
export function sulcus(x: number, y: number, z: number, { texture }: Head): number {
  const { fine, coarse } = FOLDS;
  return Math.abs(
    texture.at(x + fine.by[0], y + fine.by[1], z * fine.stretch[2], fine.cell) +
      coarse.weight * texture.at(x, y + coarse.by[1], z, coarse.cell),
  );
}

/** Distance from the sheet between the hemispheres, mm; wavy. */
export const midline = (x: number, y: number, z: number, head: Head): number =>
  Math.abs(x + 1.2 * head.texture.at(9, y, z, 16));

/** True where the two hemispheres are parted: over the corpus callosum, and before and behind it. */
export const parted = (y: number, z: number): boolean => z > -22 && (y / 45) ** 2 + ((z - 2) / 30) ** 2 > 1;

/** Height of the tentorium over a point, mm: a tent, higher in the middle. Far below zero where there is none. */
const tentorium = (x: number, y: number, z: number): number =>
  z < 5 && y > 0 ? -16 + 0.14 * (y - 30) - Math.abs(x) * 0.16 - z : -9;

/** Share of hind brain, the rest is cerebrum. */
const hindShare = (tent: number, y: number): number => (tent > -4 ? clamp((tent + 1.5) / 3) * clamp((y - 2) / 8) : 0);

/** Brain, the fluid on it and between its folds, tentorium and falx. */
export function paintBrain(row: Row, head: Head): void {
  const { wanted, noise, within, open, value } = row;
  const [broad, fine, coarse] = noise;
  for (let i = row.from; i <= row.to; i++) wanted[i] = within[i]! * open[i]! > 0 ? 1 : 0;
  head.texture.along(row, wanted, 13, broad);
  for (let i = row.from; i <= row.to; i++) if (row.deep[i]! > 27) wanted[i] = 0;
  head.texture.along(moved(row, FOLDS.fine.by, FOLDS.fine.stretch), wanted, FOLDS.fine.cell, fine);
  head.texture.along(moved(row, FOLDS.coarse.by), wanted, FOLDS.coarse.cell, coarse);
  for (let i = row.from; i <= row.to; i++) {
    const share = within[i]! * open[i]!;
    if (share === 0) continue;
    const x = row.x[i]!;
    const y = row.y[i]!;
    const z = row.z[i]!;
    const deep = row.deep[i]!;
    let brain = head.white + 1 + 1.8 * broad[i]!;
    const tent = tentorium(x, y, z);
    const hind = hindShare(tent, y);
    if (deep <= 27 && hind < 1) {
      const fold = Math.abs(fine[i]! + FOLDS.coarse.weight * coarse[i]!);
      const cortex = clamp(1.25 - (deep - head.rim) / 4) + clamp(1.05 - fold / 0.3) * clamp(1.7 - deep / 16);
      brain += (head.grey - head.white) * clamp(cortex);
      const furrow = clamp(1 - (fold - head.sulci.width) / 0.14) * clamp((head.sulci.depth - deep) / 5);
      brain += furrow * clamp(0.25 + head.sulci.width * 7) * (FLUID - brain);
    }
    if (hind > 0) {
      // Petrous bones harden the beam: dark bands between them.
      const band = clamp(1 - Math.abs(y - 8) / 14) * clamp(1 - Math.abs(z + 40) / 18);
      const stem =
        head.white + 0.35 * (head.grey - head.white) + 1.2 * broad[i]! - 10 * band * (0.5 + 0.5 * Math.cos(x / 5));
      brain += hind * (stem - brain);
    }
    if (tent > -4) brain += clamp(1.3 - Math.abs(tent)) * clamp((y - 8) / 8) * 0.5 * (52 - brain);
    // Scatter and hardening brighten what lies beneath the bone.
    if (deep < 25) brain += 5 * Math.exp(-deep / 5);
    brain += clamp(0.5 + (head.rim - deep) * row.edge[i]!) * (FLUID + 3 - brain);
    if (hind < 1 && Math.abs(x) < 8 && parted(y, z)) {
      const away = midline(x, y, z, head);
      brain += clamp(1.4 + head.rim * 0.35 - away * 0.55) * 0.7 * (FLUID + 4 - brain);
      brain += clamp(1.35 - away) * 0.75 * (58 - brain);
    }
    value[i] = value[i]! + share * (brain - value[i]!);
  }
}
