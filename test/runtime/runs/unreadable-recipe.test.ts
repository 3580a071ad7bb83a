import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { resolveRecipe } from '../../../src/registry/resolve/resolve.ts';
import { unreadableRecipe } from '../../../src/runtime/runs/unreadable-recipe.ts';
import { fakeRegistry } from '../../registry/fake-components.ts';

async function errorOf(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'ichor-unreadable-'));
  const file = join(folder, 'recipe.resolved.yaml');
  writeFileSync(file, text);
  const resolution = await resolveRecipe(file, { registry: fakeRegistry, training: false, cwd: folder });
  return { error: unreadableRecipe('heads-1', resolution), folder };
}

it('names the plugins that are gone, and says to put them back', async () => {
  const { error, folder } = await errorOf('name: heads\nbackbone: none-such\nplugins: [./soft.mjs, acme-plugin]\n');
  expect(error).toMatchObject({ code: 'run-unreadable', exit: 2 });
  const soft = join(folder, 'soft.mjs');
  expect(error.message).toBe(
    `The recipe of run heads-1 does not resolve any more: plugins of it are gone (${soft}, acme-plugin).`,
  );
  expect(error.hint).toBe(
    `Put ${soft} back as it was when the run was made. Install what is missing again: npm i acme-plugin`,
  );
});

it('says what else is wrong, and then to run it again', async () => {
  const { error } = await errorOf('recipe: 1\nname: heads\n');
  expect(error.message).toMatch(/^The recipe of run heads-1 does not resolve any more: channels is missing/);
  expect(error.hint).toContain('with this version of ichor');
});
