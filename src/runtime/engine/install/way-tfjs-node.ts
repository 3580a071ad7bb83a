import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { copyFile, cp, mkdir, realpath } from '../../../files/fs.ts';
import { hashFile } from '../../download/hash-file.ts';
import { lastError, runCommand } from './command.ts';
import { WayFailed } from './events.ts';
import { folderBytes } from './folder-bytes.ts';
import type { FetchedLibraries, WayContext } from './way.ts';
import { findLibraries } from './way-folder.ts';

const PACKAGE = '@tensorflow/tfjs-node-gpu';
const VERSION = '4.22.0';
const STALL_MS = 60_000;
const LIMIT_MS = 1800_000;

/**
 * Way (c): the installer of tfjs-node-gpu brings TensorFlow's C library for its own addon. The addon is not wanted:
 * what the installer does after the download may fail.
 */
export async function fromTfjsNode(context: WayContext): Promise<FetchedLibraries> {
  const { folder, signal, emit, cache } = context;
  emit({
    type: 'start',
    way: 'tfjs-node',
    message: `TensorFlow's C library by the installer of ${PACKAGE} ${VERSION}, which states no checksum`,
    downloadBytes: null,
    diskBytes: null,
    folder: cache,
  });
  const { root, env } = await packageCopy(context);
  // `cpu`: the GPU build is several times as large, and CUDA is untested.
  const { output, gaveUp } = await runCommand(
    process.execPath,
    [join(root, 'scripts', 'install.js'), 'cpu', 'download'],
    {
      cwd: root,
      env,
      signal,
      stallMs: STALL_MS,
      limitMs: LIMIT_MS,
      moved: async () => {
        const bytes = await folderBytes(join(root, 'deps'));
        if (bytes > 0) emit({ type: 'progress', step: 'download', done: bytes, total: null });
        return bytes;
      },
    },
  );
  const lib = join(root, 'deps', 'lib');
  const found = await findLibraries(lib).catch(() => null);
  if (found === null) {
    const why = gaveUp
      ? `did not get on for ${STALL_MS / 1000} s`
      : `brought no library: ${lastError(output) || 'it says nothing'}`;
    throw new WayFailed(`the installer of ${PACKAGE} ${why}`);
  }
  const files: FetchedLibraries['files'] = [];
  for (const { name, path } of found.paths) {
    await copyFile(path, join(folder, name));
    files.push({ name, ...(await hashFile(join(folder, name), signal)) });
  }
  return { cc: found.cc, framework: found.framework, files, source: `the installer of ${PACKAGE} ${VERSION}` };
}

/** The package in scratch: its installer writes into its own folder, and node_modules is not ours to write into. */
async function packageCopy(context: WayContext): Promise<{ root: string; env: NodeJS.ProcessEnv }> {
  const { scratch, env, signal } = context;
  let installed: string | null;
  try {
    installed = dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`));
  } catch {
    installed = null;
  }
  if (installed !== null) {
    const root = join(scratch, 'tfjs-node');
    await mkdir(root, { recursive: true });
    await copyFile(join(installed, 'package.json'), join(root, 'package.json'));
    await cp(join(installed, 'scripts'), join(root, 'scripts'), { recursive: true });
    // What the script requires lies beside the package: node_modules/@tensorflow/<package>/../..
    const beside = dirname(dirname(await realpath(installed)));
    return { root, env: { ...env, NODE_PATH: [beside, env.NODE_PATH].filter(Boolean).join(delimiter) } };
  }
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = [
    'install',
    '--prefix',
    scratch,
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    `${PACKAGE}@${VERSION}`,
  ];
  const { status, output } = await runCommand(npm, args, {
    cwd: scratch,
    env,
    signal,
    stallMs: 120_000,
    limitMs: LIMIT_MS,
    moved: async () => 0,
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new WayFailed(`${PACKAGE} is not installed, and neither is npm`);
    throw error;
  });
  if (status !== 0) throw new WayFailed(`npm cannot install ${PACKAGE}: ${lastError(output)}`);
  return { root: join(scratch, 'node_modules', PACKAGE), env };
}
