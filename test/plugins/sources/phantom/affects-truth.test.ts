import { expect, it } from 'vitest';
import { labelsOfStudy } from '../../../../plugins/sources/phantom/blood.ts';
import { newCanvas } from '../../../../plugins/sources/phantom/canvas.ts';
import { type PhantomParams, params } from '../../../../plugins/sources/phantom/params.ts';
import { drawRoster } from '../../../../plugins/sources/phantom/roster.ts';
import { drawStudy, type Study } from '../../../../plugins/sources/phantom/study.ts';
import { small } from './read.ts';

/** What a claim of a table may compare on the same patients: each of these at another value. */
const OTHER: Partial<PhantomParams> = {
  testStudies: 0,
  noise: 9,
  twelveBit: 0,
  singleSliceMimics: 4,
  mimicKinds: ['calcification'],
  beyondBrainWindow: false,
};

/** Each of these moves blood, or what hides it, by so little that few slices tell. */
const AFFECTING: Partial<PhantomParams> = {
  extent: false,
  context: 0,
  massEffect: false,
  bloodAtSkull: false,
  thickenedSkulls: 1,
  positives: 0.6,
  size: 96,
};

const drawn = (changed: Partial<PhantomParams>, studies = 20): Study[] => {
  const all = { ...small, positives: 1, size: 64, ...changed };
  return drawRoster(5, 'train', studies, all).map((entry) => drawStudy(5, entry, all));
};

/** Whose the slices are, and all that `labelsOfStudy` reads of them. The texture of a head is drawn after all else of it. */
const read = (studies: readonly Study[]) =>
  studies.map(({ ids, scan, bleeds, ventricles, head: { texture, ...head } }) => ({
    ...{ ids, scan, bleeds, ventricles, head },
    texture: texture.at(3, 5, 7, 9),
  }));

const labels = (studies: readonly Study[]) =>
  studies.map((study) => labelsOfStudy(newCanvas(study.scan.size), study).map((slice) => ({ ...slice })));

it('parameters that say so affect no labelled patient and no label', () => {
  const declared = Object.entries(params.properties).flatMap(([name, schema]) =>
    (schema as { affectsTruth?: boolean }).affectsTruth === false ? [name] : [],
  );
  expect(declared.sort()).toEqual(Object.keys(OTHER).sort());
  const plain = read(drawn({}, 30));
  for (const [name, value] of Object.entries(OTHER)) expect(read(drawn({ [name]: value }, 30)), name).toEqual(plain);
});

it('those that do not say so do', () => {
  const plain = labels(drawn({}));
  for (const [name, value] of Object.entries(AFFECTING)) {
    expect(OTHER).not.toHaveProperty(name);
    expect(labels(drawn({ [name]: value })), name).not.toEqual(plain);
  }
}, 120_000);
