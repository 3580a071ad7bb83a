import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import type { LoadedPlugin } from '../../../src/registry/plugins/load-plugins.ts';
import { relocatePlugins } from '../../../src/registry/plugins/relocate.ts';
import { folderOf, recipe, resolveAll, windowCode } from './workspace.ts';

const plugin = (kind: LoadedPlugin['kind'], name: string, file: string): LoadedPlugin => ({
  name,
  kind,
  file,
  prefix: 'acme',
  version: null,
  codeRan: true,
  code: null,
  components: [],
});

it('names local plugins from the new folder, packages as they are, and changes nothing else', () => {
  const plugins = [
    plugin('file', './soft.ts', '/w/recipes/soft.ts'),
    plugin('package', 'acme', '/w/node_modules/acme/index.js'),
    plugin('file', './soft.ts', '/w/base/soft.ts'),
  ];
  const text = 'recipe: 1\nplugins: [ ./soft.ts, acme, ./soft.ts ]\nchannels:\n  - { window: brain }\nseed: 0\n';
  expect(relocatePlugins(text, plugins, '/w/.ichor/runs/a-1')).toBe(
    'recipe: 1\nplugins: [ ../../../recipes/soft.ts, acme, ../../../base/soft.ts ]\nchannels:\n  - { window: brain }\nseed: 0\n',
  );
  expect(parse(relocatePlugins(text, plugins, '/w/recipes')).plugins[0]).toBe('./soft.ts');
  expect(relocatePlugins(text, plugins.slice(1, 2), '/elsewhere')).toBe(text);
});

it('what it writes resolves from there', async () => {
  const folder = await folderOf({
    'package.json': '{}',
    'recipes/soft.ts': windowCode('acme/soft', 'export default soft;'),
    'recipes/r.yaml': recipe(['./soft.ts'], '{ type: acme/soft }'),
  });
  const copy = join(folder, '.ichor/runs/r-1/recipe.resolved.yaml');
  const [first] = await resolveAll([join(folder, 'recipes/r.yaml')]);
  await mkdir(dirname(copy), { recursive: true });
  const text = recipe(['./soft.ts'], '{ type: acme/soft }');
  await writeFile(copy, relocatePlugins(text, first!.plugins as unknown as LoadedPlugin[], dirname(copy)));
  const [second] = await resolveAll([copy]);
  expect(second).toMatchObject({ valid: true, plugins: [{ file: first?.plugins[0]?.file }] });
});
