import { LABELS } from '../../labels.ts';
import { unionOfMarks } from '../artifacts/marks.ts';
import { marksOfRows, type PredictionRow } from '../artifacts/predictions.ts';
import { sigmoid } from '../train/validate.ts';

export type EnsembleMean = 'probabilities' | 'logits';

interface Averaged {
  rows: PredictionRow[];
  logits: Float32Array;
}

/** The mean of each cell, of probabilities or of logits; a slice is interpolated where it is so in one of them. */
export function average(
  members: readonly { rows: readonly PredictionRow[]; logits: Float32Array }[],
  mean: EnsembleMean,
): Averaged {
  const first = members[0]!;
  const width = LABELS.length;
  const logits = new Float32Array(first.rows.length * width);
  const meanOf = (value: (member: (typeof members)[number]) => number) =>
    members.reduce((sum, member) => sum + value(member), 0) / members.length;
  // Of any of them: an average of one network that learned from generated pictures says so.
  const marks = unionOfMarks(...members.map(({ rows }) => marksOfRows(rows)));
  const rows = first.rows.map((row, i): PredictionRow => {
    const how = members.some(({ rows }) => rows[i]!.how === 'interpolated') ? 'interpolated' : 'predicted';
    const probabilities = LABELS.map((_, column) => {
      const cell = i * width + column;
      if (mean === 'logits') {
        const logit = meanOf((member) => member.logits[cell]!);
        logits[cell] = logit;
        return sigmoid(logit);
      }
      const probability = meanOf(({ rows }) => rows[i]!.probabilities[column]!);
      const inside = Math.min(Math.max(probability, 1e-15), 1 - 1e-15);
      logits[cell] = Math.log(inside / (1 - inside));
      return probability;
    });
    // What one member said before its calibration is nothing of the average.
    const { marks: _, uncalibrated: __, ...rest } = row;
    return { ...rest, how, probabilities, ...(marks.length > 0 ? { marks } : {}) };
  });
  return { rows, logits };
}
