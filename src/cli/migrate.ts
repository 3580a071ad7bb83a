import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { migrateText } from '../registry/migrations/migrate-text.ts';
import { resolveRecipe } from '../registry/resolve.ts';
import { parse } from '../registry/steps/parse.ts';
import { paint } from './paint.ts';
import { shown } from './paths.ts';
import { printDiagnostics } from './recipe.ts';
import { openRegistry } from './registry.ts';

/** `ichor migrate FILE...`: rewrites recipes for today's components and language. 2 where a file is no YAML. */
export async function migrateCommand(
  files: readonly string[],
  { dryRun = false }: { dryRun?: boolean },
): Promise<number> {
  let status = 0;
  for (const name of files) {
    const file = resolve(name);
    const { tree, registry, diagnostics, sources } = await resolveRecipe(file, {
      registry: openRegistry(),
      cwd: process.cwd(),
    });
    const text = sources.get(file);
    if (text === undefined || parse(text, { file, layer: 'recipe' }).findings.length > 0) {
      await printDiagnostics(diagnostics, sources);
      status = 2;
      continue;
    }
    // As it lies on the disk, a mark of byte order included.
    const own = await readFile(file, 'utf8');
    const { text: now, changes, notes, diff } = migrateText(own, { registry, resolved: tree });
    for (const note of notes) process.stderr.write(`${paint.yellow('note')}: ${shown(file)}: ${note}\n`);
    if (now === own) {
      process.stdout.write(`${shown(file)} is up to date\n`);
      continue;
    }
    if (dryRun) process.stdout.write(`--- ${shown(file)}\n+++ ${shown(file)}\n${diff}\n`);
    else await writeFile(file, now);
    process.stdout.write(`${dryRun ? 'would change' : 'changed'} ${shown(file)}\n`);
    for (const change of changes) process.stdout.write(`  ${change}\n`);
  }
  return status;
}
