import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import { migrateText } from '../../../src/registry/migrations/migrate-text.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { resolveRecipe } from '../../../src/registry/resolve/resolve.ts';

/** Recipes as a release shipped them, each with what it resolved to then. Never edited: they are what users have. */
const archive = fileURLToPath(new URL('../../archive/', import.meta.url));
const registry = createRegistry(builtIn);

describe.each(await readdir(archive))('the recipes of %s', async (version) => {
  const names = (await readdir(join(archive, version))).filter((name) => name.endsWith('.yaml'));
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ichor-archive-'));
    await cp(join(archive, version), folder, { recursive: true });
    const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.yaml'));
    for (const name of files) {
      const file = join(folder, name);
      const { tree } = await resolveRecipe(file, { registry, cwd: '/' });
      await writeFile(file, migrateText(await readFile(file, 'utf8'), { registry, resolved: tree }).text);
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each(names)('%s, migrated, resolves to what it was', async (name) => {
    const { recipe, diagnostics } = await resolveRecipe(join(folder, name), { registry, cwd: '/' });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const then = JSON.parse(await readFile(join(archive, version, name.replace('.yaml', '.json')), 'utf8')) as object;
    // What the language has learned since stands at its default; all else is as it was.
    expect(recipe).toMatchObject(then);
  });
});
