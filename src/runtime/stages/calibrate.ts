import { LABELS } from '../../labels.ts';
import type { CalibrationParameters } from '../../registry/kinds/calibration.ts';
import { readCalibration } from '../artifacts/calibration.ts';
import type { ModelName } from '../artifacts/metrics.ts';
import {
  type PredictionRow,
  readLogits,
  readPredictions,
  writeLogits,
  writePredictions,
} from '../artifacts/predictions.ts';
import { readSlices, type SliceRow } from '../artifacts/slices.ts';
import { calibratedLogits } from '../calibration/apply.ts';
import { calibrationFolds } from '../calibration/folds.ts';
import type { Stage, StageContext } from '../stage.ts';
import { choose } from '../train/components.ts';
import { sigmoid } from '../train/validate.ts';
import { inputFolder } from './inputs.ts';

const WIDTH = LABELS.length;

/**
 * calibrate: the predictions of one model as probabilities, in the form that predict has them. A patient of the validation side gets what
 * was fitted without its fold, so that figures of that side are of patients that nothing was fitted on; everybody else what was
 * fitted on all of it. Runs no model.
 */
export const calibrateStage: Stage = {
  name: 'calibrate',
  version: 1,
  engine: false,
  async run(context) {
    const model = context.instance as ModelName;
    const predict = inputFolder(context, `predict:${model}`);
    const [rows, logits] = [await readPredictions(predict), await readLogits(predict)];
    await context.progress(0, rows.length, 'slices');
    const calibrated = await calibratedBy(context, model, rows, logits);
    await writePredictions(
      context.folder,
      rows.map((row, at) => ({
        ...row,
        probabilities:
          calibrated === null
            ? row.probabilities
            : Array.from(calibrated.subarray(at * WIDTH, (at + 1) * WIDTH), sigmoid),
      })),
    );
    await writeLogits(context.folder, calibrated === null ? logits : Float32Array.from(calibrated));
    await context.progress(rows.length, rows.length, 'slices');
    return { stage: `calibrate:${model}`, leftOut: [], notes: [] };
  },
};

/** Null where nothing was fitted. */
async function calibratedBy(
  context: StageContext,
  model: ModelName,
  rows: readonly PredictionRow[],
  logits: Float32Array,
): Promise<Float64Array | null> {
  const { recipe, registry } = context;
  if (recipe.calibration === 'none') throw new TypeError('this recipe calibrates nothing');
  const { all, folds } = await readCalibration(inputFolder(context, `calibration:${model}`));
  if (all === null) return null;
  const index = await readSlices(inputFolder(context, 'index'));
  const dealt = calibrationFolds(validationOf(index, rows), recipe.data.seed);
  const own = index.map(({ group }): CalibrationParameters => {
    const fold = dealt.get(group);
    return (fold === undefined ? all : (folds[fold] ?? all)).parameters;
  });
  return calibratedLogits(
    choose(registry, 'calibration', recipe.calibration),
    logits,
    (row) => own[row] ?? all.parameters,
  );
}

/** Those that the calibration was fitted on: none where a trained run's networks predict other slices. */
const validationOf = (index: readonly SliceRow[], rows: readonly PredictionRow[]): SliceRow[] =>
  index.filter((_, at) => rows[at]?.side === 'validation');
