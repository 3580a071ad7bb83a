import { isDeepStrictEqual } from 'node:util';
import type { ResolvedRecipe, TrainBlock } from '../recipe.ts';
import { itemsPerUpdate } from './items-per-update.ts';
import { type MatchedWord, matches } from './matched.ts';

/** What can be said of two trainings before anything is counted: their ratio, or that only the data can tell. */
export interface BudgetComparison {
  stage: 'backbone' | 'sequence';
  what: 'updates' | 'labels an update';
  verdict: MatchedWord;
  /** Both sides in words: `78 updates`, `6 epochs of 8 series`. */
  here: string;
  there: string;
  /** Where it is said here: `train.sequence.updates`. */
  path: readonly string[];
}

type Stage = BudgetComparison['stage'];
type Recipe = Pick<ResolvedRecipe, 'data' | 'train' | 'backbone' | 'sequence'>;

/**
 * The budgets of two recipes, network by network, each network that both train: updates and labelled slices an update. What
 * their epochs come to is known only where both have the same data; what a group holds, only where both group alike.
 * @param trains whether a recipe's sequence model has weights to train.
 */
export function compareBudgets(
  here: Recipe,
  there: Recipe,
  trains: (recipe: Recipe) => boolean = () => true,
): BudgetComparison[] {
  return (['backbone', 'sequence'] as const).flatMap((stage) => {
    const absent = (recipe: Recipe) => recipe[stage] === 'none' || (stage === 'sequence' && !trains(recipe));
    if (absent(here) || absent(there)) return [];
    return [updatesOf(stage, here, there), labelsOf(stage, here, there)];
  });
}

function updatesOf(stage: Stage, here: Recipe, there: Recipe): BudgetComparison {
  const [a, b] = [here.train[stage], there.train[stage]];
  const stated = a.updates === undefined ? 'epochs' : 'updates';
  const sameEpochs = a.epochs !== undefined && a.epochs === b.epochs;
  return {
    stage,
    what: 'updates',
    verdict: ratioVerdict(updatesRatio(stage, here, there)),
    here: lengthInWords(stage, here),
    there: lengthInWords(stage, there),
    path: ['train', stage, sameEpochs && itemsPerUpdate(a) !== itemsPerUpdate(b) ? sizeField(a, b) : stated],
  };
}

/** Null: only the data can tell. */
function updatesRatio(stage: Stage, here: Recipe, there: Recipe): number | null {
  const [a, b] = [here.train[stage], there.train[stage]];
  if (here.train.endToEnd || there.train.endToEnd) {
    const [own, other] = [statedInAll(stage, here), statedInAll(stage, there)];
    return own === null || other === null ? null : own / other;
  }
  // One that may end early has at most what is stated.
  if (a.earlyStopping || b.earlyStopping) return null;
  if (a.updates !== undefined && b.updates !== undefined) return a.updates / b.updates;
  if (a.epochs === undefined || b.epochs === undefined || !sameItems(stage, here, there)) return null;
  const shares = patientShare(stage, here) / patientShare(stage, there);
  if (a.stepsPerEpoch === null && b.stepsPerEpoch === null)
    return (a.epochs / b.epochs) * (itemsPerUpdate(b) / itemsPerUpdate(a)) * shares;
  const sameSteps = a.stepsPerEpoch === b.stepsPerEpoch && itemsPerUpdate(a) === itemsPerUpdate(b);
  return sameSteps ? a.epochs / b.epochs : null;
}

/** Updates of a network in all its trainings, the end-to-end one among them; null: only the data can tell. */
function statedInAll(stage: Stage, { train }: Recipe): number | null {
  return trainingsOf(stage, train).reduce<number | null>(
    (sum, { updates, earlyStopping }) =>
      sum === null || updates === undefined || earlyStopping ? null : sum + updates,
    0,
  );
}

/** The blocks that train a network of a recipe, one after the other. */
function trainingsOf(stage: Stage, train: Recipe['train']): TrainBlock[] {
  const { endToEnd } = train;
  if (endToEnd === undefined) return [train[stage]];
  return endToEnd.from === 'scratch' ? [endToEnd] : [train[stage], endToEnd];
}

