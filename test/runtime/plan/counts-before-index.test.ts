import { expect, it } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { resolveText } from '../../../src/registry/resolve/resolve.ts';
import { countsBeforeIndex } from '../../../src/runtime/plan/counts-before-index.ts';

const registry = createRegistry(builtIn);
const counts = async (more = '') => {
  const text = `recipe: 1
name: heads
data:
  source: { type: phantom, studies: 16, testStudies: 4, minimumSlices: 4, maximumSlices: 6 }
${more}windows: { brain: { level: 40, width: 80 } }
channels: [brain]
backbone: small-cnn
sequence: none
`;
  const { recipe, diagnostics } = await resolveText(text, { registry });
  if (recipe === null) throw new Error(JSON.stringify(diagnostics));
  return countsBeforeIndex(null, recipe, registry);
};

it('counts what a generator states: its series, and the slices that have labels', async () => {
  expect(await counts()).toEqual({ slices: 100, labelled: 80, series: 16, patients: 16 });
  expect(await counts('  limit: { labelled: 6, unlabelled: 1 }\n')).toEqual({
    slices: 35,
    labelled: 30,
    series: 6,
    patients: 6,
  });
});
