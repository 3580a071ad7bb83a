import { defineSchedule, inUpdates, Type } from '../../src/index.ts';

/** Keras' ExponentialDecay in stairs; PyTorch's StepLR, counted in updates. */
export default defineSchedule({
  name: 'step',
  version: 1,
  summary: 'The learning rate falls in stairs, each time to the same share.',
  params: Type.Object({
    every: Type.Number({
      default: 0.3,
      exclusiveMinimum: 0,
      description: 'Updates from one stair to the next; below 1 a share of the training (0.3: after 30, 60 and 90 %).',
    }),
    to: Type.Number({
      default: 0.1,
      minimum: 0,
      maximum: 1,
      description: 'Share of the learning rate that each stair leaves.',
    }),
  }),
  contract: () => ({}),
  factor: (update, updates, { every, to }) => to ** Math.floor(update / inUpdates(every, updates)),
});
