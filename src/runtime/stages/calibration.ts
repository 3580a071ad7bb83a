import { LABELS, type Label } from '../../labels.ts';
import { type CalibrationFile, writeCalibration } from '../artifacts/calibration.ts';
import type { ModelName } from '../artifacts/metrics.ts';
import { type PredictionRow, readLogits, readPredictions } from '../artifacts/predictions.ts';
import { readSlices, type SliceRow } from '../artifacts/slices.ts';
import { patientCounts, tooFewPatients } from '../calibration/few-patients.ts';
import { type FitRow, fitOn } from '../calibration/fit.ts';
import { calibrationFolds, FOLDS } from '../calibration/folds.ts';
import { joinTruth } from '../evaluate/scored.ts';
import type { Stage, StageContext } from '../stage.ts';
import { choose } from '../train/components.ts';
import { inputFolder } from './inputs.ts';
import { LedgerLines } from './ledger-lines.ts';

/**
 * calibration: what a recipe's `calibration` fits on the validation side of one model, `calibration.json`: on all of it, and
 * without the patients of each of five folds. It holds numbers alone, and goes wherever the networks go. Runs no model.
 */
export const calibrationStage: Stage = {
  name: 'calibration',
  version: 1,
  engine: false,
  async run(context) {
    const model = context.instance as ModelName;
    const index = await readSlices(inputFolder(context, 'index'));
    const predict = inputFolder(context, `predict:${model}`);
    const predictions = await readPredictions(predict);
    const rows = validationRows(index, predictions);
    const ledger = new LedgerLines(`calibration:${model}`, context.folder);
    await writeCalibration(context.folder, await fitted(context, model, rows, await readLogits(predict), ledger));
    return ledger.part();
  },
};

interface ValidationRow extends FitRow {
  /** False: its pixels could not be read, and something else stands in. */
  seen: boolean;
}

/** The labelled slices of the validation side. Throws `predictions-mismatch` and `predictions-invalid`, as evaluation does. */
function validationRows(index: readonly SliceRow[], predictions: readonly PredictionRow[]): ValidationRow[] {
  joinTruth(index, predictions);
  return index.flatMap(({ slice, group, labels }, row) => {
    const { side, how } = predictions[row] as PredictionRow;
    return labels !== null && side === 'validation' ? [{ slice, group, labels, row, seen: how === 'predicted' }] : [];
  });
}

async function fitted(
  { recipe, registry, progress }: StageContext,
  model: ModelName,
  rows: readonly ValidationRow[],
  logits: Float32Array,
  ledger: LedgerLines,
): Promise<CalibrationFile> {
  if (recipe.calibration === 'none') throw new TypeError('this recipe calibrates nothing');
  const chosen = choose(registry, 'calibration', recipe.calibration);
  const { labels } = patientCounts(rows);
  const file: Omit<CalibrationFile, 'all' | 'folds' | 'skipped'> = {
    format: 1,
    model,
    component: chosen.component.name,
    version: chosen.component.version,
    labels: LABELS,
    positivePatients: Object.fromEntries(LABELS.map((label) => [label, labels[label].positive])) as Record<
      Label,
      number
    >,
  };
  const few = tooFewPatients(rows, model, recipe.calibration, registry);
  if (few !== null) {
    if (!recipe.smoke) throw few;
    // A smoke run shows that everything runs: the stages do, and what they would do with a real side is said.
    ledger.note({
      item: model,
      what: 'network',
      reason: 'not-calibrated',
      kind: 'warning',
      message: `Nothing is calibrated in this smoke run. ${few.message}`,
      hint: 'Without --smoke too few patients end the run before it trains.',
    });
    return { ...file, all: null, folds: [], skipped: few.message };
  }
  await progress(0, FOLDS + 1, 'fits');
  // What stands in for unreadable pixels is not what the network says of a slice.
  const seen = rows.filter((row) => row.seen);
  const whole = fitOn(chosen, seen, logits);
  for (const message of whole.notes)
    ledger.note({ item: model, what: 'network', reason: 'calibration-doubtful', kind: 'warning', message });
  const dealt = calibrationFolds(rows, recipe.data.seed);
  const folds: CalibrationFile['folds'][number][] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    await progress(fold + 1, FOLDS + 1, 'fits');
    const others = seen.filter(({ group }) => dealt.get(group) !== fold);
    folds.push(fitOn(chosen, others, logits).fitted);
  }
  await progress(FOLDS + 1, FOLDS + 1, 'fits');
  return { ...file, all: whole.fitted, folds, skipped: null };
}
