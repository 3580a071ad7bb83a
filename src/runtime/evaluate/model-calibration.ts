import { LABELS, type Label } from '../../labels.ts';
import { readCalibration } from '../artifacts/calibration.ts';
import type { ModelCalibration } from '../artifacts/metrics.ts';

/** What the artifact calibration says of a model, as figures; null where there is none, or nothing was fitted. */
export async function calibrationOf(folder: string | undefined): Promise<ModelCalibration | null> {
  if (folder === undefined) return null;
  const { component, all, folds } = await readCalibration(folder);
  if (all === null) return null;
  const { slices, patients, scales } = all;
  const temperature = (place: number) => {
    const own = folds.flatMap((fold) => (fold.scales === null ? [] : [1 / (fold.scales[place] as number)]));
    return {
      value: 1 / (scales?.[place] as number),
      lowest: own.length === 0 ? null : Math.min(...own),
      highest: own.length === 0 ? null : Math.max(...own),
    };
  };
  const temperatures =
    scales === null
      ? null
      : (Object.fromEntries(LABELS.map((label, place) => [label, temperature(place)])) as Record<
          Label,
          ReturnType<typeof temperature>
        >);
  return { component, slices, patients, temperatures };
}
