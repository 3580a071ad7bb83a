import { defineAugmentation, Type } from '../../src/index.ts';

/** Along the rows and along the columns, each by its own draw, about the centre. */
export const shear = defineAugmentation({
  name: 'shear',
  version: 1,
  summary:
    'Slants along rows and columns about the centre, by amounts drawn uniformly; the edge is repeated beyond the image.',
  params: Type.Object({
    degrees: Type.Number({
      default: 10,
      minimum: 0,
      maximum: 40,
      description: 'Largest slant either way, of each axis.',
      unit: 'degrees',
    }),
  }),
  contract: () => ({ changes: 'geometry' }),
  matrix({ degrees }, random, size) {
    const slant = () => Math.tan((random.between(-degrees, degrees) * Math.PI) / 180);
    const [rows, columns] = [slant(), slant()];
    const centre = (size - 1) / 2;
    return [1, rows, -rows * centre, columns, 1, -columns * centre];
  },
});

export default shear;
