import { expect, it } from 'vitest';
import { type PhantomParams, params } from '../../../../plugins/sources/phantom/params.ts';
import { make, readAll, readLabels } from './read.ts';

/** What a claim of a table may compare on the same patients: each of these at another value. */
const OTHER: Partial<PhantomParams> = {
  testStudies: 0,
  noise: 9,
  twelveBit: 0,
  singleSliceMimics: 4,
  mimicKinds: ['calcification'],
  bloodAtSkull: false,
  thickenedSkulls: 1,
  beyondBrainWindow: false,
};

async function truth(changed: Partial<PhantomParams>): Promise<unknown> {
  const folder = await make({ ...changed, studies: 8, positives: 1, size: changed.size ?? 64 });
  const slices = (await readAll(folder)).map(({ id, patient, series }) => ({ id, patient, series }));
  return { slices, labels: await readLabels(folder) };
}

it('parameters that say so affect no labelled patient and no label; one that does not say so does', async () => {
  const declared = Object.entries(params.properties).flatMap(([name, schema]) =>
    (schema as { affectsTruth?: boolean }).affectsTruth === false ? [name] : [],
  );
  expect(declared.sort()).toEqual(Object.keys(OTHER).sort());
  const plain = await truth({});
  for (const [name, value] of Object.entries(OTHER)) expect(await truth({ [name]: value }), name).toEqual(plain);
  expect(await truth({ extent: false })).not.toEqual(plain);
  expect(await truth({ size: 96 })).not.toEqual(plain);
}, 120_000);
