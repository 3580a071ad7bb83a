import { defineAugmentation, Type } from '../../src/index.ts';

const params = Type.Object({
  shift: Type.Number({
    default: 0.05,
    minimum: 0,
    maximum: 1,
    description: "Furthest shift along each axis, drawn uniformly either way, as a share of the image's side.",
  }),
  scale: Type.Number({
    default: 0.05,
    minimum: 0,
    maximum: 0.9,
    description: 'Largest enlargement and reduction, as a share; the same for both axes.',
  }),
  rotateDegrees: Type.Number({
    default: 20,
    minimum: 0,
    maximum: 180,
    description: 'Largest rotation either way, about the centre of the image.',
    unit: 'degrees',
  }),
});

/** The released code's affine (facts 1.2, [A]). Beyond the image the pixels of its edge are repeated. */
export const affine = defineAugmentation({
  name: 'affine',
  version: 1,
  summary:
    'Shifts, scales and rotates about the centre, by amounts drawn uniformly; the edge is repeated beyond the image.',
  params,
  contract: () => ({ changes: 'geometry' }),
  matrix({ shift, scale, rotateDegrees }, random, size) {
    const right = random.between(-shift, shift) * size;
    const down = random.between(-shift, shift) * size;
    const larger = 1 + random.between(-scale, scale);
    const angle = (random.between(-rotateDegrees, rotateDegrees) * Math.PI) / 180;
    const cosine = Math.cos(angle) / larger;
    const sine = Math.sin(angle) / larger;
    const centre = (size - 1) / 2;
    // What moves right and down comes from the left and above.
    const x = centre + right;
    const y = centre + down;
    return [cosine, -sine, centre - cosine * x + sine * y, sine, cosine, centre - sine * x - cosine * y];
  },
});

export default affine;
