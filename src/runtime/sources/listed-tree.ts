import { basename, dirname, join } from 'node:path';
import { stat } from '../../files/fs.ts';
import { linesOf } from '../lines.ts';
import { filesOfDicomdir } from './dicomdir.ts';
import { systemPath } from './paths.ts';
import { rangeReaderOf, readerOf } from './read.ts';
import type { FileTree } from './tree.ts';
import { type FoundFile, timesOf } from './walk.ts';

const NOT_THERE = { reason: 'not-there', message: 'is named by the DICOMDIR and is not there' } as const;
const LEADS_OUT = {
  reason: 'unsafe-name',
  message: 'is named by the DICOMDIR, outside of its folder: it is not read',
} as const;
const NO_FILE = { reason: 'not-a-file', message: 'is named as a file and is none' } as const;

/** A file, and what it is called in the tree. */
export interface Listed {
  path: string;
  /** Absolute folder, and the file's path in it. */
  folder: string;
  name: string;
  problem?: NonNullable<FoundFile['problem']>;
}

/** The files that a DICOMDIR names, as if there were no others; null where it names none that can be read. */
export async function dicomdirTree(file: string): Promise<FileTree | null> {
  const folder = dirname(file);
  const files = await filesOfDicomdir(file);
  if (files === null) return null;
  return listedTree(
    files.map(({ path, found, leadsOut }) => {
      const own = { path: found ?? path, folder, name: found ?? path };
      return found !== null ? own : { ...own, problem: leadsOut ? LEADS_OUT : NOT_THERE };
    }),
  );
}

/** These files, in this order. */
export function listedTree(files: readonly Listed[]): FileTree {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const place = (path: string): Listed => {
    const found = byPath.get(path);
    if (found === undefined) throw Object.assign(new Error('is not there'), { code: 'ENOENT' });
    return found;
  };
  return {
    async *walk(below) {
      const from = below === '' ? 0 : below.length + 1;
      for (const file of files)
        if (below === '' || file.path.startsWith(`${below}/`))
          yield { ...(await look(file)), path: file.path.slice(from) };
    },
    read: async (path, length) => {
      const { folder, name } = place(path);
      return readerOf(folder)(name, length);
    },
    readRange: async (path, offset, length) => {
      const { folder, name } = place(path);
      return rangeReaderOf(folder)(name, offset, length);
    },
    fileOf: async (path) => {
      const { folder, name } = place(path);
      return systemPath(folder, name);
    },
    async *lines(path) {
      const { folder, name } = place(path);
      yield* linesOf(join(folder, name), basename(path));
    },
    isFile: async (path) => byPath.has(path),
    isFolder: async (path) => files.some((file) => file.path.startsWith(`${path}/`)),
    names: async () => [],
    placeOf: async (path) => path,
  };
}

async function look({ path, folder, name, problem }: Listed): Promise<FoundFile> {
  if (problem !== undefined) return { path, bytes: 0, problem };
  const found = await stat(systemPath(folder, name), { bigint: true }).catch(() => null);
  // One that cannot be looked at tells why when it is read.
  if (found === null) return { path, bytes: 0 };
  if (!found.isFile()) return { path, bytes: 0, problem: NO_FILE };
  return { path, bytes: Number(found.size), times: timesOf(found) };
}
