import { type SliceLabels, TYPES } from '../../../src/index.ts';
import { type BleedType, isIn } from './bleed.ts';
import type { Canvas } from './canvas.ts';
import { paintBleed } from './paint-bleed.ts';
import { planeOf } from './plane.ts';
import { measureHead } from './skull.ts';
import type { Study } from './study.ts';
import { labelsOf } from './truth.ts';

/** Visible blood of each type, mm² of the slice. */
export type Areas = Record<BleedType, number>;

export const noBlood = (): Areas => Object.fromEntries(TYPES.map((type) => [type, 0])) as Areas;

/** Paints the blood of one slice into a head that is there already, and returns what is visible of it. */
export function paintBlood(canvas: Canvas, study: Study, k: number): Areas {
  const areas = noBlood();
  const scene = { head: study.head, ventricles: study.ventricles[k]! };
  for (const bleed of study.bleeds) if (isIn(bleed, k)) areas[bleed.type] += paintBleed(canvas, scene, bleed);
  return areas;
}

/** The labels of a study's slices, of which no picture is painted: much faster. What `canvas` holds of HU means nothing. */
export function labelsOfStudy(canvas: Omit<Canvas, 'plane'>, study: Study): SliceLabels[] {
  return Array.from({ length: study.scan.slices }, (_, k) => {
    if (!study.bleeds.some((bleed) => isIn(bleed, k))) return labelsOf(noBlood());
    const whole = { ...canvas, plane: planeOf(study.scan, k) };
    measureHead(whole, study.head);
    return labelsOf(paintBlood(whole, study, k));
  });
}
