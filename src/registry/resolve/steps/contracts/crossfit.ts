import { backbonesUnfit, crossfitUnfit } from '../../../diagnostics/findings/sequences.ts';
import { at } from '../../../values/path.ts';
import type { Rule } from './facts.ts';
import { READS } from './sequence-reads.ts';

/** Cross-fit embeddings and further backbones are for models that read embeddings. */
export const embeddingsAreRead: Rule = ({ recipe, contract, place, valid }) => {
  const sequence = contract('sequence', 'sequence');
  if (!sequence || sequence.needs === 'embeddings') return [];
  const embeddings = at(recipe, ['train', 'sequence', 'embeddings']);
  const crossfit = embeddings && !(embeddings.kind === 'scalar' && embeddings.value === 'in-sample');
  const backbones = at(recipe, ['sequence', 'backbones']);
  return [
    ...(crossfit && valid(['train', 'sequence', 'embeddings'])
      ? [crossfitUnfit(place('train', 'sequence', 'embeddings'), sequence.name, READS[sequence.needs])]
      : []),
    ...(backbones?.kind === 'list' && backbones.items.length > 0
      ? [backbonesUnfit(place('sequence', 'backbones'), sequence.name, READS[sequence.needs])]
      : []),
  ];
};
