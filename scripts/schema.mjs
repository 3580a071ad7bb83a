// Writes schema/recipe.schema.json from the registry of the built-in components, and schema/table.schema.json. A test fails when it drifts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

register();
const { builtIn } = await import('../plugins/index.ts');
const { createRegistry } = await import('../src/registry/registry.ts');
const { recipeSchema } = await import('../src/registry/schema.ts');

const { executorSchema } = await import('../src/registry/executor/schema.ts');
const { tableSchema } = await import('../src/registry/table/schema.ts');

mkdirSync(fileURLToPath(new URL('../schema', import.meta.url)), { recursive: true });
for (const [name, schema] of [
  ['recipe', recipeSchema(createRegistry(builtIn))],
  ['table', tableSchema()],
  ['executor', executorSchema(createRegistry(builtIn))],
]) {
  const file = fileURLToPath(new URL(`../schema/${name}.schema.json`, import.meta.url));
  writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
}