function labelsOf(stage: Stage, here: Recipe, there: Recipe): BudgetComparison {
  const [a, b] = [here.train[stage], there.train[stage]];
  // A run holds other slices than a batch of slices, or than a whole series.
  const joint = here.train.endToEnd !== undefined || there.train.endToEnd !== undefined;
  const known = !joint && (stage === 'backbone' || sameGroups(here, there));
  return {
    stage,
    what: 'labels an update',
    verdict: ratioVerdict(known ? itemsPerUpdate(a) / itemsPerUpdate(b) : null),
    here: batchInWords(stage, here),
    there: batchInWords(stage, there),
    path: ['train', stage, sizeField(a, b)],
  };
}

/** Which of the two fields behind the size of an update differs. */
const sizeField = (a: TrainBlock, b: TrainBlock): 'batch' | 'accumulate' =>
  a.batch === b.batch && a.accumulate !== b.accumulate ? 'accumulate' : 'batch';

const ratioVerdict = (ratio: number | null): MatchedWord =>
  ratio === null ? 'unknown' : matches(ratio, 1) ? 'matched' : 'not matched';

/** Whether two recipes have as many items to learn from: the same data, and groups of the same kind. */
const sameItems = (stage: Stage, here: Recipe, there: Recipe): boolean =>
  isDeepStrictEqual(itemsOf(here, stage), itemsOf(there, stage)) && (stage === 'backbone' || sameGroups(here, there));

/** What decides who trains. */
function itemsOf({ data, sequence, train }: Recipe, stage: Stage) {
  const { source, series, resample, split, labels, limit, seed } = data;
  const own = stage === 'backbone' ? { minBrainFraction: data.minBrainFraction, sampler: train.backbone.sampler } : {};
  const other = stage === 'sequence' && sequence !== 'none' ? { split: sequence.split } : {};
  return [source, series, resample, split, labels, limit, seed, own, other];
}

/** Whether a sequence of the one holds as many slices as one of the other. */
function sameGroups(here: Recipe, there: Recipe): boolean {
  if (here.sequence === 'none' || there.sequence === 'none') return false;
  const of = ({ sequence, data }: Recipe) =>
    sequence === 'none' ? null : [sequence.group, sequence.steps, sequence.training, data];
  return isDeepStrictEqual(of(here), of(there));
}

/** Share of the training patients that the backbones behind a recipe's embeddings train on. */
function patientShare(stage: Stage, { train, sequence }: Recipe): number {
  const { embeddings } = train.sequence;
  if (stage === 'sequence' || sequence === 'none' || embeddings === 'in-sample') return 1;
  const folds =
    embeddings === 'crossfit' ? 5 : 'crossfit' in embeddings ? embeddings.crossfit : embeddings['in-sample'];
  return (folds - 1) / folds;
}

const UNITS = { series: 'series', patient: 'patients', slice: 'slices' } as const;

function unitOf(stage: Stage, { sequence }: Recipe): string {
  if (stage === 'backbone' || sequence === 'none') return 'slices';
  return UNITS[sequence.group as keyof typeof UNITS] ?? 'groups';
}

const batchInWords = (stage: Stage, recipe: Recipe): string =>
  `${count(itemsPerUpdate(recipe.train[stage]))} ${unitOf(stage, recipe)}`;

function lengthInWords(stage: Stage, recipe: Recipe): string {
  const { endToEnd } = recipe.train;
  const blocks = trainingsOf(stage, recipe.train).map((block) => blockInWords(stage, recipe, block));
  return endToEnd === undefined ? blocks.join('') : `${blocks.join(' and ')} end to end`;
}

function blockInWords(stage: Stage, recipe: Recipe, block: TrainBlock): string {
  const { epochs, updates, stepsPerEpoch, earlyStopping } = block;
  const atMost = earlyStopping ? 'at most ' : '';
  if (updates !== undefined) return `${atMost}${count(updates)} updates`;
  const share = patientShare(stage, recipe);
  const of = share === 1 ? '' : `, each on ${Math.round(100 * share)} % of the patients`;
  const most = stepsPerEpoch === null ? '' : `, at most ${count(stepsPerEpoch)} steps each`;
  const batch = block === recipe.train.endToEnd ? `${count(itemsPerUpdate(block))} runs` : batchInWords(stage, recipe);
  return `${atMost}${count(epochs ?? 0)} epochs of ${batch}${most}${of}`;
}

const count = (n: number): string => n.toLocaleString('en-GB');
