import { join, resolve } from 'node:path';
import { IchorError } from '../../errors.ts';
import type { Label } from '../../labels.ts';
import type { Registry } from '../../registry/registry.ts';
import { readKnownLabels } from '../artifacts/known-labels.ts';
import { MODELS, type ModelName } from '../artifacts/metrics.ts';
import { type PredictionRow, predictionsId, readLogits, readModelPredictions } from '../artifacts/predictions.ts';
import { readSlices, type SliceRow } from '../artifacts/slices.ts';
import { readSplit, type SplitRow } from '../artifacts/split.ts';
import { joinTruth } from '../evaluate/scored.ts';
import type { Emit } from '../events.ts';
import { findRun } from '../runs/find-run.ts';
import { partsOf, type RunParts } from '../runs/open-evaluated.ts';
import { stoppedText } from '../runs/predict-run.ts';
import { type RunRecord, readRun } from '../runs/run-folder.ts';
import { takenText } from '../runs/taken-run.ts';
import type { Artifact } from '../store/artifact.ts';
import { assertSound } from '../store/sound.ts';

/** A run whose predictions are averaged with others'. */
export interface Member extends RunParts {
  name: string;
  folder: string;
  /** Where it lies. */
  storeRoot: string;
  record: RunRecord;
  /** Its last model: what it submits. */
  model: ModelName;
  predict: Artifact;
  /** Its predictions as they count: calibrated where the run is. */
  averaged: Artifact;
  /** Keys of predictions that count in it, by the run that made them: its own, and of an ensemble those of its members. */
  counts: ReadonlyMap<string, string>;
  index: readonly SliceRow[];
  rows: readonly PredictionRow[];
  logits: Float32Array;
  /** What an evaluation judges these slices by; null: what is in the index. */
  judgedBy: { artifact: Artifact; rows: readonly SliceRow[]; known: readonly Label[] } | null;
  /** Null where nothing was trained: a run of `ichor predict`. */
  split: readonly SplitRow[] | null;
}

/** Opens a run with its predictions. Throws `unknown-run`, `run-not-evaluated` and what `partsOf` does (exit 2). */
export async function openMember(storeRoot: string, name: string, registry: Registry, emit: Emit): Promise<Member> {
  const found = await findRun(storeRoot, name);
  const { folder, record } = found;
  const taken = await takenText(name, found);
  if (taken !== null) emit({ type: 'note', level: 'info', message: taken });
  const parts = await partsOf(folder, registry);
  const model = MODELS.filter((one) => parts.artifacts.has(`predict:${one}`)).at(-1);
  const [index, predict] = [parts.artifacts.get('index'), parts.artifacts.get(`predict:${model}`)];
  if (record.status !== 'done' || model === undefined || index === undefined || predict === undefined) {
    throw new IchorError(
      'run-not-evaluated',
      `Run ${record.name} ${stoppedText(record) ?? (record.status === 'done' ? 'has no predictions' : `is ${record.status}`)}.`,
      stoppedText(record) === null
        ? 'Finish it by running its recipe again.'
        : 'Run its recipe without --until: what is done is recalled.',
      2,
    );
  }
  const averagedOf = parts.artifacts.get(predictionsId(model, (id) => parts.artifacts.has(id))) ?? predict;
  for (const artifact of [index, predict, averagedOf]) await assertSound(artifact);
  const [slices, rows] = [
    await readSlices(index.folder),
    (await readModelPredictions(model, (id) => parts.artifacts.get(id)?.folder)) ?? [],
  ];
  joinTruth(slices, rows);
  const split = parts.artifacts.get('split');
  const labels = parts.artifacts.get('labels');
  if (labels !== undefined) await assertSound(labels);
  return {
    ...parts,
    folder: resolve(folder),
    storeRoot: found.storeRoot,
    record,
    model,
    predict,
    averaged: averagedOf,
    counts: new Map([...(await averaged(found.storeRoot, record)), [predict.key, record.name]]),
    index: slices,
    rows,
    logits: await readLogits(averagedOf.folder),
    judgedBy:
      labels === undefined
        ? null
        : {
            artifact: labels,
            rows: await readSlices(labels.folder),
            known: await readKnownLabels(labels.folder),
          },
    split: split === undefined ? null : await readSplit(split.folder),
  };
}

/** What an ensemble is the mean of, down to runs that are none. */
async function averaged(storeRoot: string, { ensemble }: RunRecord): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for (const { run, predictions } of ensemble?.runs ?? []) {
    found.push([predictions, run]);
    const record = await readRun(join(storeRoot, 'runs', run));
    if (record !== null) found.push(...(await averaged(storeRoot, record)));
  }
  return found;
}
