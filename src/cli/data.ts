import { resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { IchorError } from '../errors.ts';
import { mkdir, readdir } from '../files/fs.ts';
import { systemReason } from '../files/system-error.ts';
import { resolveText } from '../registry/resolve/resolve.ts';
import { printDiagnostics } from './findings.ts';
import { interruptible } from './interrupt.ts';
import { printJson } from './json.ts';
import { shown } from './paths.ts';
import { progressReporter } from './progress.ts';
import { openRegistry } from './registry.ts';

const PHANTOM_RECIPE = `recipe: 1
name: phantom
data: { source: phantom }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
augment: []
backbone: small-cnn
sequence: none
`;

/** `ichor data phantom DIR` */
export async function phantomCommand(
  dir: string,
  options: { set: string[]; seed: number; quiet?: boolean; json?: boolean },
): Promise<number> {
  const registry = openRegistry();
  const folder = resolve(dir);
  const phantom = registry.get('source', 'phantom');
  if (phantom?.generate === undefined) throw new TypeError('source phantom does not generate');
  // A recipe of nothing but this source: parameters are read, checked and completed as they are in any recipe.
  const { recipe, diagnostics, sources } = await resolveText(PHANTOM_RECIPE, {
    registry,
    set: options.set.map((setting) => `data.source.${setting}`),
  });
  await printDiagnostics(diagnostics, sources);
  if (recipe === null) return 2;
  await emptyFolder(folder);
  const report = progressReporter({ quiet: options.quiet ?? false });
  const signal = interruptible();
  await phantom.generate(recipe.data.source, {
    folder,
    seed: options.seed,
    signal,
    async progress(done, total, unit) {
      report({ type: 'progress', stage: 'phantom', done, total, unit });
      await nextTurn();
      signal.throwIfAborted();
    },
  });
  if (options.json) return printJson({ folder, seed: options.seed, parameters: recipe.data.source });
  report({ type: 'note', level: 'info', message: `Wrote synthetic head CTs to ${shown(folder)}` });
  return 0;
}

async function emptyFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length === 0) return;
  } catch (error) {
    throw new IchorError(
      'folder-not-writable',
      `${folder} cannot be written: ${systemReason(error)}.`,
      'Name a new or an empty folder.',
      2,
      { cause: error },
    );
  }
  throw new IchorError(
    'folder-not-empty',
    `${folder} is not empty.`,
    'Name a new or an empty folder: nothing is overwritten.',
    2,
  );
}
