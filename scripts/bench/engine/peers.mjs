// What ichor is compared with, from PyPI, in a virtual environment of its own outside of the repository.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Versions that were tried together. */
export const ENGINE_PEERS = {
  pins: ['torch==2.15.0', 'torchvision==0.29.2', 'timm==1.0.31', 'tensorflow-cpu==2.21.0', 'keras==3.15.1'],
  size: 'several gigabytes',
};

const pythonOf = (folder) => join(folder, 'bin', 'python');

/** Where an environment with these lies, or would. */
function folderOf(pins) {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const name = createHash('sha256').update(pins.join()).digest('hex').slice(0, 12);
  return join(cache, 'ichor', 'bench-peers', name);
}

/** The Python of an environment with these that is there already; null where there is none. */
export function foundPeers({ pins }) {
  const folder = folderOf(pins);
  return existsSync(join(folder, 'complete')) ? pythonOf(folder) : null;
}

/**
 * A Python that has them.
 * @param peers `{ pins, size }`
 * @param given folder of an environment that exists; null: the bench's own, made where it is not there.
 * @returns `{ python }`, or `{ absent }`: why there is none, as a clause.
 */
export function findPeers({ pins, size }, given, say) {
  if (given !== null) {
    const python = pythonOf(given);
    return existsSync(python) ? { python } : { absent: `there is no ${python}` };
  }
  const folder = folderOf(pins);
  const done = join(folder, 'complete');
  if (existsSync(done)) return { python: pythonOf(folder) };
  say(`making ${folder}: ${pins.join(', ')}; ${size}, once ...`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const steps = [
    ['python3', ['-m', 'venv', folder]],
    [pythonOf(folder), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...pins]],
  ];
  for (const [command, args] of steps) {
    const { status, error, stderr } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    if (status === 0) continue;
    rmSync(folder, { recursive: true, force: true });
    const last = stderr?.toString().trim().split('\n').at(-1);
    return { absent: `\`${command} ${args.slice(0, 3).join(' ')}\` failed: ${error?.message ?? last}` };
  }
  writeFileSync(`${done}.part`, `${pins.join('\n')}\n`);
  renameSync(`${done}.part`, done);
  return { python: pythonOf(folder) };
}
