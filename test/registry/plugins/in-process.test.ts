import { join } from 'node:path';
import { expect, it } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { resolveRecipe } from '../../../src/registry/resolve/resolve.ts';
import { folderOf, recipe, windowCode } from './workspace.ts';

it('plugins also load where ichor itself runs from its sources (tests, development)', async () => {
  const folder = await folderOf({
    'p.ts': windowCode('acme/soft', 'export default soft;'),
    'r.yaml': recipe(['./p.ts'], '{ type: acme/soft }'),
  });
  const { registry, diagnostics } = await resolveRecipe(join(folder, 'r.yaml'), {
    registry: createRegistry(builtIn),
    cwd: folder,
  });
  expect(diagnostics.map(({ code }) => code)).toEqual(['plugin-code']);
  expect(registry.get('window', 'acme/soft')?.scale(50, { level: 40 } as never)).toBe(1);
});
