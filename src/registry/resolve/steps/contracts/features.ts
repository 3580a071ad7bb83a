import { featuresUnfit, positionGivesOrder } from '../../../diagnostics/findings/sequences.ts';
import { at } from '../../../values/path.ts';
import type { Facts, Rule } from './facts.ts';
import { READS } from './sequence-reads.ts';

const FEATURES = ['deltas', 'spacing', 'position'] as const;

/** Whether a flag of the recipe is on. */
export const isOn = ({ recipe, valid }: Facts, ...path: string[]): boolean => {
  const node = at(recipe, path);
  return node?.kind === 'scalar' && node.value === true && valid(path);
};

/** Features stand beside embeddings; what gives logits as it gets them, and what sees the position alone, takes none. */
export const featuresFit: Rule = (facts) => {
  const { contract, place, text } = facts;
  const sequence = contract('sequence', 'sequence');
  if (!sequence) return [];
  const on = FEATURES.filter((feature) => isOn(facts, 'sequence', 'features', feature));
  const fixed = sequence.gives === 'logits' || sequence.needs === 'position';
  if (fixed) {
    return on.map((feature) =>
      featuresUnfit(place('sequence', 'features', feature), sequence.name, feature, READS[sequence.needs]),
    );
  }
  const told = on.includes('position') && text('sequence', 'order') === 'shuffled';
  return told ? [positionGivesOrder(place('sequence', 'features', 'position'))] : [];
};
