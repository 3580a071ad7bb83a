import { padUnfit, sequenceOptionUnused, stepsOne } from '../../../diagnostics/findings/sequences.ts';
import type { Rule } from './facts.ts';
import { isOn } from './features.ts';
import { READS } from './sequence-reads.ts';

/** Options of a sequence that mean nothing where each slice stands by itself, or where nothing is trained. */
export const sequenceOptionsFit: Rule = (facts) => {
  const { contract, place, text, number } = facts;
  const sequence = contract('sequence', 'sequence');
  if (!sequence) return [];
  const group = text('sequence', 'group');
  const alone =
    group === 'slice'
      ? 'group: slice makes each slice a sequence by itself'
      : sequence.context === false
        ? `${sequence.name} looks at each slice by itself`
        : null;
  const unused = (key: string, value: string, why: string) =>
    sequenceOptionUnused(place('sequence', key), ['sequence', key], `${key}: ${value}`, why);
  const order = text('sequence', 'order') ?? 'anatomical';
  const chunks = text('sequence', 'training') === 'random-chunks';
  const untrained = sequence.trains === false ? `${sequence.name} is not trained` : null;
  const one = group === 'slice' ? 'group: slice makes each slice a sequence by itself' : null;
  return [
    ...(order !== 'anatomical' && alone ? [unused('order', order, alone)] : []),
    ...(isOn(facts, 'sequence', 'reversed') && alone ? [unused('reversed', 'true', alone)] : []),
    ...(chunks && (untrained ?? one) ? [unused('training', 'random-chunks', (untrained ?? one) as string)] : []),
    ...(isOn(facts, 'sequence', 'features', 'deltas') && one
      ? [
          sequenceOptionUnused(
            place('sequence', 'features', 'deltas'),
            ['sequence', 'features', 'deltas'],
            'deltas: true',
            one,
          ),
        ]
      : []),
    ...(number('sequence', 'steps') === 1 && group !== 'slice' && !untrained
      ? [stepsOne(place('sequence', 'steps'))]
      : []),
    ...(text('sequence', 'littleBrain') === 'random' && number('data', 'minBrainFraction') === undefined
      ? [unused('littleBrain', 'random', 'data.minBrainFraction is null, so that no slice has too little brain')]
      : []),
    ...padFits(text('sequence', 'pad'), sequence, place('sequence', 'pad')),
  ];
};

function padFits(
  pad: string | undefined,
  { name, needs, context }: { name: string; needs: keyof typeof READS; context?: boolean },
  place: Parameters<typeof padUnfit>[0],
) {
  if (pad !== 'random-front') return [];
  if (needs !== 'embeddings') return [padUnfit(place, name, `reads ${READS[needs]}`)];
  return context === false ? [padUnfit(place, name, 'looks at each slice by itself')] : [];
}
