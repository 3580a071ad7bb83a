import { basename, join } from 'node:path';
import { readdir, realpath } from '../../files/fs.ts';
import { type Line, linesOf } from '../lines.ts';
import { systemPath } from './paths.ts';
import { isFile, isFolder, rangeReaderOf, readerOf } from './read.ts';
import { type FoundFile, walkFiles } from './walk.ts';

/**
 * Files below one place, whatever that is: a folder, a zip, the files that a DICOMDIR names. Paths are relative to it, with
 * `/`. A source reads its layout from this, so that it is the same in all of them. Nothing is kept open between calls.
 */
export interface FileTree {
  /**
   * Every file below a folder (`''`: all), with paths relative to it, ordered by name (code units) within each folder, files
   * before folders. `shown`: how an error calls the folder, whose name may be private.
   * Throws IchorError `source-unreadable` (exit 2) where the folder itself cannot be listed.
   */
  walk(folder: string, shown?: string): AsyncIterable<FoundFile>;
  read(path: string, length?: number): Promise<Buffer>;
  readRange(path: string, offset: number, length: number): Promise<Buffer>;
  /** As `OpenSource.fileOf`. */
  fileOf(path: string): Promise<string | Buffer | null>;
  /** The lines of a text file. Throws as `linesOf`. */
  lines(path: string): AsyncIterable<readonly Line[]>;
  isFile(path: string): Promise<boolean>;
  isFolder(path: string): Promise<boolean>;
  /** What lies in a folder (`''`: the top), by name; empty where it cannot be listed. */
  names(folder: string): Promise<string[]>;
  /** Where a path leads, following links: two paths of one place are one file. The path itself where it leads nowhere. */
  placeOf(path: string): Promise<string>;
}

/** The files of a folder. */
export const folderTree = (root: string): FileTree => ({
  walk: (folder, shown) => walkFiles(folder === '' ? root : join(root, folder), shown),
  read: readerOf(root),
  readRange: rangeReaderOf(root),
  fileOf: async (path) => systemPath(root, path),
  lines: (path) => linesOf(join(root, path), basename(path)),
  isFile: (path) => isFile(join(root, path)),
  isFolder: (path) => isFolder(join(root, path)),
  // Without leave to list a folder there is nothing to name.
  names: async (folder) => (await readdir(join(root, folder)).catch(() => [] as string[])).sort(),
  placeOf: (path) => realpath(join(root, path)).catch(() => path),
});

/** What lies in one folder of a tree, as a tree of its own. */
export function below(tree: FileTree, folder: string): FileTree {
  if (folder === '') return tree;
  const inside = (path: string) => (path === '' ? folder : `${folder}/${path}`);
  return {
    walk: (path, shown) => tree.walk(inside(path), shown),
    read: (path, length) => tree.read(inside(path), length),
    readRange: (path, offset, length) => tree.readRange(inside(path), offset, length),
    fileOf: (path) => tree.fileOf(inside(path)),
    lines: (path) => tree.lines(inside(path)),
    isFile: (path) => tree.isFile(inside(path)),
    isFolder: (path) => tree.isFolder(inside(path)),
    names: (path) => tree.names(inside(path)),
    placeOf: (path) => tree.placeOf(inside(path)),
  };
}
