// In a process of its own, as users have it (vitest would load plugins its own way): resolves recipes with the built
// library and prints what it found as one line of JSON.
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [top, options, ...files] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(resolve(top, 'dist', path)).href);
const { resolveRecipe } = await load('src/registry/resolve/resolve.js');
const { createRegistry } = await load('src/registry/registry.js');
const { builtIn } = await load('plugins/index.js');
const { ownProcess } = await load('src/registry/plugins/guarded.js');
// As the command does.
ownProcess();

const results = [];
for (const file of files) {
  const { diagnostics, plugins, recipe, registry } = await resolveRecipe(file, {
    registry: createRegistry(builtIn),
    cwd: dirname(file),
    ...JSON.parse(options),
  });
  results.push({
    diagnostics,
    valid: recipe !== null,
    plugins: plugins.map(({ components, ...plugin }) => ({
      ...plugin,
      components: components.map(({ kind, name, code, schemaOnly, summary }) => ({
        kind,
        name,
        code,
        schemaOnly,
        summary,
      })),
    })),
    own: registry
      .all()
      .filter(({ name }) => name.includes('/'))
      .map(({ kind, name }) => `${kind} ${name}`),
  });
}
process.stdout.write(JSON.stringify(results), () => process.exit(0));
