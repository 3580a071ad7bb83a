import { LABELS } from '../../labels.ts';
import { stampsOf } from '../../registry/leak.ts';
import { sourceContract } from '../../registry/source-contract.ts';
import { flaggedRows, writeFlagged } from '../artifacts/flagged.ts';
import { readKnownLabels } from '../artifacts/known-labels.ts';
import { MODELS, type ModelMetrics, type ModelName, writeMetrics } from '../artifacts/metrics.ts';
import { type PatientRow, writePatients } from '../artifacts/patients.ts';
import { marksOfRows, readModelPredictions } from '../artifacts/predictions.ts';
import { readSlices } from '../artifacts/slices.ts';
import { readSource, type SourceFacts } from '../artifacts/source.ts';
import { writeSubmission } from '../artifacts/submission.ts';
import { readNetwork } from '../artifacts/weights.ts';
import { calibrationOf } from '../evaluate/model-calibration.ts';

import { patientRows } from '../evaluate/patient-rows.ts';
import { bySeries, countSides, type JoinedSlice, joinTruth } from '../evaluate/scored.ts';
import { type SubmissionOrder, submissionOrder } from '../evaluate/submission-order.ts';
import type { LedgerNote } from '../ledger.ts';
import { counted, number } from '../notices/words.ts';
import type { Stage, StageContext } from '../stage.ts';
import { LedgerLines } from './ledger-lines.ts';
import { noteOpenTruths } from './open-truths.ts';

/**
 * evaluate: `metrics.json`, `patients.csv`, `flagged.csv` and, where there is a test set, `submission.csv` of the final model.
 * Runs no model. Without any label: calls, and no metric.
 */
export const evaluateStage: Stage = {
  name: 'evaluate',
  version: 6,
  engine: false,
  async run(context) {
    const { recipe, registry, inputs, folder } = context;
    const { modelMetrics } = await import('../evaluate/model-metrics.ts');
    const rule = recipe.evaluation.patient;
    const judgedBy = inputs.get('labels')?.folder;
    const index = await readSlices(judgedBy ?? inputs.get('index')!.folder);
    const known = judgedBy === undefined ? LABELS : await readKnownLabels(judgedBy);
    const constant = await constantOf(inputs);
    const present = MODELS.filter((model) => inputs.has(`predict:${model}`));
    const final = present.at(-1) ?? null;
    const models: ModelMetrics[] = [];
    const patients = new Map<ModelName, PatientRow[]>();
    let slices: JoinedSlice[] = [];
    for (const [done, model] of present.entries()) {
      await context.progress(done, present.length, 'models', model);
      const folderOf = (id: string) => inputs.get(id)?.folder;
      slices = joinTruth(index, (await readModelPredictions(model, folderOf)) ?? [], {
        opened: judgedBy !== undefined,
      });
      const series = bySeries(slices);
      const tick = (draw: number, draws: number) =>
        context.progress(done, present.length, 'models', `${model}, draw ${draw} of ${draws}`);
      const calibration = await calibrationOf(folderOf(`calibration:${model}`));
      models.push({
        ...(await modelMetrics(model, series, recipe, registry, { tick, known, constant })),
        ...(calibration === null ? {} : { calibration }),
      });
      patients.set(model, patientRows(model, series, rule, known.includes('any')));
    }
    const stamps = stampsOf(recipe, registry);
    const source = await readSource(inputs.get('index')!.folder);
    const marks = marksOfRows(slices);
    // What was predicted to be judged is nobody's submission.
    const test = judgedBy === undefined ? slices.filter((slice) => slice.side === 'test') : [];
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
    const flagged = flaggedRows(index, slices, rule.threshold);
    await writeFlagged(folder, flagged);
    const ledger = new LedgerLines('evaluate', folder);
    if (flagged.length > 0)
      ledger.note({
        item: 'flagged.csv',
        what: 'slice',
        kind: 'information',
        reason: 'flagged',
        count: flagged.length,
        message: `Of ${counted(slices.length, 'slice')} ${number(flagged.length)} have a probability above ${rule.threshold}: flagged.csv lists them.`,
      });
    if (final !== null && known.includes('any')) noteOpenTruths(patients.get(final)!, rule.truth, ledger);
    const { labels } = sourceContract(recipe, registry);
    const judged = labels && source.identities === 'public' && !source.synthetic;
    if (test.length > 0) await submit(folder, test, source, { judged, ledger });
    await context.progress(present.length, present.length, 'models');
    return ledger.part();
  },
};

/** The shares of labels that the final network was trained on; null where the plan names none, or it knew no label. */
async function constantOf(inputs: StageContext['inputs']): Promise<number[] | null> {
  const folder = [...MODELS].reverse().map((model) => inputs.get(model)?.folder);
  for (const one of folder) {
    if (one === undefined) continue;
    const { labels, prevalence, trainedSlices } = await readNetwork(one);
    if (trainedSlices > 0) return LABELS.map((label) => prevalence[labels.indexOf(label)] ?? 0);
  }
  return null;
}

/** Writes `submission.csv`, and says in the ledger where Kaggle would not take it, or where nobody knows. */
async function submit(
  folder: string,
  test: readonly JoinedSlice[],
  source: SourceFacts,
  { judged, ledger }: { judged: boolean; ledger: LedgerLines },
): Promise<void> {
  const bySlice = new Map(test.map((slice) => [slice.slice, slice.probabilities]));
  const order = submissionOrder(
    test.map((slice) => slice.slice),
    source.submission,
  );
  await writeSubmission(
    folder,
    order.cells.map(({ slice, label }) => ({
      slice,
      label,
      probability: bySlice.get(slice)![LABELS.indexOf(label)]!,
    })),
  );
  for (const item of order.extra)
    ledger.note({
      item,
      what: 'slice',
      reason: 'submission-has-more',
      message: 'The sample submission does not list this test slice: it stands in predictions.csv alone.',
      kind: 'warning',
    });
  const fault = submissionFault(order, source, judged);
  if (fault !== null) ledger.note({ item: 'submission.csv', what: 'file', kind: 'warning', ...fault });
}

/** `judged`: it is of real data with labels, so that somebody may want to send it. */
function submissionFault(
  order: SubmissionOrder,
  { submission, form }: SourceFacts,
  judged: boolean,
): Pick<LedgerNote, 'reason' | 'message' | 'hint'> | null {
  if (submission === null)
    return judged
      ? {
          reason: 'submission-unchecked',
          message: 'Whether Kaggle takes submission.csv was not checked: the data folder has no sample submission.',
          hint: 'With it: ichor submission check submission.csv --sample FILE',
        }
      : null;
  const missing = order.missing.length + (form?.missing ?? 0);
  if (missing === 0) return null;
  const asked = form?.asked ?? submission.length;
  const first = form?.first ?? order.missing[0];
  return {
    reason: 'submission-refused',
    message: `Kaggle would refuse submission.csv: of the ${counted(asked, 'slice')} in the sample submission ${number(missing)} have no prediction, the first is ${first}. ${
      form?.limited ? 'data.limit cut the test set.' : 'Their files are missing, or were left out.'
    }`,
    hint: form?.limited ? 'A run without data.limit predicts all of them.' : 'Copy these files again.',
  };
}
