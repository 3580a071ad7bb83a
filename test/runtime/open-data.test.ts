import { expect, it } from 'vitest';
import folder from '../../plugins/sources/folder.ts';
import rsna from '../../plugins/sources/rsna.ts';
import type { Component } from '../../src/registry/kinds/component.ts';
import type { ResolvedRecipe } from '../../src/registry/recipe.ts';
import { createRegistry } from '../../src/registry/registry.ts';
import { openData } from '../../src/runtime/open-data.ts';

const registry = createRegistry([folder, rsna] as unknown as Component[]);

async function failure(source: ResolvedRecipe['data']['source']): Promise<unknown> {
  const recipe = { data: { source } } as unknown as ResolvedRecipe;
  const signal = new AbortController().signal;
  const rest = { workspace: '/w', identity: Buffer.alloc(32), emit: () => {}, signal };
  return openData({ recipe, registry, ...rest }).catch((error) => error);
}

it('asks for the root that a stored recipe of a private source leaves out, and says how to give it', async () => {
  const error = await failure({ type: 'folder', root: '', showIds: false, pictures: false });
  expect(error).toMatchObject({
    code: 'source-missing',
    exit: 2,
    hint: expect.stringContaining('--set data.source.root='),
  });
  expect((error as Error).message).toContain('a private folder is never written into the recipe of a run');
  expect((await failure({ type: 'rsna', root: '' })) as Error).toMatchObject({
    message: 'The recipe names no folder for its source `rsna`.',
  });
});
