import { type BigIntStats, type Dirent, statSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { IchorError } from '../../errors.ts';
import { Quickly } from '../../files/quickly.ts';
import type { FileTimes } from '../../files/stamp.ts';
import type { SourceFile } from '../../registry/kinds/source.ts';
import { nameText, systemPath } from './paths.ts';
import { NO_DESCRIPTOR, tooManyOpenFiles } from './read.ts';

/** What systems, editors and tools keep for themselves: nobody puts pictures there. */
export const TOOLS =
  /^\.(git|svn|hg|ichor|cache|config|local|venv|vscode|idea|npm|ipynb_checkpoints|DS_Store|Trash.*|Trashes|Spotlight-V100|fseventsd|DocumentRevisions-V100|TemporaryItems|AppleDouble|AppleDB|thumbnails|snapshots?|zfs|dvc|nfs.*)$/i;

/** What every store has (`Store.prepare`): by these folders together it is known. */
const STORE: readonly string[] = ['store', 'partial', 'locks', 'runs'];
/** What it may have beside them, where it is the data folder itself. */
const STORE_MORE: readonly string[] = ['comparisons', 'compiled', 'looked-at', 'packed', 'sweeps', 'tables', 'tags'];

/** How many `stat` calls run at once: more than the four threads of Node's pool gain nothing. */
const AT_ONCE = 16;

export interface FoundFile {
  /** Relative to the folder that was walked, with `/`: see `systemPath`. */
  path: string;
  /** 0 where the file cannot be looked at: reading it tells why. */
  bytes: number;
  /** Missing where it cannot be looked at. */
  times?: FileTimes;
  /** Why there is nothing to read. */
  problem?: NonNullable<SourceFile['problem']>;
}

/**
 * Every file below a folder, ordered by name (code units) within each folder, files before folders. Links are followed
 * once; hidden folders are not entered, and come as one file with its `problem` but for those of tools (`.git`, `.ichor`). What is no file, or a folder that cannot be listed, comes
 * with its `problem`, so that it is left out aloud. A store of ichor is no data: it grows while it is walked, and is passed over.
 *
 * @param shown How an error calls `root`, whose name may be private.
 * @throws IchorError `source-unreadable` (exit 2) where `root` itself cannot be listed.
 */
export async function* walkFiles(root: string, shown = 'The data folder'): AsyncGenerator<FoundFile> {
  yield* walk(root, shown, '', new Set(), new Quickly());
}

async function* walk(
  root: string,
  shown: string,
  folder: string,
  seen: Set<string>,
  quickly: Quickly,
): AsyncGenerator<FoundFile> {
  let entries: Dirent<Buffer>[];
  try {
    const here = await realpath(systemPath(root, folder), { encoding: 'buffer' });
    const name = here.toString('latin1');
    const [top = name] = seen;
    // What is found there beside the data is of somebody else.
    if (name !== top && top.startsWith(name === '/' ? name : `${name}/`)) {
      yield { path: folder, bytes: 0, problem: ABOVE };
      return;
    }
    if (seen.has(name)) return;
    seen.add(name);
    entries = (await readdir(here, { withFileTypes: true, encoding: 'buffer' })) as unknown as Dirent<Buffer>[];
  } catch (error) {
    // The system's message holds the path, which may be private: only its code is shown.
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    if (NO_DESCRIPTOR.includes(code)) throw tooManyOpenFiles(code);
    if (folder === '') throw unlistable(shown, code);
    const long = code === 'ENAMETOOLONG';
    const message = `${long ? 'has a path that is too long for this system' : 'cannot be listed'} (${code}): what it holds is not read`;
    yield { path: folder, bytes: 0, problem: { reason: long ? 'path-too-long' : 'unlistable-folder', message } };
    return;
  }
  const named = entries.map((entry) => ({ name: nameText(entry.name), entry }));
  named.sort((a, b) => (a.name < b.name ? -1 : 1));
  const isStore = STORE.every((name) => named.some((one) => one.name === name && one.entry.isDirectory()));
  if (isStore && folder !== '') return;
  const folders: string[] = [];
  for (let i = 0; i < named.length; i += AT_ONCE) {
    const looked = await Promise.all(
      named.slice(i, i + AT_ONCE).map(async ({ name, entry }) => {
        const path = folder === '' ? name : `${folder}/${name}`;
        if (entry.isDirectory()) return { name, directory: true, file: { path, bytes: 0 } };
        const place = systemPath(root, path);
        const found = await quickly
          .call(
            () => statSync(place, { bigint: true }),
            () => stat(place, { bigint: true }),
          )
          .catch((error: NodeJS.ErrnoException) => error);
        if (found instanceof Error) return { name, directory: false, file: notSeen(path, found, entry) };
        return { name, directory: found.isDirectory(), file: fileOf(path, found) };
      }),
    );
    for (const { name, directory, file } of looked) {
      if (!directory) yield file;
      else if (isStore && (STORE.includes(name) || STORE_MORE.includes(name))) continue;
      else if (!name.startsWith('.')) folders.push(file.path);
      else if (!TOOLS.test(name)) yield { path: file.path, bytes: 0, problem: HIDDEN };
    }
  }
  for (const path of folders) yield* walk(root, shown, path, seen, quickly);
}

const ABOVE = {
  reason: 'link-above',
  message: 'is a link to a folder above the data: it is not followed',
} as const;
export const HIDDEN = { reason: 'hidden-folder', message: 'is a hidden folder: what it holds is not read' } as const;

function fileOf(path: string, found: BigIntStats): FoundFile {
  if (found.isFile() || found.isDirectory()) return { path, bytes: Number(found.size), times: timesOf(found) };
  const what = found.isFIFO() ? 'a pipe' : found.isSocket() ? 'a socket' : 'a device';
  return { path, bytes: 0, problem: { reason: 'not-a-file', message: `is ${what}, which is never read` } };
}

/** A file that the system says nothing of: reading it tells why, but for a link that leads nowhere. */
function notSeen(path: string, { code }: NodeJS.ErrnoException, entry: Dirent<Buffer>): FoundFile {
  if (code === 'ENAMETOOLONG') {
    const message = 'has a path that is too long for this system (ENAMETOOLONG)';
    return { path, bytes: 0, problem: { reason: 'path-too-long', message } };
  }
  if (!entry.isSymbolicLink()) return { path, bytes: 0 };
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return {
      path,
      bytes: 0,
      problem: { reason: 'dangling-link', message: 'is a link to something that is not there' },
    };
  if (code === 'ELOOP')
    return { path, bytes: 0, problem: { reason: 'dangling-link', message: 'is a link that leads back to itself' } };
  return { path, bytes: 0 };
}

const unlistable = (shown: string, code: string): IchorError =>
  new IchorError(
    'source-unreadable',
    `${shown} cannot be listed (${code}).`,
    'Look at its permissions with `ls -ld`: listing it needs the rights to read and to enter it (r and x).',
    2,
  );

export const timesOf = ({ mtimeNs, ctimeNs, ino }: BigIntStats): FileTimes => ({
  modifiedNs: String(mtimeNs),
  changedNs: String(ctimeNs),
  inode: String(ino),
});
