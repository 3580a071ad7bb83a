import { LABELS, type Label } from '../../labels.ts';
import { splitSubmissionId } from '../artifacts/submission.ts';

export interface SubmissionOrder {
  cells: { slice: string; label: Label }[];
  /** Ids of the sample submission without a prediction: Kaggle refuses a file that lacks them. */
  missing: string[];
  /** Predicted test slices that the sample submission does not list: Kaggle refuses a file with their rows. */
  extra: string[];
}

/**
 * The rows of a submission: those of the sample, in its order, where there is one, else slice by slice as predicted, labels
 * in the order of LABELS. `sample` may list rows (`<slice>_<label>`) or slices.
 */
export function submissionOrder(predicted: readonly string[], sample: readonly string[] | null): SubmissionOrder {
  const has = new Set(predicted);
  const cells: SubmissionOrder['cells'] = [];
  const missing = new Set<string>();
  const listed = new Set<string>();
  const add = (slice: string, label: Label) => {
    const id = `${slice}_${label}`;
    if (!listed.has(id)) cells.push({ slice, label });
    listed.add(id);
  };
  for (const id of sample ?? []) {
    // A slice's own id may look like a row's: what was predicted under it decides.
    const row = has.has(id) ? null : splitSubmissionId(id);
    const slice = row?.slice ?? id;
    if (!has.has(slice)) missing.add(slice);
    else if (row) add(slice, row.label);
    else for (const label of LABELS) add(slice, label);
  }
  if (sample === null) for (const slice of predicted) for (const label of LABELS) add(slice, label);
  const listedSlices = new Set(cells.map((cell) => cell.slice));
  const extra = [...has].filter((slice) => !listedSlices.has(slice));
  return { cells, missing: [...missing], extra };
}
