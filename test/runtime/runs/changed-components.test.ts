import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRegistry } from '../../../src/registry/registry.ts';
import { resolveText } from '../../../src/registry/resolve/resolve.ts';
import { keyPlan } from '../../../src/runtime/plan/keys.ts';
import { pathsOf } from '../../../src/runtime/plan/part-differences.ts';
import { planRecipe } from '../../../src/runtime/plan/plan.ts';
import { refuseChangedComponents } from '../../../src/runtime/runs/changed-components.ts';
import { VALID } from '../../registry/diagnostics/mistakes.ts';
import { fakeRegistry, fakes } from '../../registry/fake-components.ts';

const root = mkdtempSync(join(tmpdir(), 'changed-'));
afterAll(() => rmSync(root, { recursive: true }));

const changed = (name: string, more: object) =>
  createRegistry(fakes.map((each) => (each.name === name ? { ...each, ...more } : each)));

/** A run whose shards and networks were made with the components as they are. */
async function trained() {
  const { recipe } = await resolveText(VALID, { registry: fakeRegistry, cwd: '/r' });
  if (recipe === null) throw new Error('VALID does not resolve');
  const artifacts: Record<string, { stage: 'shards' | 'backbone' | 'sequence'; key: string }> = {};
  for (const one of keyPlan(planRecipe(recipe, fakeRegistry), { engine: null })) {
    if (one.id !== 'shards' && one.id !== 'backbone' && one.id !== 'sequence') continue;
    const stage = one.id;
    artifacts[one.id] = { stage, key: one.key };
    const folder = join(root, 'store', stage, one.key);
    await mkdir(folder, { recursive: true });
    const empty = { seconds: 1, peakBytes: 1, components: {}, inputs: {}, files: {}, engine: null };
    await writeFile(
      join(folder, 'manifest.json'),
      JSON.stringify({ key: one.key, stage, parts: one.parts, paths: pathsOf(one), ...empty }),
    );
  }
  return { recipe, record: { name: 'a-1', artifacts } };
}

describe('components of a run that predicts', () => {
  it('are those that its networks learned with', async () => {
    const { recipe, record } = await trained();
    await refuseChangedComponents(record, recipe, fakeRegistry, root);
    // What is of the training alone may be another one.
    for (const name of ['adam', 'flip-horizontal'])
      await refuseChangedComponents(record, recipe, changed(name, { version: 9 }), root);
  });

  it.each([
    ['linear', 'the window linear (windows.brain) has version 9, and had 1'],
    ['small-cnn', 'the backbone small-cnn (backbone) has version 9, and had 1'],
    ['bi-lstm', 'the sequence bi-lstm (sequence) has version 9, and had 1'],
  ])('are refused by name where they are others now: %s', async (name, said) => {
    const { recipe, record } = await trained();
    await expect(refuseChangedComponents(record, recipe, changed(name, { version: 9 }), root)).rejects.toMatchObject({
      code: 'components-changed',
      exit: 2,
      message: expect.stringContaining(said),
    });
  });
});
