#!/usr/bin/env node
/**
 * What `npx ichor` starts. Checked in, since npm links a command only where its file is there, and never looks again: one
 * that the build makes would stay "not found" in a clone where somebody called it too early. So it needs nothing but Node.
 */
import './check-node.mjs';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const COMMAND = new URL('../dist/src/cli/main.js', import.meta.url);
const top = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
const INVALID = 2;

try {
  await import(COMMAND.href);
} catch (error) {
  // What the command itself meets it says itself: only what cannot be loaded comes here.
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.exitCode = INVALID;
  process.stderr.write(existsSync(COMMAND) ? incomplete(error) : notBuilt());
}

function notBuilt() {
  return `error[not-built]: ichor is not built yet in ${top}.\n${hint()}`;
}

/** Packages were removed, or never completely installed. */
function incomplete(error) {
  return `error[not-installed]: Something that ichor needs is not there: ${error.message.split('\n')[0]}\n${hint()}`;
}

function hint() {
  const isClone = existsSync(new URL('../scripts/start.mjs', import.meta.url));
  return isClone
    ? '  hint: `npm start` there installs, builds and runs a first recipe; `npm ci && npm run build` does the first two.\n'
    : '  hint: Install the tarball that `npm run package` makes in a clone of ichor: it holds the built files.\n';
}
