import type { ResolvedRecipe } from '../../registry/recipe.ts';
import { type Mark, unionOfMarks } from '../artifacts/marks.ts';
import type { ModelName } from '../artifacts/metrics.ts';
import { type NetworkSummary, readNetwork } from '../artifacts/weights.ts';
import { hasOwnSplit } from '../evaluate/own-split.ts';
import { decimals } from '../evaluate/shown.ts';
import { isWorse, networkTitle, worseThanConstant } from './training-notes.ts';

/** What is known of the networks that predict: of their artifacts, whoever trained them and whatever the run is called. */
export type Networks = ReadonlyMap<ModelName, Pick<NetworkSummary, 'type' | 'training'>>;

/** Reads `network.json` of those of the two that are there. */
export async function readNetworks(folderOf: (id: ModelName) => string | undefined): Promise<Networks> {
  const networks = new Map<ModelName, NetworkSummary>();
  for (const id of ['backbone', 'sequence'] as const) {
    const folder = folderOf(id);
    if (folder !== undefined) networks.set(id, await readNetwork(folder));
  }
  return networks;
}

/** What stands on all that one model predicts. */
export function marksOfModel(model: ModelName, networks: Networks, recipe: Pick<ResolvedRecipe, 'sequence'>): Mark[] {
  const training = networks.get(model)?.training;
  const { validation = null } = training ?? {};
  const worse = validation !== null && isWorse(validation['mean-log-loss'], validation.constant);
  return unionOfMarks(
    training?.marks ?? [],
    worse ? ['WORSE THAN CONSTANT'] : [],
    model === 'sequence' && worseThanBase(networks, recipe) !== null ? ['WORSE THAN BASE'] : [],
  );
}

/** The sentence for a sequence model that said less on validation than its own base network; null where it did not. */
export function worseThanBase(networks: Networks, recipe: Pick<ResolvedRecipe, 'sequence'>): string | null {
  const [base, own] = [networks.get('backbone')?.training?.validation, networks.get('sequence')?.training?.validation];
  // With a split of its own it was validated on other patients.
  if (!base || !own || hasOwnSplit(recipe) || !isWorse(own['mean-log-loss'], base['mean-log-loss'])) return null;
  const title = networkTitle({ stage: 'sequence', id: 'sequence', type: networks.get('sequence')?.type ?? '' });
  return `Worse than its own base network: ${title} has a mean-log-loss of ${decimals(own['mean-log-loss'])} on the validation side of its training, its base network ${decimals(base['mean-log-loss'])}.`;
}

/** Sentences that whoever reads the predictions has to know, about each of the networks. */
export function verdicts(networks: Networks, recipe: Pick<ResolvedRecipe, 'sequence'>): string[] {
  const constant = [...networks].flatMap(([stage, { type, training }]) => {
    const validation = training?.validation ?? null;
    const worse = validation !== null && isWorse(validation['mean-log-loss'], validation.constant);
    return worse ? [worseThanConstant(networkTitle({ stage, id: stage, type }), validation)] : [];
  });
  const base = worseThanBase(networks, recipe);
  return [...constant, ...(base === null ? [] : [base])];
}

/** A sentence for each mark of what a network was trained on. */
export function trainedOnText(marks: readonly string[]): string[] {
  return [
    ...(marks.includes('SYNTHETIC')
      ? ['SYNTHETIC: the networks learned from generated pictures; what they say of a patient means nothing.']
      : []),
    ...(marks.includes('SMOKE')
      ? ['SMOKE: the networks had a few steps on a few studies; their predictions only show that everything runs.']
      : []),
    ...(marks.includes('PARTLY PRETRAINED')
      ? [
          'PARTLY PRETRAINED: only some layers of the network started from the weights that the recipe names, the others at random.',
        ]
      : []),
    ...(marks.includes('LEAKY SPLIT')
      ? [
          'LEAKY SPLIT: the networks were validated on patients whom they had seen; how well they do on others is not known.',
        ]
      : []),
    ...(marks.includes('PATIENTS UNKNOWN')
      ? [
          'PATIENTS UNKNOWN: whether the networks were validated on patients whom they had seen is not known, and so is how well they do on others.',
        ]
      : []),
  ];
}
