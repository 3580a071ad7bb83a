import { LANGUAGE } from '../language.ts';
import { type MapNode, type Node, nodeOf, type Plain } from '../value.ts';
import { merge } from './merge.ts';

/** Stands in the place of a file for what the built-in profile sets. */
export const SMOKE_FILE = '--smoke';

const TRAIN: Plain = { batch: 2, epochs: 1, stepsPerEpoch: 2 };

/** The built-in profile: ordinary keys that make a run short, and a mark that stands in every output. */
const SMOKE: { readonly [key: string]: Plain } = {
  data: { limit: { labelled: 4, unlabelled: 1 } },
  train: { backbone: TRAIN, sequence: TRAIN },
  backbone: { weights: 'none', batchNorm: 'trained' },
  smoke: true,
};

/** Step 4. `backbone: none` has no weights to replace and stays. */
export function applySmoke(recipe: Node): Node {
  const layer = nodeOf(SMOKE, { file: SMOKE_FILE, line: 1, column: 1 }, 'profile') as MapNode;
  const backbone = recipe.kind === 'map' ? recipe.entries.get('backbone') : undefined;
  const entries = new Map([...layer.entries].filter(([key]) => key !== 'backbone' || backbone?.kind === 'map'));
  return merge(recipe, { ...layer, place: recipe.place, entries }, LANGUAGE);
}
