import { defineAugmentation, Type } from '../../src/index.ts';

/** A square of it at full size: Keras' RandomCrop and resizing in one warp. */
export const crop = defineAugmentation({
  name: 'crop',
  version: 1,
  summary: 'Cuts out a square, of a side and at a place drawn uniformly, and enlarges it to the whole image.',
  params: Type.Object({
    smallest: Type.Number({
      default: 0.8,
      minimum: 0.1,
      maximum: 1,
      description: "Least side of the square, as a share of the image's.",
    }),
  }),
  contract: () => ({ changes: 'geometry' }),
  matrix({ smallest }, random, size) {
    const share = random.between(smallest, 1);
    // Edges of pixels lie half a pixel beyond their centres.
    const left = random.uniform() * (1 - share) * size;
    const top = random.uniform() * (1 - share) * size;
    const inset = share / 2 - 0.5;
    return [share, 0, left + inset, 0, share, top + inset];
  },
});

export default crop;
