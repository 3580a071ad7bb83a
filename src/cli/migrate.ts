import { resolve } from 'node:path';
import { readFile } from '../files/fs.ts';
import { migrateText } from '../registry/migrations/migrate-text.ts';
import { resolveRecipe } from '../registry/resolve/resolve.ts';
import { parse } from '../registry/resolve/steps/parse.ts';
import { printError } from './end.ts';
import { hasErrors, printDiagnostics } from './findings.ts';
import { paint } from './paint.ts';
import { shown } from './paths.ts';
import { openRegistry } from './registry.ts';
import { replaceFile } from './replace-file.ts';
import { quoted } from './shell-word.ts';

/**
 * `ichor migrate FILE...`: rewrites recipes for today's components and language. 2 where a file is no YAML, or cannot be
 * written, or cannot be rewritten without a loss; the others are rewritten all the same.
 */
export async function migrateCommand(
  files: readonly string[],
  { dryRun = false }: { dryRun?: boolean },
): Promise<number> {
  let status = 0;
  for (const name of files) {
    try {
      if (!(await migrateFile(resolve(name), dryRun))) status = 2;
    } catch (error) {
      status = Math.max(status, printError(error));
    }
  }
  return status;
}

/** False where the file is none that could be migrated, which has been printed. */
async function migrateFile(file: string, dryRun: boolean): Promise<boolean> {
  const { tree, recipe, registry, diagnostics, sources } = await resolveRecipe(file, {
    registry: openRegistry(),
    cwd: process.cwd(),
  });
  const text = sources.get(file);
  if (text === undefined || parse(text, { file, layer: 'recipe' }).findings.length > 0) {
    await printDiagnostics(diagnostics, sources);
    return false;
  }
  // As it lies on the disk, a mark of byte order included.
  const own = await readFile(file, 'utf8');
  const { text: now, changes, notes, diff } = migrateText(own, { registry, resolved: tree, file: shown(file) });
  for (const note of notes) process.stderr.write(`${paint.yellow('note')}: ${shown(file)}: ${note}\n`);
  if (now === own) {
    const valid = recipe !== null && !hasErrors(diagnostics);
    process.stdout.write(`${valid ? `${shown(file)} is up to date` : nothingToMigrate(file)}\n`);
    return true;
  }
  if (dryRun) process.stdout.write(`--- ${shown(file)}\n+++ ${shown(file)}\n${diff}\n`);
  else await replaceFile(file, now);
  process.stdout.write(`${dryRun ? 'would change' : 'changed'} ${shown(file)}\n`);
  for (const change of changes) process.stdout.write(`  ${change}\n`);
  return true;
}

const nothingToMigrate = (file: string): string =>
  `${shown(file)} has nothing to migrate, but it is not valid: ichor check ${quoted(shown(file))} says why`;
