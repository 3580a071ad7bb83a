import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import {
  endToEndFrozenNorm,
  endToEndHeatMaps,
  endToEndNetworks,
  endToEndOption,
  endToEndRunLength,
  endToEndRunUnfit,
} from '../../../diagnostics/findings/end-to-end.ts';
import type { Weights } from '../../../kinds/weights.ts';
import { at, type Path } from '../../../values/path.ts';
import { sharedPlain } from '../../../values/shared-plain.ts';
import type { Node } from '../../../values/value.ts';
import { weightsOrigin } from '../../../weights-origin.ts';
import type { Facts, Rule } from './facts.ts';
import { isOn } from './features.ts';
import { READS } from './sequence-reads.ts';

const BLOCK: Path = ['train', 'endToEnd'];

/** Both networks as one: a backbone and a sequence model that make one network, and options that runs of slices can have. */
export const endToEndFits: Rule = (facts) => {
  const block = at(facts.recipe, BLOCK);
  if (block?.kind !== 'map') return [];
  const missing = missingNetwork(facts);
  if (missing !== null) return [endToEndNetworks(block.key ?? block.place, missing)];
  const zero = facts.number(...BLOCK, 'sliceLoss') === 0;
  return [
    ...optionsOf(facts),
    ...lengthOf(facts),
    ...normOf(facts),
    ...(zero && isOn(facts, 'evaluation', 'heatMaps') ? [endToEndHeatMaps(facts.place('evaluation', 'heatMaps'))] : []),
  ];
};

/** A clause; null where both are there. What names no component is told elsewhere. */
function missingNetwork({ text, contract }: Facts): string | null {
  if (text('backbone') === 'none') return 'this recipe has no backbone';
  if (text('sequence') === 'none') return 'this recipe has no sequence model';
  const sequence = contract('sequence', 'sequence');
  if (sequence === null) return null;
  if (sequence.needs !== 'embeddings') return `${sequence.name} reads ${READS[sequence.needs]}`;
  return sequence.trains === false ? `${sequence.name} has no weights` : null;
}

function optionsOf(facts: Facts): Diagnostic[] {
  const { recipe, text, place } = facts;
  const option = (path: Path, value: string, why: string, instead: string) =>
    endToEndOption(place(...path), path, value, why, instead);
  const other = (key: string, usual: string, why: string): Diagnostic[] => {
    const stated = text('sequence', key);
    if (stated === undefined || stated === usual) return [];
    return [option(['sequence', key], `${key}: ${stated}`, why, `${key}: ${usual}`)];
  };
  const filled = (node: Node | undefined) => node?.kind === 'list' && node.items.length > 0;
  const embeddings = at(recipe, ['train', 'sequence', 'embeddings']);
  const folds = embeddings !== undefined && !(embeddings.kind === 'scalar' && embeddings.value === 'in-sample');
  return [
    ...other('group', 'series', 'a run is of one series'),
    ...other('order', 'anatomical', 'adjacent are slices in their anatomical order'),
    ...other('pad', 'zeros', 'no random vectors stand between slices that gradients go through'),
    ...other('littleBrain', 'embedded', 'a random vector has no picture that a gradient could reach'),
    ...(isOn(facts, 'sequence', 'features', 'deltas')
      ? [
          option(
            ['sequence', 'features', 'deltas'],
            'features.deltas',
            'the slices beside the ends of a run are not looked at',
            'deltas: false',
          ),
        ]
      : []),
    ...(at(recipe, ['sequence', 'split'])?.kind === 'map'
      ? [option(['sequence', 'split'], 'sequence.split', 'both networks learn from the same patients', 'split: same')]
      : []),
    ...(filled(at(recipe, ['sequence', 'backbones']))
      ? [option(['sequence', 'backbones'], 'sequence.backbones', 'there would be several', 'backbones: []')]
      : []),
    ...(folds && facts.valid(['train', 'sequence', 'embeddings'])
      ? [
          option(
            ['train', 'sequence', 'embeddings'],
            'train.sequence.embeddings by folds',
            'each fold has a backbone of its own, and none of them learns on, nor can stored embeddings be used while the backbone moves',
            'embeddings: in-sample',
          ),
        ]
      : []),
  ];
}

function lengthOf(facts: Facts): Diagnostic[] {
  const { number, place, contract } = facts;
  const [slices, steps] = [number(...BLOCK, 'slices'), number('sequence', 'steps')];
  if (slices === undefined || steps === undefined) return [];
  const at = place(...BLOCK, 'slices');
  if (slices > steps) return [endToEndRunLength(at, slices, steps)];
  const sequence = contract('sequence', 'sequence');
  const { minimum = 1, maximum = Number.POSITIVE_INFINITY } = sequence?.steps ?? {};
  return sequence && (slices < minimum || slices > maximum)
    ? [endToEndRunUnfit(at, sequence.name, { minimum, maximum }, slices)]
    : [];
}

function normOf({ recipe, text, place, valid }: Facts): Diagnostic[] {
  const weights = at(recipe, ['backbone', 'weights']);
  const scratch = text(...BLOCK, 'from') === 'scratch' && text(...BLOCK, 'batchNorm') === 'frozen';
  if (!scratch || weights === undefined || !valid(['backbone', 'weights'])) return [];
  const origin = weightsOrigin(sharedPlain(weights) as unknown as Weights);
  return origin === null ? [endToEndFrozenNorm(place(...BLOCK, 'batchNorm'))] : [];
}
