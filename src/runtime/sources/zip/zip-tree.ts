import { basename } from 'node:path';
import { linesOf } from '../../lines.ts';
import type { FileTree } from '../tree.ts';
import { type FoundFile, HIDDEN, TOOLS } from '../walk.ts';
import { openZip, type ZipArchive } from './archive.ts';

interface Folder {
  /** Members that lie right in it. */
  files: number[];
  /** Names of the folders in it. */
  folders: Set<string>;
}

/**
 * The files of a zip, as they would lie in the folder that it unpacks to, in the same order: whoever reads one finds
 * what he would find in the other. Members that cannot be read come with their `problem`.
 *
 * @throws IchorError `source-zip-damaged`, `source-zip-parts`, `source-zip-joined`, `source-unreadable` (exit 2)
 */
export async function zipTree(path: string, shown: string): Promise<FileTree> {
  return treeOf(await openZip(path, shown));
}

/** Of one archive, made once. */
const trees = new WeakMap<ZipArchive, FileTree>();

function treeOf(archive: ZipArchive): FileTree {
  const before = trees.get(archive);
  if (before) return before;
  const folders = new Map<string, Folder>([['', { files: [], folders: new Set() }]]);
  const byPath = new Map<string, number>();
  const unsafe: number[] = [];
  archive.members.forEach(({ path, problem }, index) => {
    if (problem?.reason === 'unsafe-name') unsafe.push(index);
    else {
      byPath.set(path, index);
      folderOf(folders, parent(path)).files.push(index);
    }
  });
  const pathAt = (index: number) => archive.members[index]?.path ?? '';
  for (const { files } of folders.values()) files.sort((a, b) => (pathAt(a) < pathAt(b) ? -1 : 1));

  const found = (index: number, from: number): FoundFile => {
    const { path, bytes, problem } = archive.members[index] as (typeof archive.members)[number];
    const file = { path: path.slice(from), bytes };
    return problem === null ? { ...file, times: archive.timesOf(index) } : { ...file, problem };
  };
  const indexOf = (path: string): number => {
    const index = byPath.get(path);
    if (index === undefined) throw Object.assign(new Error('is not in the zip'), { code: 'ENOENT' });
    return index;
  };
  function* walk(folder: string, from: number): Generator<FoundFile> {
    const here = folders.get(folder);
    if (here === undefined) return;
    const inside = (name: string) => (folder === '' ? name : `${folder}/${name}`);
    const hidden = [...here.folders].filter((name) => name.startsWith('.') && !TOOLS.test(name)).map(inside);
    const files: FoundFile[] = here.files.map((index) => found(index, from));
    for (const path of hidden) files.push({ path: path.slice(from), bytes: 0, problem: HIDDEN });
    yield* hidden.length === 0 ? files : files.sort((a, b) => (a.path < b.path ? -1 : 1));
    for (const name of [...here.folders].sort((a, b) => (a < b ? -1 : 1)))
      if (!name.startsWith('.')) yield* walk(inside(name), from);
  }
  const tree: FileTree = {
    async *walk(folder) {
      const from = folder === '' ? 0 : folder.length + 1;
      yield* walk(folder, from);
      // Their names say nothing of where they would lie: told where they claim to start.
      for (const index of unsafe)
        if (folder === '' || pathAt(index).startsWith(`${folder}/`)) yield { ...found(index, from), bytes: 0 };
    },
    read: async (path, length) => archive.read(indexOf(path), length),
    readRange: async (path, offset, length) => archive.readRange(indexOf(path), offset, length),
    fileOf: async () => null,
    lines: (path) => linesOf({ pieces: () => archive.pieces(indexOf(path)) }, basename(path)),
    isFile: async (path) => byPath.has(path) && archive.members[indexOf(path)]?.problem === null,
    isFolder: async (path) => folders.has(path),
    placeOf: async (path) => path,
    names: async (folder) => {
      const here = folders.get(folder);
      if (here === undefined) return [];
      return [...here.files.map((index) => basename(pathAt(index))), ...here.folders].sort();
    },
  };
  trees.set(archive, tree);
  return tree;
}

/** With all the folders above it. */
function folderOf(folders: Map<string, Folder>, path: string): Folder {
  const known = folders.get(path);
  if (known) return known;
  const made: Folder = { files: [], folders: new Set() };
  folders.set(path, made);
  folderOf(folders, parent(path)).folders.add(path.slice(path.lastIndexOf('/') + 1));
  return made;
}

const parent = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
