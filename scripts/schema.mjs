// Writes schema/recipe.schema.json from the registry of the built-in components. A test fails when it drifts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

register();
const { builtIn } = await import('../plugins/index.ts');
const { createRegistry } = await import('../src/registry/registry.ts');
const { recipeSchema } = await import('../src/registry/schema.ts');

const file = fileURLToPath(new URL('../schema/recipe.schema.json', import.meta.url));
mkdirSync(fileURLToPath(new URL('../schema', import.meta.url)), { recursive: true });
writeFileSync(file, `${JSON.stringify(recipeSchema(createRegistry(builtIn)), null, 2)}\n`);
