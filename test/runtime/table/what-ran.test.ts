import { expect, test } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { resolveText } from '../../../src/registry/resolve/resolve.ts';
import { ranText, whatRan } from '../../../src/runtime/table/what-ran.ts';
import { VALID } from '../../registry/diagnostics/mistakes.ts';

const registry = createRegistry(builtIn);
const ran = async (text: string) => {
  const { recipe, diagnostics } = await resolveText(text, { registry, cwd: '/r' });
  if (recipe === null) throw new Error(diagnostics[0]?.message);
  return ranText(whatRan(recipe, []));
};

test('a row whose seeds share one training of the backbone says so', async () => {
  expect(await ran(VALID)).toMatch(/^small-cnn, width 0\.5, blocks 4, from scratch; bi-lstm/);
  expect(await ran(VALID.replace('batch: 8', 'batch: 8\n    seed: 7'))).toMatch(
    /^small-cnn, width 0\.5, blocks 4, from scratch \(one training, of seed 7\); bi-lstm/,
  );
});
