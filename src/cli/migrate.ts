import { resolve } from 'node:path';
import { readFile } from '../files/fs.ts';
import { migrateText } from '../registry/migrations/migrate-text.ts';
import { resolveRecipe } from '../registry/resolve/resolve.ts';
import { parse } from '../registry/resolve/steps/parse.ts';
import { jsonErrorOf, printErrorText } from './end.ts';
import { hasErrors, printDiagnostics } from './findings.ts';
import { printJson } from './json.ts';
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
  { dryRun = false, json = false }: { dryRun?: boolean; json?: boolean },
): Promise<number> {
  let status = 0;
  const told: object[] = [];
  for (const name of files) {
    try {
      const migrated = await migrateFile(resolve(name), dryRun);
      if (migrated === null) status = 2;
      else if (!json) process.stdout.write(migratedText(migrated, dryRun));
      told.push(migrated ?? { file: resolve(name), state: 'unreadable' });
    } catch (error) {
      // Of several files one object tells all.
      status = Math.max(status, printErrorText(error));
      told.push({ file: resolve(name), state: 'failed', error: jsonErrorOf(error) });
    }
  }
  return json ? printJson({ files: told, dryRun }, status) : status;
}

interface Migrated {
  file: string;
  /** `invalid`: there is nothing to migrate, and yet it is not in order. */
  state: 'up-to-date' | 'invalid' | 'changed';
  changes: readonly string[];
  notes: readonly string[];
  diff: string;
}

/** Null where the file is none that could be migrated, which has been printed. */
async function migrateFile(file: string, dryRun: boolean): Promise<Migrated | null> {
  const { tree, recipe, registry, diagnostics, sources } = await resolveRecipe(file, {
    registry: openRegistry(),
    cwd: process.cwd(),
  });
  const text = sources.get(file);
  if (text === undefined || parse(text, { file, layer: 'recipe' }).findings.length > 0) {
    await printDiagnostics(diagnostics, sources);
    return null;
  }
  // As it lies on the disk, a mark of byte order included.
  const own = await readFile(file, 'utf8');
  const { text: now, changes, notes, diff } = migrateText(own, { registry, resolved: tree, file: shown(file) });
  for (const note of notes) process.stderr.write(`${paint.yellow('note')}: ${shown(file)}: ${note}\n`);
  if (now === own) {
    const valid = recipe !== null && !hasErrors(diagnostics);
    return { file, state: valid ? 'up-to-date' : 'invalid', changes: [], notes, diff: '' };
  }
  if (!dryRun) await replaceFile(file, now);
  return { file, state: 'changed', changes, notes, diff };
}

function migratedText({ file, state, changes, diff }: Migrated, dryRun: boolean): string {
  if (state === 'up-to-date') return `${shown(file)} is up to date\n`;
  if (state === 'invalid') return `${nothingToMigrate(file)}\n`;
  const shownDiff = dryRun ? `--- ${shown(file)}\n+++ ${shown(file)}\n${diff}\n` : '';
  const lines = changes.map((change) => `  ${change}\n`).join('');
  return `${shownDiff}${dryRun ? 'would change' : 'changed'} ${shown(file)}\n${lines}`;
}

const nothingToMigrate = (file: string): string =>
  `${shown(file)} has nothing to migrate, but it is not valid: ichor check ${quoted(shown(file))} says why`;
