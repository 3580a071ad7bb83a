// Whole runs of the command line, into stores of their own.
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMAND, ROOT } from '../../script.mjs';

/** @returns seconds of the whole process. */
export async function ichor(args) {
  const began = performance.now();
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint = (complaint + chunk).slice(-4000);
  });
  const status = await new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', done);
  });
  if (status !== 0) throw new Error(`ichor ${args.join(' ')} ended with ${status}:\n${complaint}`);
  return (performance.now() - began) / 1000;
}

export async function withStore(use) {
  const store = await mkdtemp(join(tmpdir(), 'ichor-bench-'));
  try {
    return await use(store);
  } finally {
    await rm(store, { recursive: true, force: true });
  }
}

/** What the store's last run told, event by event. */
export async function eventsOf(store) {
  const runs = await readdir(join(store, 'runs'));
  const last = runs
    .filter((name) => /-\d+$/.test(name))
    .sort((a, b) => Number(a.match(/\d+$/)) - Number(b.match(/\d+$/)))
    .at(-1);
  const text = await readFile(join(store, 'runs', last, 'log.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The threads of this bench's run as options of the command. */
export const threadOptions = (threads) => ['--engine', 'native', '--threads', String(threads)];
