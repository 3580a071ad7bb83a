/** What `npm start` and `npm test` share: everything that a fresh clone lacks, each step skipped once it is done. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
export const COMMAND = join(ROOT, 'dist', 'src', 'cli', 'main.js');

/** What went wrong, for a person: shown without a stack trace. */
export class SetupError extends Error {}

/** Packages, `dist/`, engine. One line for each step that had something to do. */
export async function prepare({ engine = true } = {}) {
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

/** Runs npm without showing it: the npm that runs us, else the one on the PATH. */
export function npm(args, cwd = ROOT, env = process.env) {
  const script = process.env.npm_execpath;
  const own = script !== undefined && /npm-cli\.[cm]?js$/.test(script);
  if (own) return run(process.execPath, [script, ...args], { cwd, env, hidden: true });
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { cwd, env, hidden: true });
}

/**
 * Runs a command to its end. Signals reach it: the terminal sends them to the whole group, others are passed on.
 * @returns {Promise<{ status: number | null, signal: NodeJS.Signals | null, output: string }>} output only of hidden ones
 */
export function run(command, args, { cwd, env = process.env, hidden = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: hidden ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      shell: /\.cmd$/.test(command),
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-200_000);
      });
    }
    const wait = () => {};
    const pass = () => child.kill('SIGTERM');
    const hang = () => child.kill('SIGHUP');
    process.on('SIGINT', wait);
    process.on('SIGTERM', pass);
    process.on('SIGHUP', hang);
    const end = (settle) => (value, signal) => {
      process.off('SIGINT', wait);
      process.off('SIGTERM', pass);
      process.off('SIGHUP', hang);
      settle(value, signal);
    };
    child.on(
      'error',
      end((error) => reject(new SetupError(`${command} cannot be started: ${error.message}`))),
    );
    child.on(
      'close',
      end((status, signal) => resolve({ status, signal, output })),
    );
  });
}

export function exitStatus({ status, signal }) {
  if (status !== null) return status;
  return { SIGHUP: 129, SIGINT: 130, SIGTERM: 143, SIGKILL: 137 }[signal] ?? 1;
}

/** Says a step in one line with its seconds, if `work` tells that it did something. */
export async function step(doing, done, work) {
  const started = Date.now();
  const terminal = process.stdout.isTTY === true;
  // Only where it is wiped again: a second call, with nothing to do, shows no line.
  const timer = terminal ? setTimeout(() => process.stdout.write(`ichor: ${doing} …`), 300) : undefined;
  try {
    const worked = await work();
    clear(timer, terminal);
    if (worked) process.stdout.write(`ichor: ${done} in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  } catch (error) {
    clear(timer, terminal);
    throw error;
  }
}

function clear(timer, terminal) {
  clearTimeout(timer);
  if (terminal) process.stdout.write('\r\u001b[K');
}

export function hashOf(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

/** Runs a script's main function; a SetupError is shown without a stack. */
export async function main(work) {
  try {
    process.exitCode = await work();
  } catch (error) {
    process.stderr.write(`${error instanceof SetupError ? `ichor: ${error.message}` : error.stack}\n`);
    process.exitCode = 1;
  }
}
