import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { realpath } from '../../files/fs.ts';
import { readLabelRows } from './kaggle-csv.ts';
import type { FileTree } from './tree.ts';

/** Tables and folders of one data folder that are looked into: a folder of a million loose files is none of Kaggle's. */
const MOST_NAMES = 1000;
/** Rows of a table that tell whether it holds labels: a submission has probabilities in all of them. */
const ROWS_LOOKED_AT = 100;

/**
 * What lies in a data folder beside what is read of it and is of the same kind: folders that are called train or test, and
 * tables with rows of labels, whatever they are called. Sorted by name.
 * @param read names that are read.
 */
export async function besides(
  { roots, trees }: { roots: readonly string[]; trees: readonly FileTree[] },
  read: ReadonlySet<string>,
): Promise<string[]> {
  const found = await Promise.all(trees.map((tree, i) => besidesIn(roots[i] ?? '', tree, read)));
  return [...new Set(found.flat())].sort();
}

async function besidesIn(root: string, tree: FileTree, read: ReadonlySet<string>): Promise<string[]> {
  const names = (await tree.names('')).filter((name) => !read.has(name));
  // Within a zip there are no links.
  const placeOf = (name: string) => realpath(join(root, name)).catch(() => name);
  // What a link leads to is read under the link's name.
  const places = new Set(await Promise.all([...read].map(placeOf)));
  const found: string[] = [];
  for (const name of names.slice(0, MOST_NAMES)) {
    if (name.startsWith('.')) continue;
    if (places.has(await placeOf(name))) continue;
    const folder = /(^|[^a-z])(train|test)/i.test(name) && (await tree.isFolder(name));
    if (folder || (await isLabelTable(tree, name))) found.push(name);
  }
  return found;
}

async function isLabelTable(tree: FileTree, name: string): Promise<boolean> {
  if (!/\.(csv|tsv|txt)$/i.test(name) || /submission/i.test(name) || !(await tree.isFile(name))) return false;
  try {
    let looked = 0;
    for await (const row of readLabelRows({ name, lines: () => tree.lines(name) })) {
      if (!('problem' in row)) return true;
      if (++looked === ROWS_LOOKED_AT) return false;
    }
    return false;
  } catch (error) {
    // No such table, or none that can be read: whoever means it will name it.
    if (error instanceof IchorError) return false;
    throw error;
  }
}
