import { embeddingUnfit, stepsUnfit } from '../../findings/needs.ts';
import type { Rule } from './facts.ts';

/** The sequence model takes embeddings of the backbone's width, and as many steps as the recipe gives it. */
export const embeddingsFit: Rule = ({ contract, number, place }) => {
  const sequence = contract('sequence', 'sequence');
  if (!sequence) return [];
  const backbone = contract('backbone', 'backbone');
  const steps = number('sequence', 'steps');
  const { embedding } = sequence;
  const { minimum = 1, maximum = Number.POSITIVE_INFINITY } = sequence.steps ?? {};
  return [
    ...(backbone && sequence.needs === 'embeddings' && embedding !== undefined && embedding !== backbone.embedding
      ? [embeddingUnfit(place('sequence'), sequence.name, embedding, backbone.name, backbone.embedding)]
      : []),
    ...(steps !== undefined && (steps < minimum || steps > maximum)
      ? [stepsUnfit(place('sequence', 'steps'), sequence.name, { minimum, maximum }, steps)]
      : []),
  ];
};
