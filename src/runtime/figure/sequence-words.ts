import type { ComponentValue, ResolvedRecipe } from '../../registry/recipe.ts';
import { foldsOf, foldsSeePatients } from '../train/crossfit.ts';

/** Fields that every sequence has: they are said in sentences, and not among the component's own. */
export const COMMON_FIELDS = [
  'group',
  'order',
  'steps',
  'training',
  'pad',
  'littleBrain',
  'features',
  'reversed',
  'split',
  'backbones',
] as const;

const SHORTENED: Readonly<Record<string, string>> = {
  regular: 'shortened to slices at regular intervals',
  'random-chunks': 'cut to neighbouring slices from a place that is drawn in each epoch',
};
const PADDED: Readonly<Record<string, string>> = {
  zeros: 'padded under a mask',
  'random-front': 'padded at the front with random vectors that the network reads as slices, in prediction too',
};
const ORDERS: Readonly<Record<string, string>> = {
  shuffled: 'The slices stand in random order, another in each epoch (a control).',
  file: 'The slices stand in the order of their ids, not of the head (a control).',
  'file-in-test': 'The slices of the test set stand in the order of their ids, not of the head.',
};
const BESIDE: Readonly<Record<string, string>> = {
  deltas: 'its differences to the slices before and after',
  spacing: 'the distance to the slice before',
  position: 'its place in the series',
};

/** What a recipe says of how its sequence model reads, trains and predicts: a sentence each; what is usual is left out. */
export function sequenceInWords(recipe: ResolvedRecipe, sequence: ComponentValue, trains: boolean): string[] {
  const { group, order, steps, training, pad, littleBrain, features, reversed, split } = sequence;
  const along = group === 'slice' ? 'Each slice by itself' : `Along each ${String(group)}`;
  const beside = Object.entries((features ?? {}) as Record<string, boolean>)
    .filter(([, on]) => on)
    .map(([name]) => BESIDE[name] ?? name);
  const folds = foldsOf(recipe);
  const little = recipe.data.minBrainFraction;
  const ordered = ORDERS[String(order)];
  // Steps, how groups are shortened and how they are padded are about training.
  return [
    trains
      ? `${along}: ${Number(steps)} ${Number(steps) === 1 ? 'step' : 'steps'} in training, where longer ones are ${SHORTENED[String(training)] ?? 'shortened'} and shorter ones ${PADDED[String(pad)] ?? 'padded'}; all slices in prediction.`
      : `${group === 'slice' ? along : `${along}: all of its slices`}. It learns nothing: it is not trained.`,
    ...(ordered ? [ordered] : []),
    ...(beside.length > 0 ? [`Beside the vector of each slice stand ${beside.join(', ')}.`] : []),
    ...(folds === null
      ? []
      : [
          foldsSeePatients(recipe)
            ? `In-sample over ${folds} folds: each training patient’s embeddings come from a backbone that saw the patient’s labels, one of ${folds} like the one above, each trained without a fold.`
            : `Cross-fit over ${folds} folds: each patient’s embeddings come from a backbone that did not see the patient’s labels, one of ${folds} like the one above.`,
        ]),
    ...(littleBrain === 'random' && little !== null
      ? ['Random vectors stand for the slices with little brain that the backbone did not train on.']
      : []),
    ...(typeof split === 'object' && split !== null
      ? [`It trains and validates on a split of its own (${(split as ComponentValue).type}), not on the backbone’s.`]
      : []),
    ...(reversed === true ? ['It predicts in both directions; the mean of the logits counts.'] : []),
  ];
}
