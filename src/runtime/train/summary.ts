import { LABELS } from '../../labels.ts';
import { bestMetric, type Checkpoint, type ResolvedRecipe } from '../../registry/recipe.ts';
import type { ShardReader } from '../artifacts/shards.ts';
import type { NetworkSummary } from '../artifacts/weights.ts';
import type { Chosen } from './components.ts';
import type { Network } from './network.ts';

/** What a training says of a network. */
type Trained = Pick<NetworkSummary, 'prevalence' | 'trainedSlices' | 'epoch' | 'training'> & {
  recipe: ResolvedRecipe;
  /** Of the training; absent: that of its own stage. */
  checkpoint?: Checkpoint;
};

/** The same of a backbone, with what it looks at. */
export function backboneSummary(
  chosen: Chosen<'backbone'>,
  network: Network,
  { size, channels: names }: Pick<ShardReader, 'size' | 'channels'>,
  rest: Trained,
): NetworkSummary {
  const { channels, pixels } = chosen.component.contract(chosen.params);
  const networkChannels = channels === 'any' ? names.length : channels;
  const image = { size, channels: names, networkChannels, pixels };
  return summarise('backbone', chosen, network, { embedding: network.spec.width, image, ...rest });
}

/** What `network.json` says. */
export function summarise(
  stage: 'backbone' | 'sequence',
  { component }: Chosen<'backbone'> | Chosen<'sequence'>,
  { spec }: Network,
  rest: Trained & Pick<NetworkSummary, 'embedding' | 'image'>,
): NetworkSummary {
  const { recipe, checkpoint = recipe.train[stage].checkpoint, ...facts } = rest;
  const best = bestMetric(checkpoint);
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
