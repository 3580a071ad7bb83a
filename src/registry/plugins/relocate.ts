import { relative, sep } from 'node:path';
import { parseDocument } from 'yaml';
import type { LoadedPlugin } from './plugin-reference.ts';

/**
 * The text of a resolved recipe, put into another folder: its local plugins are named from there. Relative paths of a
 * recipe are meant from the file that states them, and a recipe inherits plugins from files of several folders.
 */
export function relocatePlugins(text: string, plugins: readonly LoadedPlugin[], folder: string): string {
  if (!plugins.some(({ kind }) => kind === 'file')) return text;
  const document = parseDocument(text);
  document.setIn(
    ['plugins'],
    document.createNode(
      plugins.map((plugin) => nameFrom(plugin, folder)),
      { flow: true },
    ),
  );
  return document.toString({ lineWidth: 120, flowCollectionPadding: true });
}

function nameFrom({ kind, name, file }: LoadedPlugin, folder: string): string {
  if (kind === 'package') return name;
  const path = relative(folder, file).split(sep).join('/');
  return path.startsWith('../') ? path : `./${path}`;
}
