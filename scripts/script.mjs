/** What every script needs: the root of the checkout, other commands, steps that say what they did, and an end without a stack. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
export const COMMAND = join(ROOT, 'dist', 'src', 'cli', 'main.js');

/** What went wrong, for a person: shown without a stack trace. */
export class SetupError extends Error {}

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
        // npm's list of what it packed has 200 bytes a file, and is no JSON without its start.
        output = (output + text).slice(-5_000_000);
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
