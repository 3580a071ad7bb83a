import { LABELS } from '../../labels.ts';
import { stampsOf } from '../../registry/leak.ts';
import { MODELS, type ModelMetrics, type ModelName, writeMetrics } from '../artifacts/metrics.ts';
import { type PatientRow, writePatients } from '../artifacts/patients.ts';
import { marksOfRows, readPredictions } from '../artifacts/predictions.ts';
import { readSlices } from '../artifacts/slices.ts';
import { readSource } from '../artifacts/source.ts';
import { writeSubmission } from '../artifacts/submission.ts';
import { modelMetrics } from '../evaluate/model-metrics.ts';
import { patientRows } from '../evaluate/patient-rows.ts';
import { bySeries, countSides, type JoinedSlice, joinTruth } from '../evaluate/scored.ts';
import { submissionOrder } from '../evaluate/submission-order.ts';
import type { LedgerNote } from '../ledger.ts';
import type { Stage } from '../stage.ts';

/**
 * evaluate: `metrics.json`, `patients.csv` and, where there is a test set, `submission.csv` of the final model.
 * Runs no model. Without any label: calls, and no metric.
 */
export const evaluateStage: Stage = {
  name: 'evaluate',
  version: 2,
  engine: false,
  async run(context) {
    const { recipe, registry, inputs, folder } = context;
    const rule = recipe.evaluation.patient;
    const index = await readSlices(inputs.get('index')!.folder);
    const present = MODELS.filter((model) => inputs.has(`predict:${model}`));
    const final = present.at(-1) ?? null;
    const models: ModelMetrics[] = [];
    const patients = new Map<ModelName, PatientRow[]>();
    let slices: JoinedSlice[] = [];
    for (const [done, model] of present.entries()) {
      await context.progress(done, present.length, 'models', model);
      slices = joinTruth(index, await readPredictions(inputs.get(`predict:${model}`)!.folder));
      const series = bySeries(slices);
      const tick = (draw: number, draws: number) =>
        context.progress(done, present.length, 'models', `${model}, draw ${draw} of ${draws}`);
      models.push(await modelMetrics(model, series, recipe, registry, tick));
      patients.set(model, patientRows(model, series, rule));
    }
    const stamps = stampsOf(recipe, registry);
    const source = await readSource(inputs.get('index')!.folder);
    const marks = marksOfRows(slices);
    const test = slices.filter((slice) => slice.side === 'test');
    await writeMetrics(folder, {
      format: 1,
      synthetic: source.synthetic,
      smoke: recipe.smoke,
      ...(stamps.length > 0 ? { stamps } : {}),
      ...(marks.length > 0 ? { marks } : {}),
      patient: rule,
      final,
      predicted: countSides(slices),
      test: countSides(test),
      labelled: countSides(index.filter((row) => row.labels !== null)),
      models,
    });
    // The final model's rows come first: they are the run's calls.
    await writePatients(
      folder,
      [...present].reverse().flatMap((model) => patients.get(model)!),
    );
    const notes = test.length > 0 ? await submit(folder, test, source.submission) : [];
    await context.progress(present.length, present.length, 'models');
    return { stage: 'evaluate', leftOut: [], notes };
  },
};

async function submit(
  folder: string,
  test: readonly JoinedSlice[],
  sample: readonly string[] | null,
): Promise<LedgerNote[]> {
  const bySlice = new Map(test.map((slice) => [slice.slice, slice.probabilities]));
  const order = submissionOrder(
    test.map((slice) => slice.slice),
    sample,
  );
  await writeSubmission(
    folder,
    order.cells.map(({ slice, label }) => ({
      slice,
      label,
      probability: bySlice.get(slice)![LABELS.indexOf(label)]!,
    })),
  );
  const note = (item: string, reason: string, message: string): LedgerNote => ({
    item,
    what: 'slice',
    reason,
    message,
    kind: 'warning',
  });
  return [
    ...order.missing.map((slice) =>
      note(
        slice,
        'submission-lacks-slice',
        'The sample submission lists this slice and the run has no prediction of it (its file was left out, or data.limit cut it): Kaggle would refuse this submission.',
      ),
    ),
    ...order.extra.map((slice) =>
      note(slice, 'submission-has-more', 'This test slice is not in the sample submission: its rows stand at the end.'),
    ),
  ];
}
