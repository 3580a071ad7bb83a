import { dirname, resolve } from 'node:path';
import { IchorError } from '../../errors.ts';
import type { Diagnostic } from '../../registry/diagnostics/diagnostic.ts';
import { parsePath } from '../../registry/values/path.ts';
import { type Node, plain } from '../../registry/values/value.ts';

/** That the recipe of a run does not resolve any more: why, and what to put back where a plugin of it is gone. Exit 2. */
export function unreadableRecipe(
  run: string,
  { diagnostics, tree }: { diagnostics: readonly Diagnostic[]; tree: Node | null },
): IchorError {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const start = `The recipe of run ${run} does not resolve any more:`;
  const gone = errors.filter(({ code }) => code === 'plugin-missing').flatMap((one) => pluginOf(one, tree) ?? []);
  if (gone.length === 0)
    return new IchorError(
      'run-unreadable',
      `${start} ${errors[0]?.message ?? 'it is no recipe.'}`,
      'Run its recipe again with this version of ichor: `ichor run RECIPE`.',
      2,
    );
  const [files, packages] = [true, false].map((isFile) =>
    gone.filter((one) => one.isFile === isFile).map(({ name }) => name),
  ) as [string[], string[]];
  return new IchorError(
    'run-unreadable',
    `${start} ${gone.length === 1 ? 'a plugin' : 'plugins'} of it ${gone.length === 1 ? 'is' : 'are'} gone (${[...files, ...packages].join(', ')}).`,
    [
      ...(files.length > 0
        ? [`Put ${files.join(' and ')} back as ${files.length === 1 ? 'it was' : 'they were'} when the run was made.`]
        : []),
      ...(packages.length > 0 ? [`Install what is missing again: npm i ${packages.join(' ')}`] : []),
    ].join(' '),
    2,
  );
}

/** The plugin that a finding is about: of a file its absolute path. */
function pluginOf({ path, file }: Diagnostic, tree: Node | null): { name: string; isFile: boolean } | null {
  const at = parsePath(path)?.at(-1)?.part;
  const { plugins } = (tree === null ? {} : plain(tree)) as { plugins?: unknown };
  const name: unknown = Array.isArray(plugins) && typeof at === 'number' ? plugins[at] : null;
  if (typeof name !== 'string') return null;
  const isFile = name.startsWith('.');
  return { name: isFile ? resolve(dirname(file), name) : name, isFile };
}
