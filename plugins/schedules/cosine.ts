import { defineSchedule, Type } from '../../src/index.ts';

/** Half a cosine over the whole of it: Loshchilov and Hutter 2017 without restarts; Keras' CosineDecay, alpha is `floor`. */
export default defineSchedule({
  name: 'cosine',
  version: 1,
  summary: 'The learning rate falls along half a cosine over the whole training.',
  params: Type.Object({
    floor: Type.Number({
      default: 0,
      minimum: 0,
      maximum: 1,
      description: 'Share of the learning rate that it falls to.',
    }),
  }),
  contract: () => ({}),
  factor: (update, updates, { floor }) => (1 - floor) * 0.5 * (1 + Math.cos((Math.PI * update) / updates)) + floor,
});
