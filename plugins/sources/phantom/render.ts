import { type Areas, paintBlood } from './blood.ts';
import { type Canvas, mix } from './canvas.ts';
import { type Ellipsoid, visit } from './ellipsoid.ts';
import { paintBleed } from './paint-bleed.ts';
import { planeOf } from './plane.ts';
import { paintHead } from './skull.ts';
import type { Study } from './study.ts';
import { paintTable } from './table.ts';

const FLUID = 7;
const NUCLEUS = 38;

/** Paints one slice in HU, without noise. Returns the visible blood of each type, mm² of the slice. */
export function paintSlice(canvas: Omit<Canvas, 'plane'>, study: Study, k: number): Areas {
  const plane = planeOf(study.scan, k);
  const whole: Canvas = { ...canvas, plane };
  const { head } = study;
  const ventricles = study.ventricles[k]!;
  const fill = (shapes: readonly Ellipsoid[], material: number, strength: number) => {
    for (const shape of shapes) {
      visit(plane, shape, (pixel, share) => mix(canvas.hu, pixel, material, share * strength * canvas.inside[pixel]!));
    }
  };
  paintHead(whole, head);
  fill(head.nuclei, NUCLEUS, 0.6);
  fill(head.cisterns, FLUID, 0.85);
  fill(ventricles, FLUID, 1);
  for (const { shape, hu } of head.calcified) fill([shape], hu, 1);
  const areas = paintBlood(whole, study, k);
  for (const mimic of study.mimics) if (mimic.slice === k) paintBleed(whole, { head, ventricles }, mimic.shape);
  paintTable(canvas.hu, plane.size, plane.spacing, study.study);
  return areas;
}
