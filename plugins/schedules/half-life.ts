import { defineSchedule, inUpdates, Type } from '../../src/index.ts';

/** Keras' ExponentialDecay with a decay rate of 0.5, not in stairs. */
export default defineSchedule({
  name: 'half-life',
  version: 1,
  summary: 'The learning rate halves again and again, evenly.',
  params: Type.Object({
    halfLife: Type.Number({
      default: 0.25,
      exclusiveMinimum: 0,
      description:
        'Updates after which the learning rate is half of what it was, again and again; below 1 a share of the training (0.25: a sixteenth is left at the end).',
    }),
  }),
  contract: () => ({}),
  factor: (update, updates, { halfLife }) => 0.5 ** (update / inUpdates(halfLife, updates)),
});
