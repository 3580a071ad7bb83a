import { type Params, Type } from '../../../src/index.ts';

export const MIMICS = ['calcification', 'beam-hardening', 'partial-volume'] as const;

/**
 * What a phantom can be asked for. Each difficulty is a parameter of its own, so that an effect can be switched off.
 * `affectsTruth: false`: the labelled heads and their bleeds are the same ones, whatever else the pictures show.
 */
export const params = Type.Object({
  studies: Type.Integer({
    default: 40,
    minimum: 1,
    maximum: 20000,
    description: 'Labelled studies of one series each.',
  }),
  testStudies: Type.Integer({
    default: 4,
    minimum: 0,
    maximum: 20000,
    description: 'Further studies without labels, as the competition had them: the test set.',
    affectsTruth: false,
  }),
  minimumSlices: Type.Integer({ default: 20, minimum: 3, maximum: 90, description: 'Fewest slices of a series.' }),
  maximumSlices: Type.Integer({
    default: 45,
    minimum: 3,
    maximum: 90,
    description: 'Most slices of a series; the spacing follows, as a series always covers the head.',
  }),
  positives: Type.Number({
    default: 0.5,
    minimum: 0,
    maximum: 1,
    description: 'Share of studies with a haemorrhage; kept in every twenty studies, not only on average. With 0.41, as in RSNA, 15 % of slices show one (RSNA: 14 %).',
  }),
  size: Type.Integer({
    default: 256,
    minimum: 64,
    maximum: 512,
    description: 'Rows and columns (RSNA: 512). The field of view stays the same.',
    unit: 'pixels',
  }),
  noise: Type.Number({
    default: 3.5,
    minimum: 0,
    maximum: 30,
    description:
      'Standard deviation of the noise in the middle of the brain (mean of the studies, 0.8 to 1.25 of it in each).',
    unit: 'HU',
    affectsTruth: false,
  }),
  tilt: Type.Number({ default: 0.5, minimum: 0, maximum: 1, description: 'Share of studies with a tilted gantry.' }),
  repeatPatients: Type.Number({
    default: 0.13,
    minimum: 0,
    maximum: 0.9,
    description: 'Chance that a study is a further one of the patient before (RSNA: 2,806 of 21,744).',
  }),
  twelveBit: Type.Number({
    default: 0.5,
    minimum: 0,
    maximum: 1,
    description: 'Share of studies stored as 12 bit unsigned; the others are 16 bit signed.',
    affectsTruth: false,
  }),
  singleSliceMimics: Type.Number({
    default: 1,
    minimum: 0,
    maximum: 10,
    description:
      'Findings a study (mean) that look like blood in one slice and are in no other: calcification, beam hardening, partial volume. Only the neighbours tell them from blood. 0: none. A series of 18 slices has room for 4 or 5; more than the series have room for in the mean is an error.',
    affectsTruth: false,
  }),
  mimicKinds: Type.Array(Type.Enum([...MIMICS]), {
    default: [...MIMICS],
    minItems: 1,
    uniqueItems: true,
    description:
      'Which mimics there are, as many of each: calcification looks like blood in the brain, beam hardening like subdural, partial volume like epidural blood.',
    affectsTruth: false,
  }),
  bloodAtSkull: Type.Boolean({
    default: true,
    description:
      'Epidural and subdural blood lies against the bone with 80 to 94 HU, where the brain window (40/80) is white as bone is, and some skulls are thickened inwards; only wider windows tell the two apart. Off: 56 to 68 HU behind a dark line, no thickened skulls.',
  }),
  thickenedSkulls: Type.Number({
    default: 0.3,
    minimum: 0,
    maximum: 1,
    description:
      'With bloodAtSkull: share of patients whose skull is thickened inwards on one side, as deep as blood against it. In the brain window the two look the same.',
  }),
  beyondBrainWindow: Type.Boolean({
    default: true,
    description:
      'Densities outside of the brain window (40/80) are what they are. Off: they are cut off just outside of its ends, at -1 and 81 HU, so that no other window shows anything that it does not; in the brain window the pictures are the same to the byte.',
    affectsTruth: false,
  }),
  extent: Type.Boolean({
    default: true,
    description:
      'Blood goes on over neighbouring slices, as in real series. Off: every bleed is cut to the slice at its middle, so that no three in a row are positive, and there is a fifth of the blood. Whether neighbours tell anything is what context sets.',
  }),
  context: Type.Number({
    default: 1,
    minimum: 0,
    maximum: 1,
    description:
      'Share of studies whose slices show the blood of one head. In the others each slice is drawn by itself, as often and of the same types as a slice at its place is: neighbours tell nothing of it. 0 with massEffect off and singleSliceMimics 0: a negative control at equal prevalence.',
  }),
  massEffect: Type.Boolean({
    default: true,
    description:
      'Large bleeds push the ventricles aside and press them flat, in slices without blood too, as far as the bleed goes on (extent, context). Off: ventricles stay as they are.',
  }),
  labels: Type.Enum(['own', 'of-another-patient'], {
    default: 'own',
    description:
      'of-another-patient: each patient gets the labels of another one, slices at the same height of their series; what a network then knows of a label, it knows by heart. A control of what a leaky split gives.',
  }),
});

export type PhantomParams = Params<typeof params>;
