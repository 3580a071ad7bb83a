import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { LABELS, type Label } from '../../labels.ts';
import { readCsv, writeCsv } from './csv.ts';

/** One row of `submission.csv` in Kaggle's form (facts 2.2). */
export interface SubmissionRow {
  slice: string;
  label: Label;
  probability: number;
}

/** Writes `ID,Label` and a row `<slice>_<label>,<probability>` each. Throws on a repeated row or what is no probability. */
export async function writeSubmission(folder: string, rows: readonly SubmissionRow[]): Promise<void> {
  const seen = new Set<string>();
  await writeCsv(join(folder, 'submission.csv'), ['ID', 'Label'], rows, ({ slice, label, probability }) => {
    const id = `${slice}_${label}`;
    if (seen.has(id)) {
      throw new IchorError(
        'submission-repeats',
        `The submission would hold ${id} twice: two test files share this id.`,
      );
    }
    if (!(probability >= 0 && probability <= 1)) {
      throw new IchorError('submission-no-probability', `The prediction of ${id} is ${probability}, no probability.`);
    }
    seen.add(id);
    return [id, String(probability)];
  });
}

export async function readSubmission(folder: string): Promise<SubmissionRow[]> {
  const rows: SubmissionRow[] = [];
  for await (const { ID, Label } of readCsv(join(folder, 'submission.csv'), ['ID', 'Label'])) {
    rows.push({ ...splitSubmissionId(ID ?? '')!, probability: Number(Label) });
  }
  return rows;
}

/** `ID_0123456ab_any` is slice `ID_0123456ab` and label `any`: the last underscore parts them. Null for what ends in no label. */
export function splitSubmissionId(id: string): { slice: string; label: Label } | null {
  const cut = id.lastIndexOf('_');
  const label = LABELS.find((name) => name === id.slice(cut + 1));
  return cut > 0 && label ? { slice: id.slice(0, cut), label } : null;
}
