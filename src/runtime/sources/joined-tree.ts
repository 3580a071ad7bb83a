import { basename, dirname } from 'node:path';
import type { FileTree } from './tree.ts';

/** A tree in its place among others. */
export interface Mounted {
  /** Its name there: what its paths start with. Empty for one that is alone. */
  at: string;
  tree: FileTree;
}

/** Several trees as one, ordered by their names, so that the order in which they were named is no difference. */
export function joinedTree(parts: readonly Mounted[]): FileTree {
  const ordered = [...parts].sort((a, b) => (a.at < b.at ? -1 : 1));
  const mounts = new Map(ordered.map(({ at, tree }) => [at, tree]));
  const find = (path: string): { tree: FileTree; path: string } => {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const tree = mounts.get(path.slice(0, end));
      if (tree !== undefined) return { tree, path: path.slice(end + 1) };
    }
    const top = mounts.get('');
    if (top !== undefined) return { tree: top, path };
    throw Object.assign(new Error('is not there'), { code: 'ENOENT' });
  };
  return {
    async *walk(_, shown) {
      for (const { at, tree } of ordered)
        for await (const file of tree.walk('', shown))
          yield { ...file, path: at === '' ? file.path : file.path === '' ? at : `${at}/${file.path}` };
    },
    read: async (path, length) => {
      const found = find(path);
      return found.tree.read(found.path, length);
    },
    readRange: async (path, offset, length) => {
      const found = find(path);
      return found.tree.readRange(found.path, offset, length);
    },
    fileOf: async (path) => {
      const found = find(path);
      return found.tree.fileOf(found.path);
    },
    async *lines(path) {
      const found = find(path);
      yield* found.tree.lines(found.path);
    },
    isFile: async (path) => {
      try {
        const found = find(path);
        return await found.tree.isFile(found.path);
      } catch {
        return false;
      }
    },
    isFolder: async () => false,
    names: async () => [],
    placeOf: async (path) => path,
  };
}

/**
 * A name for each of several places, none of them of this machine: the last part of its path, and as many more as tell
 * it apart from the others. `/a/scan` and `/b/scan` are `a/scan` and `b/scan`.
 */
export function mountNames(roots: readonly string[]): string[] {
  const name = (root: string, parts: number): string => {
    const above = parts <= 1 || dirname(root) === root ? '' : name(dirname(root), parts - 1);
    return above === '' ? basename(root) : `${above}/${basename(root)}`;
  };
  const names = roots.map((root) => name(root, 1));
  for (let parts = 2; ; parts++) {
    const count = new Map<string, number>();
    for (const one of names) count.set(one, (count.get(one) ?? 0) + 1);
    const alike = names.flatMap((one, i) => ((count.get(one) ?? 0) > 1 ? [i] : []));
    if (alike.length === 0) return names;
    let longer = false;
    for (const i of alike) {
      const next = name(roots[i] as string, parts);
      if (next !== names[i]) longer = true;
      names[i] = next;
    }
    if (!longer) return names.map((one, i) => (alike.includes(i) ? `${one} (${i + 1})` : one));
  }
}
