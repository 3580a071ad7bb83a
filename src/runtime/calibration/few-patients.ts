import { IchorError } from '../../errors.ts';
import { LABELS, type Label } from '../../labels.ts';
import type { ComponentValue } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import type { ModelName } from '../artifacts/metrics.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import { MODEL_TITLES } from '../evaluate/summary-table.ts';
import { choose } from '../train/components.ts';

/** Patients with a label, and with slices without it, that a fit takes at least. */
export const FEWEST_PATIENTS = 20;

/** How many patients have a slice with the label, and how many one without it. */
export interface PatientCount {
  positive: number;
  negative: number;
}

/** Of the labelled slices among these: of each label, and of any label at all. */
export function patientCounts(rows: readonly Pick<SliceRow, 'group' | 'labels'>[]): {
  labels: Record<Label, PatientCount>;
  together: PatientCount;
} {
  const own = () => ({ positive: new Set<string>(), negative: new Set<string>() });
  const sets = LABELS.map(own);
  const together = own();
  for (const { group, labels } of rows) {
    if (labels === null) continue;
    LABELS.forEach((label, i) => {
      const side = labels[label] === 1 ? 'positive' : 'negative';
      sets[i]?.[side].add(group);
      together[side].add(group);
    });
  }
  const count = ({ positive, negative }: ReturnType<typeof own>): PatientCount => ({
    positive: positive.size,
    negative: negative.size,
  });
  return {
    labels: Object.fromEntries(LABELS.map((label, i) => [label, count(sets[i] as ReturnType<typeof own>)])) as Record<
      Label,
      PatientCount
    >,
    together: count(together),
  };
}

/** Why these slices, the validation side of a model, are too few to fit a calibration on; null where they are enough. */
export function tooFewPatients(
  rows: readonly Pick<SliceRow, 'group' | 'labels'>[],
  model: ModelName,
  calibration: ComponentValue,
  registry: Registry,
): IchorError | null {
  const { component, params } = choose(registry, 'calibration', calibration);
  const { labels, together } = patientCounts(rows);
  const asked: [string, PatientCount][] =
    component.contract(params).fits === 'each-label' ? Object.entries(labels) : [['all labels together', together]];
  const few = asked.flatMap(([what, { positive, negative }]) => [
    ...(positive < FEWEST_PATIENTS ? [`${what}: ${positive} positive`] : []),
    ...(negative < FEWEST_PATIENTS ? [`${what}: ${negative} with negative slices`] : []),
  ]);
  if (few.length === 0) return null;
  const enoughTogether = together.positive >= FEWEST_PATIENTS && together.negative >= FEWEST_PATIENTS;
  const all =
    calibration.type === 'temperature' && asked.length > 1 && enoughTogether
      ? 'Fit one temperature for all labels (calibration: { type: temperature, by: all }); or give'
      : 'Give';
  return new IchorError(
    'calibration-few-patients',
    `Too few patients to calibrate on, of ${FEWEST_PATIENTS} each, on the validation side of the ${MODEL_TITLES[model]} model: ${few.join(', ')}.`,
    `${all} the validation side more patients (data.split.validation, data.limit); or leave it: calibration: none.`,
    2,
  );
}
