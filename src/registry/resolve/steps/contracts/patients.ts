import { neverCalled } from '../../../diagnostics/findings/contracts.ts';
import {
  samplerNeedsPatients,
  sequenceNeedsOrder,
  sequenceNeedsSeries,
  splitNeedsPatients,
  testSideNeedsPatients,
} from '../../../diagnostics/findings/needs.ts';
import { sequenceNeedsPatients } from '../../../diagnostics/findings/sequences.ts';
import { at } from '../../../values/path.ts';
import type { Rule } from './facts.ts';

const CROSSFIT = ['train', 'sequence', 'embeddings'];

/** A split or a sampler by patient and a model of series need a source that says which slices belong together. */
export const sourceHasPatients: Rule = ({ recipe, contract, training, place, text, number, valid }) => {
  const source = contract('source', 'data.source');
  if (!source) return [];
  const split = contract('split', 'data.split');
  const sequence = contract('sequence', 'sequence');
  const sampler = contract('sampler', 'train.backbone.sampler');
  const embeddings = at(recipe, ['train', 'sequence', 'embeddings']);
  const crossfit = embeddings && !(embeddings.kind === 'scalar' && embeddings.value === 'in-sample');
  return [
    ...(source.patients === false && sequence && text('sequence', 'group') === 'patient'
      ? [sequenceNeedsPatients(place('sequence', 'group'), ['sequence', 'group'], 'group: patient', source.name)]
      : []),
    ...(training && source.patients === false && sequence && crossfit && valid(CROSSFIT)
      ? [sequenceNeedsPatients(place(...CROSSFIT), CROSSFIT, 'A cross-fit embedding', source.name)]
      : []),
    ...(training && source.patients === false && split?.by === 'patient'
      ? [splitNeedsPatients(place('data', 'split'), split.name, source.name)]
      : []),
    ...(training && source.patients === false && number('data', 'test') !== undefined
      ? [testSideNeedsPatients(place('data', 'test'), source.name)]
      : []),
    ...(training && source.patients === false && sampler?.draws === 'patients' && text('backbone') !== 'none'
      ? [samplerNeedsPatients(place('train', 'backbone', 'sampler'), sampler.name, source.name)]
      : []),
    ...(source.series === false && sequence
      ? [sequenceNeedsSeries(place('sequence'), sequence.name, source.name)]
      : source.order === false && sequence
        ? [sequenceNeedsOrder(place('sequence'), sequence.name, source.name)]
        : []),
  ];
};

/** A probability is not above 1. */
export const patientsCanBeCalled: Rule = ({ number, place }) => {
  const path = ['evaluation', 'patient', 'threshold'];
  return (number(...path) ?? 0) >= 1 ? [neverCalled(place(...path), path)] : [];
};
