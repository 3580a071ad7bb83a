import { embeddingUnfit, stepsUnfit } from '../../../diagnostics/findings/needs.ts';
import { backbonesOf } from './backbones.ts';
import type { Facts, Rule } from './facts.ts';
import { isOn } from './features.ts';

/** The sequence model takes embeddings of the backbone's width, and as many steps as the recipe gives it. */
export const embeddingsFit: Rule = (facts) => {
  const { contract, number, place } = facts;
  const sequence = contract('sequence', 'sequence');
  if (!sequence) return [];
  const backbones = backbonesOf(facts);
  const gives = widthOf(
    facts,
    backbones.reduce((sum, { backbone }) => sum + backbone.embedding, 0),
  );
  const steps = number('sequence', 'steps');
  const { embedding } = sequence;
  const { minimum = 1, maximum = Number.POSITIVE_INFINITY } = sequence.steps ?? {};
  return [
    ...(backbones.length > 0 && sequence.needs === 'embeddings' && embedding !== undefined && embedding !== gives
      ? [
          embeddingUnfit(
            place('sequence'),
            sequence.name,
            embedding,
            backbones.map(({ backbone }) => backbone.name).join(' and '),
            gives,
          ),
        ]
      : []),
    ...(steps !== undefined && (steps < minimum || steps > maximum)
      ? [stepsUnfit(place('sequence', 'steps'), sequence.name, { minimum, maximum }, steps)]
      : []),
  ];
};

/** Of what stands beside each other for one slice, features included. */
function widthOf(facts: Facts, embedding: number): number {
  const feature = (name: string) => isOn(facts, 'sequence', 'features', name);
  return embedding * (feature('deltas') ? 3 : 1) + Number(feature('spacing')) + Number(feature('position'));
}
