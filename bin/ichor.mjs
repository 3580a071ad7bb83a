#!/usr/bin/env node
/**
 * What `npx ichor` starts. Checked in, since npm links a command only where its file is there, and never looks again: one
 * that the build makes would stay "not found" in a clone where somebody called it too early. So it needs nothing but Node.
 */
import './check-node.mjs';
import { existsSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const COMMAND = new URL('../dist/src/cli/main.js', import.meta.url);
const top = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
const INVALID = 2;
const FAILED = 1;

// Until a command listens for itself, which takes a second on a slow machine. Whoever started this one as a part of itself
// (a channel to it says so) tells of signals too.
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
if (process.send === undefined)
  for (const [signal, status] of Object.entries(SIGNALS))
    process.once(signal, () => {
      try {
        writeSync(2, `\nInterrupted.${beginsLater() ? ' Nothing was begun.' : ''}\n`);
      } catch {
        // The terminal may be gone.
      }
      process.exit(status);
    });

try {
  await import(COMMAND.href);
} catch (error) {
  // What the command itself meets it says itself: only what cannot be loaded comes here.
  if (isSystemError(error)) {
    process.exitCode = FAILED;
    process.stderr.write(cannotLoad(error));
  } else if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  else {
    process.exitCode = INVALID;
    process.stderr.write(existsSync(COMMAND) ? incomplete(error) : notBuilt());
  }
}

/** Commands that listen for themselves before they write anything. */
function beginsLater() {
  return ['run', 'predict', 'sweep', 'table', 'plan', 'ensemble', 'figure'].includes(process.argv[2] ?? '');
}

function isSystemError(error) {
  return /^E[A-Z0-9]{2,}$/.test(error?.code ?? '');
}

/** A file of ichor itself that the system does not give. */
function cannotLoad({ code, path, message }) {
  const what = path ?? message;
  if (code === 'EMFILE' || code === 'ENFILE')
    return (
      `error[too-many-open-files]: ichor cannot be loaded: as many files are open as may be (${code}).\n` +
      '  hint: Raise the limit (`ulimit -n 4096`), then run the same command again.\n'
    );
  return (
    `error[not-installed]: A file of ichor cannot be read: ${what} (${code}).\n` +
    '  hint: Look at its permissions and at the disk that holds it, or install ichor again.\n'
  );
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
