import { type Bleed, isIn } from './bleed.ts';
import { type Ellipsoid, ellipsoid } from './ellipsoid.ts';

/**
 * The ventricles of each slice: they move away from large bleeds, those beside them are pressed flat. A bleed that goes on
 * over its slices pushes them in all of the head, also where no blood is seen; one of a single slice in that slice alone.
 */
export function ventriclesOf(
  ventricles: readonly Ellipsoid[],
  bleeds: readonly Bleed[],
  slices: number,
): (readonly Ellipsoid[])[] {
  const whole = pushed(
    ventricles,
    bleeds.filter(({ slice }) => slice === undefined),
  );
  return Array.from({ length: slices }, (_, k) =>
    bleeds.some(({ slice }) => slice === k)
      ? pushed(
          ventricles,
          bleeds.filter((bleed) => isIn(bleed, k)),
        )
      : whole,
  );
}

function pushed(ventricles: readonly Ellipsoid[], bleeds: readonly Bleed[]): readonly Ellipsoid[] {
  let shift = 0;
  for (const bleed of bleeds) {
    if (!('centre' in bleed) || bleed.form === 'folds' || bleed.form === 'falx') continue;
    const bulk =
      bleed.form === 'blob' ? Math.max(0, bleed.radii[0] - 9) * 0.5 : Math.max(0, bleed.thickness - 6) * 0.55;
    shift -= Math.sign(bleed.centre[0]) * bulk;
  }
  if (shift === 0) return ventricles;
  return ventricles.map(({ centre, radii, turn }) => {
    const pressed = centre[0] * shift < 0 ? Math.max(0.55, 1 - Math.abs(shift) * 0.06) : 1;
    return ellipsoid([centre[0] + shift, centre[1], centre[2]], [radii[0] * pressed, radii[1], radii[2]], turn);
  });
}
