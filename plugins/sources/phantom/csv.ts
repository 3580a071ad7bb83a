import { LABELS, type SliceLabels } from '../../../src/index.ts';

/** `stage_2_train.csv`: six rows a slice in the order of LABELS, slices by id. */
export function labelsCsv(slices: ReadonlyMap<string, SliceLabels>): string {
  const rows = [...slices.keys()]
    .sort()
    .flatMap((id) => LABELS.map((label) => `${id}_${label},${slices.get(id)![label]}`));
  return `${['ID,Label', ...rows].join('\n')}\n`;
}

/** `stage_2_sample_submission.csv`: the form that a submission takes, every probability 0.5. */
export function sampleSubmission(ids: readonly string[]): string {
  const rows = [...ids].sort().flatMap((id) => LABELS.map((label) => `${id}_${label},0.5`));
  return `${['ID,Label', ...rows].join('\n')}\n`;
}
