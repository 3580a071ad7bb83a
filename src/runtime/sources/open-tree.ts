import { basename, dirname, extname } from 'node:path';
import { IchorError } from '../../errors.ts';
import { realpath } from '../../files/fs.ts';
import { isDicomdir } from './dicomdir.ts';
import { joinedTree, type Mounted, mountNames } from './joined-tree.ts';
import { dicomdirTree, type Listed, listedTree } from './listed-tree.ts';
import { isFolder, rangeReaderOf, requirePlace } from './read.ts';
import { type FileTree, folderTree } from './tree.ts';
import { zipTree } from './zip/zip-tree.ts';

/** What a place turned out to be. */
export type PlaceKind = 'folder' | 'zip' | 'dicomdir' | 'file';

export interface OpenedTree {
  kind: PlaceKind | 'several';
  tree: FileTree;
}

/** How errors call a place, whose path may be private: behind `The data folder`. */
export type Named = (root: string) => string;

/** The meta group of a DICOMDIR stands in it. */
const START_BYTES = 4096;
/** `PK`, then the first header, the end of an empty zip, or what marks the first part of several. */
const ZIP_STARTS = ['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08'];

/**
 * Opens a place that a user named: a folder, a zip, a DICOMDIR, any other file.
 * @throws IchorError `source-missing`, `source-unreadable`, `source-zip-damaged`, `source-zip-parts`, `source-zip-joined` (exit 2)
 */
export async function openTree(root: string, named: string, hint: string): Promise<OpenedTree> {
  await requirePlace(root, named, hint);
  const kind = await kindOf(root);
  if (kind === 'folder') return { kind, tree: folderTree(root) };
  if (kind === 'zip') return { kind, tree: await zipTree(root, `The zip ${named}`) };
  if (kind === 'file') return { kind, tree: listedTree([single(root, basename(root))]) };
  const tree = await dicomdirTree(root);
  if (tree !== null) return { kind, tree };
  throw new IchorError(
    'source-unreadable',
    `The DICOMDIR ${named} has no records that can be read.`,
    'Name the folder that it lies in: all files of it are read.',
    2,
  );
}

const single = (root: string, path: string): Listed => ({ path, folder: dirname(root), name: basename(root) });

async function kindOf(root: string): Promise<PlaceKind> {
  if (await isFolder(root)) return 'folder';
  // One that cannot be opened tells why when its header is read.
  const start = await rangeReaderOf(dirname(root))(basename(root), 0, START_BYTES).catch(() => null);
  if (start === null) return 'file';
  if (ZIP_STARTS.includes(start.toString('latin1', 0, 4)) || extname(root).toLowerCase() === '.zip') return 'zip';
  return isDicomdir(start) ? 'dicomdir' : 'file';
}

/**
 * Several places as one, each under a name of its own; a place that was named twice, or lies in a folder that was named
 * too, counts once. Throws as `openTree`.
 */
export async function openTrees(roots: readonly string[], named: Named, hint: string): Promise<OpenedTree> {
  for (const root of roots) await requirePlace(root, named(root), hint);
  const places = await mounts(roots);
  const [only] = places.keys();
  if (places.size < 2) return openTree(only ?? roots[0] ?? '', named(only ?? roots[0] ?? ''), hint);
  const parts: Mounted[] = [];
  const files: Listed[] = [];
  for (const [place, at] of places) {
    const { kind, tree } = await openTree(place, named(place), hint);
    if (kind === 'file') files.push(single(place, at));
    else parts.push({ at, tree });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    kind: 'several',
    tree: joinedTree(files.length > 0 ? [{ at: '', tree: listedTree(files) }, ...parts] : parts),
  };
}

/** Each place, and what its paths start with; empty for one that is alone. */
export async function mounts(roots: readonly string[]): Promise<Map<string, string>> {
  const places = await apart(roots);
  const names = mountNames(places);
  return new Map(places.map((place, i) => [place, places.length === 1 ? '' : (names[i] as string)]));
}

/** Without those that are another's, or lie in it where it is walked into. */
async function apart(roots: readonly string[]): Promise<string[]> {
  if (roots.length < 2) return [...roots];
  const real = await Promise.all(roots.map((root) => realpath(root).catch(() => root)));
  const folders = new Set<string>();
  for (const [i, path] of real.entries()) if (await isFolder(roots[i] as string)) folders.add(path);
  const seen = new Set<string>();
  return roots.filter((_, i) => {
    const path = real[i] as string;
    if (seen.has(path)) return false;
    seen.add(path);
    // A zip within a folder is left out there, and so is to be read where it is named; all else is read from above.
    const zip = !folders.has(path) && extname(path).toLowerCase() === '.zip';
    return zip || !isWithin(path, folders);
  });
}

/** Whether a place lies in one of these folders, and is found from there. */
function isWithin(path: string, folders: ReadonlySet<string>): boolean {
  for (let inner = path; dirname(inner) !== inner; inner = dirname(inner)) {
    // A hidden folder is not entered from above: it counts for itself.
    if (basename(inner).startsWith('.')) return false;
    if (folders.has(dirname(inner))) return true;
  }
  return false;
}
