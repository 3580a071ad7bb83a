import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const top = resolve(fileURLToPath(new URL('..', import.meta.url)));
const main = join(top, 'dist', 'src', 'cli', 'main.js');

export interface Ended {
  status: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
}

/** Starts the built command, as a user would. `npm test` has built it. */
export function start(
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  if (!existsSync(main)) throw new Error('dist is not built: run `npm test` or `npm run build`');
  const child = spawn(process.execPath, [main, ...args], {
    cwd: options.cwd ?? top,
    env: { ...process.env, NO_COLOR: '1', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const ended = new Promise<Ended>((done) => {
    child.on('close', (status, signal) => done({ status, signal, out, err }));
  });
  return { child, ended };
}

export function ichor(
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  return start(args, options).ended;
}
