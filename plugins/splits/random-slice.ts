import { defineSplit, IchorError, seedOf, Type } from '../../src/index.ts';
import { byPicture, type SplitSlice } from './pictures.ts';

/** The order in which slices are drawn: by hash, so that neither their order nor their number moves one of them. */
const place = (seed: number, slice: string): string =>
  [...seedOf(seed, 'split', slice)].map((word) => word.toString(16).padStart(8, '0')).join('');

/**
 * The released code's first stage (facts 0.1, 1.7): slices are drawn whatever patient they are of, so that almost every
 * patient stands on both sides: what it says is of no new patient. A control, never the default; a recipe has to accept the leak.
 */
export default defineSplit({
  name: 'random-slice',
  version: 1,
  summary:
    'Validation gets a share of the labelled slices, whatever patient they are of: the leaky protocol of the released code, as a control (accept: [leak]).',
  params: Type.Object({
    validation: Type.Number({
      default: 0.1,
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      description: 'Share of the labelled slices; at least one goes to validation, and one stays in training.',
    }),
  }),
  contract: () => ({ by: 'slice' }),
  assign(patients, { validation }, seed) {
    const slices = patients.flatMap((patient) => patient.slices);
    const count = Math.max(1, Math.round(validation * slices.length));
    if (count >= slices.length) throw tooFew(slices.length, validation);
    const groups = inOrder(slices, seed);
    const drawn = new Set<SplitSlice>();
    // Slices of one picture stay together: a group goes where it fits whole.
    for (const group of groups) if (drawn.size + group.length <= count) for (const slice of group) drawn.add(slice);
    if (drawn.size === 0) {
      const [smallest] = [...groups].sort((a, b) => a.length - b.length);
      if (smallest === undefined || smallest.length === slices.length) throw onePicture(slices.length);
      for (const slice of smallest) drawn.add(slice);
    }
    return new Map(slices.map((slice) => [slice.slice, drawn.has(slice) ? 'validation' : 'train'] as const));
  },
});

/** Groups of slices that show one picture, in the order of their first places. */
function inOrder(slices: readonly SplitSlice[], seed: number): SplitSlice[][] {
  const placed = slices
    .map((slice) => ({ slice, place: place(seed, slice.slice) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1));
  return [...byPicture(placed.map(({ slice }) => slice)).values()];
}

const tooFew = (slices: number, share: number): IchorError =>
  new IchorError(
    'split-impossible',
    `A share of ${share} for validation leaves none of the ${slices} labelled slices for training.`,
    slices < 2 ? 'Give it two labelled slices at least.' : 'Lower `--set data.split.validation=…`.',
    2,
  );

const onePicture = (slices: number): IchorError =>
  new IchorError(
    'split-impossible',
    `All ${slices} labelled slices show the same picture, so they cannot be split.`,
    'Look at the source: the same file seems to stand there again and again.',
    2,
  );
