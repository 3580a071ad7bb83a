import { defineSchedule, Type } from '../../src/index.ts';

const anneal = (from: number, to: number, share: number) => to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));

/** Smith and Topin 2018 in PyTorch's form (OneCycleLR, two phases of a cosine; momentum is left alone). */
export default defineSchedule({
  name: 'one-cycle',
  version: 1,
  summary: 'The learning rate rises to its full size and falls far below where it began, once over the whole training.',
  params: Type.Object({
    rise: Type.Number({
      default: 0.3,
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      description: 'Share of the training in which it rises.',
    }),
    start: Type.Number({
      default: 0.04,
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'Share of the learning rate that it begins with.',
    }),
    end: Type.Number({
      default: 4e-6,
      minimum: 0,
      maximum: 1,
      description: 'Share of the learning rate that it ends with.',
    }),
  }),
  contract: () => ({}),
  factor: (update, updates, { rise, start, end }) => {
    // Its first phase ends with the last update of the share, and the second with the last one of all.
    const [top, last] = [rise * updates - 1, updates - 1];
    if (update <= top) return anneal(start, 1, top > 0 ? update / top : 1);
    return anneal(1, end, last > top ? Math.min((update - top) / (last - top), 1) : 1);
  },
});
