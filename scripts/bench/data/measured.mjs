// A call of the command: seconds by the clock, seconds of processors, peak memory.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMMAND, ROOT } from '../../script.mjs';

const OWN_USE = new URL('./own-use.mjs', import.meta.url).href;

/** @param folder for what the process says of itself. */
export async function measured(args, folder) {
  const use = join(folder, 'use.json');
  const env = { ...process.env, NODE_OPTIONS: `--import ${OWN_USE}`, ICHOR_BENCH_USE: use };
  const { seconds } = await timed(process.execPath, [COMMAND, ...args], { cwd: ROOT, env });
  return { wall: seconds, ...JSON.parse(await readFile(use, 'utf8')) };
}

/** The peer says of itself what it took, without its imports. */
export async function peer(python, args) {
  const { output } = await timed(python, [fileURLToPath(new URL('./peer.py', import.meta.url)), ...args]);
  return JSON.parse(output.trim().split('\n').at(-1));
}

async function timed(command, args, options = {}) {
  const began = performance.now();
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, complaint] = ['', ''];
  child.stdout.on('data', (chunk) => {
    output = (output + chunk).slice(-4000);
  });
  child.stderr.on('data', (chunk) => {
    complaint = (complaint + chunk).slice(-4000);
  });
  const status = await new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', done);
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${complaint}`);
  return { seconds: (performance.now() - began) / 1000, output };
}
