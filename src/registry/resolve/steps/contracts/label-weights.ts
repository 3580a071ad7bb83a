import { LABELS } from '../../../../labels.ts';
import { labelWeightsAllZero } from '../../../diagnostics/findings/contracts.ts';
import { at } from '../../../values/path.ts';
import type { Rule } from './facts.ts';
import { TRAININGS } from './trainings.ts';

/** A loss that counts no label has no gradient. */
export const someLabelCounts: Rule = ({ recipe, number, place }) =>
  TRAININGS.flatMap((stage) => {
    const path = ['train', stage, 'loss', 'labelWeights'];
    if (at(recipe, path)?.kind !== 'map' || LABELS.some((label) => number(...path, label) !== 0)) return [];
    return [labelWeightsAllZero(place(...path), path)];
  });
