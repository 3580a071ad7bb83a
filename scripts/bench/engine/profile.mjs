// Where a step's time goes: what oneDNN says of each primitive that it runs (ONEDNN_VERBOSE=1), summed.
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './statistics.mjs';
import { number } from './table.mjs';
import { Worker } from './worker-process.mjs';

export async function profile({ networks }, { threads, say }) {
  const rows = [];
  for (const { what, asked, steps } of networks) {
    say(`${what} ...`);
    const folder = mkdtempSync(join(tmpdir(), 'ichor-bench-'));
    const file = join(folder, 'verbose');
    const stdout = openSync(file, 'w');
    const worker = new Worker('ours', { ...asked, threads }, { env: { ONEDNN_VERBOSE: '1' }, stdout });
    try {
      await worker.ask();
      await worker.ask('1');
      const before = statSync(file).size;
      const { times, cpu } = await worker.ask(String(steps));
      const said = readFileSync(file).subarray(before).toString();
      rows.push({ what, step: median(times), cpu: cpu / threads, parts: sums(said, steps) });
    } finally {
      await worker.end();
      closeSync(stdout);
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return { rows: [], profile: table(rows), profiles: rows };
}

/** Milliseconds of a step by kind of primitive. */
export function sums(said, steps) {
  const found = {};
  for (const line of said.split('\n')) {
    const match = /^(?:onednn|dnnl)_verbose,.*?exec,cpu,(\w+),[^,]*,(\w+),.*,([\d.]+)$/.exec(line);
    if (!match) continue;
    const [, primitive, direction, time] = match;
    const name = NAMES[`${primitive} ${direction}`] ?? NAMES[primitive] ?? 'other primitives';
    found[name] = (found[name] ?? 0) + Number(time) / steps;
  }
  return found;
}

const NAMES = {
  'convolution backward_data': 'convolution, backward to its input',
  'convolution backward_weights': 'convolution, backward to its kernel',
  convolution: 'convolution, forward',
  'batch_normalization backward': 'batch norm, backward',
  batch_normalization: 'batch norm, forward',
  reorder: 'reorders',
  pooling: 'pooling',
  pooling_v2: 'pooling',
  matmul: 'matrix products',
  inner_product: 'matrix products',
  eltwise: 'element by element',
  binary: 'element by element',
  sum: 'element by element',
};

/** Primitives that run at once share the threads: their times may add up to more than the step, so shares are of their sum. */
function table(rows) {
  const names = [...new Set(rows.flatMap(({ parts }) => Object.keys(parts)))];
  names.sort((a, b) => total(rows, b) - total(rows, a));
  const sum = ({ parts }) => Object.values(parts).reduce((all, part) => all + part, 0);
  const cell = (part, row) =>
    part === undefined ? '' : `${number(part)} ms, ${Math.round((100 * part) / sum(row))} %`;
  return {
    what: 'Where a step’s time goes, by oneDNN’s own account (`ONEDNN_VERBOSE=1`)',
    headings: ['', ...rows.map(({ what }) => what)],
    rows: [
      ...names.map((name) => [name, ...rows.map((row) => cell(row.parts[name], row))]),
      ['sum of oneDNN’s primitives', ...rows.map((row) => `${number(sum(row))} ms`)],
      ['a step', ...rows.map(({ step }) => `${number(step)} ms`)],
      ['its processor time, by threads', ...rows.map(({ cpu }) => `${number(cpu)} ms`)],
    ],
  };
}

const total = (rows, name) => rows.reduce((sum, { parts }) => sum + (parts[name] ?? 0), 0);
