/** What `npm start` and `npm test` share: everything that a fresh clone lacks, each step skipped once it is done. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMAND, exitStatus, hashOf, npm, ROOT, run, SetupError, step } from './script.mjs';
import { withSetupLock } from './setup-lock.mjs';

/** Packages, `dist/`, engine. One line for each step that had something to do. A second set-up in the same clone waits. */
export function prepare(options = {}) {
  return withSetupLock(ROOT, () => steps(options));
}

async function steps({ engine = true }) {
  await installPackages();
  const { build } = await import('./build.mjs');
  await step('building dist/', 'built dist/', build);
  if (!engine) return;
  // Its own lines and its progress bar; where no engine can be had the run goes on with WASM, and it says why.
  const { status, signal } = await run(process.execPath, [COMMAND, 'engine', 'install', '--if-missing']);
  if (signal !== null || [129, 130, 143].includes(status)) process.exit(exitStatus({ status, signal }));
}

async function installPackages(root = ROOT) {
  const stamp = join(root, 'node_modules', '.ichor-installed');
  const wanted = hashOf(readFileSync(join(root, 'package-lock.json')), process.platform, process.arch);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  if (!isInstalled(root)) {
    await step('installing npm packages', 'installed npm packages', async () => {
      rmSync(stamp, { force: true });
      // `include=dev`: NODE_ENV=production would leave out what builds.
      const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--include=dev', '--loglevel=error'];
      const { status, signal, output } = await npm(args, root);
      if (status !== 0) {
        throw new SetupError(`npm ${args.join(' ')} ended with ${signal ?? `status ${status}`}:\n${output.trim()}`);
      }
      return true;
    });
  }
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(stamp, wanted);
}

/** Whether node_modules holds what the lockfile says: then somebody has called npm, and nothing is wiped. */
export function isInstalled(root = ROOT) {
  const folder = join(root, 'node_modules');
  const hidden = join(folder, '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const found = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(wanted).every(([place, entry]) => {
    if (place === '' || entry.link) return true;
    // Optional ones are there only where they are for this platform.
    if (!found[place]) return entry.optional === true || entry.devOptional === true;
    return found[place].version === entry.version && existsSync(join(root, place, 'package.json'));
  });
}
