import { join, resolve } from 'node:path';
import { IchorError } from '../../../errors.ts';
import { constants, copyFile, link, realpath, stat } from '../../../files/fs.ts';
import { hashFile } from '../../download/hash-file.ts';
import { assertDisk } from './disk.ts';
import { type FetchedLibraries, LIBRARIES, type WayContext } from './way.ts';

/** Where the libraries lie below what a user names: an unpacked wheel, site-packages, tfjs-node's package or `deps/lib`. */
const BELOW = ['', 'tensorflow', 'lib', 'deps/lib'];

/**
 * `--from DIR`: libraries that are already there. Linked where the file system can, else copied.
 * @throws IchorError `engine-source` (exit 2) where the folder holds none
 */
export async function fromFolder(context: WayContext, from: string): Promise<FetchedLibraries> {
  const { folder, emit, signal, cache } = context;
  const { paths, cc, framework } = await findLibraries(from);
  const sizes = await Promise.all(paths.map(async ({ path }) => (await stat(path)).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  emit({
    type: 'start',
    way: 'folder',
    message: `TensorFlow's libraries from ${resolve(from)}`,
    downloadBytes: 0,
    diskBytes: total,
    folder: cache,
  });
  let done = 0;
  const files: FetchedLibraries['files'] = [];
  for (const [index, { name, path }] of paths.entries()) {
    signal?.throwIfAborted();
    const target = join(folder, name);
    if (!(await linked(path, target))) {
      await assertDisk(folder, sizes[index]!);
      await copyFile(path, target, constants.COPYFILE_FICLONE);
    }
    files.push({ name, ...(await hashFile(target, signal)) });
    done += sizes[index]!;
    emit({ type: 'progress', step: 'copy', done, total });
  }
  return { cc, framework, files, source: resolve(from) };
}

interface FoundLibraries {
  cc: string;
  framework: string | null;
  /** With symbolic links resolved: `libtensorflow.so.2` may point to `libtensorflow.so.2.9.1`. */
  paths: { name: string; path: string }[];
}

export async function findLibraries(from: string): Promise<FoundLibraries> {
  for (const below of BELOW) {
    for (const { cc, framework } of LIBRARIES) {
      const names = framework === null ? [cc] : [cc, framework];
      const paths = await Promise.all(names.map((name) => realpath(join(from, below, name)).catch(() => null)));
      if (paths.every((path) => path !== null)) {
        return { cc, framework, paths: names.map((name, index) => ({ name, path: paths[index]! })) };
      }
    }
  }
  throw new IchorError(
    'engine-source',
    `${resolve(from)} holds no TensorFlow libraries: neither ${LIBRARIES[0]!.cc} with ${LIBRARIES[0]!.framework}, nor ${LIBRARIES[1]!.cc} with it.`,
    "Name the folder of an unpacked TensorFlow wheel, a Python environment's site-packages, or tfjs-node's deps/lib.",
    2,
  );
}

async function linked(path: string, target: string): Promise<boolean> {
  try {
    await link(path, target);
    return true;
  } catch (error) {
    // Another disk, a file system without links, or a file of another user.
    if (
      ['EXDEV', 'EPERM', 'ENOTSUP', 'EACCES', 'EMLINK', 'ENOSYS'].includes((error as NodeJS.ErrnoException).code ?? '')
    )
      return false;
    throw error;
  }
}
