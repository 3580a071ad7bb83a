import { frozenWithoutWeights, weightsInput, weightsNotLoadable, weightsUnknown } from '../../findings/contracts.ts';
import { at } from '../../path.ts';
import type { Rule } from './facts.ts';

/** Weights that exist for this network and for the pictures that this recipe gives it. */
export const weightsFit: Rule = (facts) => {
  const backbone = facts.contract('backbone', 'backbone');
  const weights = facts.text('backbone', 'weights');
  if (!backbone || weights === undefined) return [];
  const place = facts.place('backbone', 'weights');
  const known = backbone.weights.find((name) => name === weights);
  if (known === undefined) return [weightsUnknown(place, backbone.name, weights, backbone.weights)];
  if (known === 'none') {
    const frozen = facts.text('backbone', 'batchNorm') === 'frozen';
    return frozen ? [frozenWithoutWeights(facts.place('backbone', 'batchNorm'))] : [];
  }
  const made = backbone.weightsFor?.[known];
  const has = {
    channels: backbone.channels === 'any' ? channelsOf(facts) : backbone.channels,
    size: facts.number('data', 'image', 'size'),
  };
  const other = (['channels', 'size'] as const).flatMap((what) => {
    const [wanted, found] = [made?.[what], has[what]];
    return wanted === undefined || found === undefined || wanted === found ? [] : [{ what, wanted, found }];
  });
  if (other.length > 0) return other.map((one) => weightsInput(place, backbone.name, known, one));
  return [weightsNotLoadable(place, weights)];
};

function channelsOf({ recipe, valid }: Parameters<Rule>[0]): number | undefined {
  const channels = at(recipe, ['channels']);
  return channels?.kind === 'list' && valid(['channels']) ? channels.items.length : undefined;
}
