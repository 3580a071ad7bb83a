import { LABELS, type SliceLabels, TYPES } from '../../../src/index.ts';
import type { BleedType } from './bleed.ts';
import type { Study } from './study.ts';

/** A type is labelled in a slice where blood fills at least half of the voxel over this area. */
export const VISIBLE_MM2 = 40;

export function labelsOf(areas: Readonly<Record<BleedType, number>>): SliceLabels {
  const types = TYPES.map((type) => [type, areas[type] >= VISIBLE_MM2 ? 1 : 0] as const);
  const any = types.some(([, value]) => value === 1) ? 1 : 0;
  return { ...(Object.fromEntries(types) as Record<BleedType, 0 | 1>), any };
}

/** What `phantom.json` tells of a study: what was drawn and what can be seen of it. */
export function summaryOf(study: Study, labels: readonly SliceLabels[]) {
  const { ids, scan, format } = study;
  return {
    set: study.set,
    patient: ids.patient,
    study: ids.study,
    series: ids.series,
    slices: scan.slices,
    tableStepMm: scan.tableStep,
    pixelSpacingMm: scan.spacing,
    orientation: [1, 0, 0, 0, scan.tiltCosine, scan.tiltSine],
    format: format.name,
    transferSyntax: format.transferSyntax,
    windowCentre: format.windowCentre,
    drawn: study.bleeds.map(({ type, form, hu }) => ({ type, form, hu: Math.round(hu) })),
    positiveSlices: Object.fromEntries(LABELS.map((label) => [label, labels.filter((slice) => slice[label]).length])),
    mimics: study.mimics.map(({ kind, slice }) => ({ kind, slice: ids.slices[slice] })),
    thickenedSkull: study.head.thickening !== null,
  };
}
