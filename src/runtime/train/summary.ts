import { LABELS } from '../../labels.ts';
import { bestMetric, type ResolvedRecipe } from '../../registry/recipe.ts';
import type { NetworkSummary } from '../artifacts/weights.ts';
import type { Chosen } from './components.ts';
import type { Network } from './network.ts';

/** What `network.json` says. */
export function summarise(
  stage: 'backbone' | 'sequence',
  { component }: Chosen<'backbone'> | Chosen<'sequence'>,
  { spec }: Network,
  rest: Pick<NetworkSummary, 'embedding' | 'image' | 'prevalence' | 'trainedSlices' | 'epoch' | 'training'> & {
    recipe: ResolvedRecipe;
  },
): NetworkSummary {
  const { recipe, ...facts } = rest;
  const best = bestMetric(recipe.train[stage].checkpoint);
  return {
    stage,
    type: component.name,
    version: component.version,
    parameters: spec.parameters.total,
    trainableParameters: spec.parameters.trainable,
    multiplyAdds: spec.multiplyAdds,
    ...facts,
    labels: LABELS,
    // How often it was kept on the way is no matter of the network.
    checkpoint: best === null ? 'last' : { best },
    weights: spec.weights.map(({ name, shape, trainable }) => ({ name, shape, trainable })),
  };
}
