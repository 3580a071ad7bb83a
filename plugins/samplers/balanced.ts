import { defineSampler, IchorError, LABELS, Type } from '../../src/index.ts';

/**
 * Positives and negatives of one label in a stated share. Each kind is drawn in rounds: in an epoch no slice comes again before
 * every slice of its kind has come, so that of the rarer kind each comes equally often, or once more, and of the other
 * some do not come at all.
 */
export default defineSampler({
  name: 'balanced',
  version: 1,
  summary:
    'A stated share of the slices of an epoch has a label, and the others have not: the rarer kind is drawn again and again, of the other a part.',
  params: Type.Object({
    label: Type.Union(
      LABELS.map((label) => Type.Literal(label)),
      { default: 'any', description: 'What is balanced: slices that have this label against those that have not.' },
    ),
    share: Type.Number({
      default: 0.5,
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      description: 'Share of the slices of an epoch that have the label; of an epoch, not of each batch.',
    }),
  }),
  contract: () => ({ draws: 'slices', prevalence: 'changed' }),
  order(slices, { random }, { label, share }) {
    const places = (value: 0 | 1) => slices.flatMap(({ labels }, place) => (labels[label] === value ? [place] : []));
    const [positives, negatives] = [places(1), places(0)];
    if (positives.length === 0 || negatives.length === 0)
      throw oneKind(slices.length, label, positives.length === 0 ? 'has' : 'lacks');
    // Of both kinds one at least, as far as an epoch has two.
    const wanted = Math.min(Math.max(1, Math.round(share * slices.length)), slices.length - 1);
    const inRounds = (kind: readonly number[], count: number): number[] => {
      let round: readonly number[] = [];
      return Array.from({ length: count }, (_, at) => {
        if (at % kind.length === 0) round = random.shuffle(kind);
        return round[at % kind.length] as number;
      });
    };
    return random.shuffle([...inRounds(positives, wanted), ...inRounds(negatives, slices.length - wanted)]);
  },
});

const oneKind = (slices: number, label: string, verb: 'has' | 'lacks'): IchorError =>
  new IchorError(
    'sampler-impossible',
    `balanced cannot draw by ${label}: none of the ${slices.toLocaleString('en-GB')} slices to learn from ${verb} it.`,
    'Balance another label (train.backbone.sampler.label), give it more patients, or take sampler: uniform.',
    2,
  );
