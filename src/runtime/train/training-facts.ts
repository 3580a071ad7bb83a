import { LABELS } from '../../labels.ts';
import { stampsOf } from '../../registry/leak.ts';
import { type ResolvedRecipe, type TrainedStage, trainBlock } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { type Mark, unionOfMarks } from '../artifacts/marks.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import { readSource } from '../artifacts/source.ts';
import type { LoadedWeights, TrainingFacts } from '../artifacts/weights.ts';
import { budgetOf } from './budget.ts';
import { stoppedEarly } from './early-stopping.ts';
import type { Fitted } from './fit.ts';

/** What stands in `network.json` of how a network was trained. `train`, `validation`: rows of the index with labels. */
export async function trainingFacts(
  {
    stage,
    recipe,
    registry,
    indexFolder,
    index,
    train,
    validation,
    batchNormMomentum,
    trained,
    start = null,
    carried = [],
  }: TrainingInput,
  { history, epoch }: Fitted,
): Promise<TrainingFacts> {
  const { synthetic } = await readSource(indexFolder);
  // The split of the sequence model is no matter of a backbone.
  const stamps = stampsOf(stage === 'backbone' ? { ...recipe, sequence: 'none' } : recipe, registry);
  const reached = history.find((row) => row.epoch === epoch)?.validation?.['mean-log-loss'];
  return {
    marks: unionOfMarks(
      synthetic ? ['SYNTHETIC'] : [],
      recipe.smoke ? ['SMOKE'] : [],
      stamps,
      start?.marks ?? [],
      carried,
      start?.weights.partial ? ['PARTLY PRETRAINED'] : [],
    ),
    weights: start?.weights ?? null,
    steps: history.reduce((sum, row) => sum + row.steps, 0),
    budget:
      history.length === 0
        ? null
        : budgetOf(history, trained, stoppedEarly(history, trainBlock(recipe, stage), trained.items)),
    batchNormMomentum,
    validation:
      reached === undefined || validation.length === 0
        ? null
        : {
            slices: validation.length,
            'mean-log-loss': reached,
            constant: constantLogLoss(index, train, validation),
          },
  };
}

export interface TrainingInput {
  stage: TrainedStage;
  recipe: ResolvedRecipe;
  registry: Registry;
  /** Folder of the index artifact. */
  indexFolder: string;
  index: readonly SliceRow[];
  train: readonly number[];
  validation: readonly number[];
  /** Null where none is trained. */
  batchNormMomentum: number | null;
  /** How it was trained: items in a step and in all, what an item is, weights that changed. */
  trained: Parameters<typeof budgetOf>[1];
  /** What it started from, with the marks of the run that trained that. */
  start?: { weights: LoadedWeights; marks: readonly Mark[] } | null;
  /** What stands on the vectors that a sequence model reads: its base networks' marks are its own. */
  carried?: readonly Mark[];
}

/**
 * mean-log-loss of the predictor that looks at no picture, on `validation`: every slice gets the share of positives
 * among `train`, clipped to 1e-15 from either end, as evaluation has it. NaN where one of the two is empty.
 */
export function constantLogLoss(
  index: readonly SliceRow[],
  train: readonly number[],
  validation: readonly number[],
): number {
  let sum = 0;
  for (const label of LABELS) {
    const positives = (rows: readonly number[]) =>
      rows.reduce((all, row) => all + (index[row]?.labels?.[label] ?? 0), 0);
    const p = Math.min(Math.max(positives(train) / train.length, 1e-15), 1 - 1e-15);
    const here = positives(validation);
    sum -= here * Math.log(p) + (validation.length - here) * Math.log(1 - p);
  }
  return sum / (validation.length * LABELS.length);
}
