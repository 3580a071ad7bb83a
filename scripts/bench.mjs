// npm run bench: what the command takes on this machine, beside its limits. Timings are benchmarks, never tests.
// node scripts/bench.mjs [--out FILE] [name ...]   names: startup, sweep, metrics, submission, quickstart-native, quickstart-wasm, rsna-sample
// node scripts/bench.mjs data [case ...]     index and shards beside pydicom, NumPy and OpenCV: --help says more
// node scripts/bench.mjs engine [case ...]   the compiled steps beside PyTorch and Keras: --help says more
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from './script.mjs';
import { prepare } from './setup.mjs';

const top = resolve(fileURLToPath(new URL('..', import.meta.url)));
const cli = join(top, 'dist', 'src', 'cli', 'main.js');
const args = process.argv.slice(2);
if (args[0] === 'engine') {
  const { benchEngine } = await import('./bench/engine/main.mjs');
  await main(() => benchEngine(args.slice(1), prepare));
  process.exit();
}
if (args[0] === 'data') {
  const { benchData } = await import('./bench/data/main.mjs');
  await main(() => benchData(args.slice(1), prepare));
  process.exit();
}
const outAt = args.indexOf('--out');
const out = outAt < 0 ? null : args.splice(outAt, 2)[1];
const wanted = (name) => args.length === 0 || args.includes(name);
const sample = join(process.env.ICHOR_SHARED ?? resolve(top, '..', 'shared'), 'data', 'rsna-sample');

await prepare();

const run = (args) => spawn(process.execPath, args, { cwd: top, stdio: ['ignore', 'pipe', 'pipe'] });

/** 1,000 draws on 101,150 slices: seconds of the work itself, as a process of its own says them. */
async function intervals() {
  const child = run([join(top, 'scripts', 'bench', 'intervals.mjs')]);
  let [said, complaint] = ['', ''];
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (complaint += chunk));
  const status = await new Promise((done) => child.on('close', done));
  if (status !== 0) throw new Error(`scripts/bench/intervals.mjs ended with ${status}:\n${complaint}`);
  return JSON.parse(said);
}

/** 727,392 rows against their sample: the whole command. */
async function submissionCheck() {
  const { writeSubmissions } = await import('./bench/submission.mjs');
  const folder = await mkdtemp(join(tmpdir(), 'ichor-bench-'));
  try {
    const { file, sample } = await writeSubmissions(folder);
    return await repeated(['submission', 'check', file, '--sample', sample], 3);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the command once: seconds of the whole process and its peak resident memory (Linux: VmHWM). */
async function measure(command) {
  const started = performance.now();
  const child = spawn(process.execPath, [cli, ...command], { cwd: top, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk) => (complaint += chunk));
  let peakBytes = null;
  const sampler = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    const kilobytes = /VmHWM:\s+(\d+)/.exec(status)?.[1];
    if (kilobytes) peakBytes = Number(kilobytes) * 1024;
  }, 50);
  const status = await new Promise((done) => child.on('close', done));
  clearInterval(sampler);
  if (status !== 0) throw new Error(`ichor ${command.join(' ')} ended with ${status}:\n${complaint}`);
  return { seconds: (performance.now() - started) / 1000, peakBytes };
}

/** Least, middle and largest of several runs. */
async function repeated(command, times) {
  const runs = [];
  for (let i = 0; i < times; i++) runs.push(await measure(command));
  const seconds = runs.map((run) => run.seconds).sort((a, b) => a - b);
  const peakBytes = Math.max(...runs.map((run) => run.peakBytes ?? 0)) || null;
  return { seconds: seconds[Math.floor(times / 2)], least: seconds[0], most: seconds.at(-1), peakBytes };
}

/** 10,000 points of a row of the paper, each expanded and checked: the whole command, its start included. */
const SWEEP = `recipe: 1
extends: inception-seq-aug.yaml
sweep:
  grid:
    sequence.layers: [1, 2, 3, 4]
    sequence.cells: [${Array.from({ length: 25 }, (_, i) => 16 * (i + 1)).join(', ')}]
    sequence.dropout: [0.1, 0.3, 0.5, 0.7]
    train.sequence.epochs: [2, 4, 6, 8, 10]
  repeats: 5
`;

async function sweepCheck() {
  const file = join(top, 'recipes', `.bench-${process.pid}.yaml`);
  await writeFile(file, SWEEP);
  try {
    return await repeated(['check', file, '--quiet'], 3);
  } finally {
    await rm(file, { force: true });
  }
}

/** A whole run into an empty store. */
async function wholeRun(recipe, more) {
  const store = await mkdtemp(join(tmpdir(), 'ichor-bench-'));
  try {
    const first = await measure(['run', recipe, '--store', store, '--quiet', ...more]);
    const again = await measure(['run', recipe, '--store', store, '--quiet', ...more]);
    const name = recipe.replace(/^.*\//, '').replace('.yaml', '');
    const metrics = JSON.parse(await readFile(join(store, 'runs', `${name}-1`, 'metrics.json'), 'utf8'));
    return { ...first, againSeconds: again.seconds, validation: losses(metrics) };
  } finally {
    await rm(store, { recursive: true, force: true });
  }
}

function losses(metrics) {
  const loss = (figures) => figures?.find((figure) => figure.name === 'mean-log-loss')?.value ?? null;
  const side = (sides) => sides?.find((each) => each.side === 'validation');
  const found = {};
  for (const model of metrics.models) found[model.model] = loss(side(model.sides)?.figures);
  const first = side(metrics.models[0]?.sides);
  found.constant = loss(first?.baselines.constant);
  return found;
}

const cases = {
  'startup: --help': { group: 'startup', limit: '<= 0.3 s', run: () => repeated(['--help'], 7) },
  'startup: check': {
    group: 'startup',
    limit: '<= 0.5 s, <= 150 MB',
    run: () => repeated(['check', 'recipes/inception-seq-aug.yaml', '--quiet'], 7),
  },
  'check of a sweep of 10,000 points': { group: 'sweep', limit: '<= 2 s', run: sweepCheck },
  'intervals: 1,000 draws, 101,150 slices, default metrics': { group: 'metrics', limit: '<= 20 s', run: intervals },
  'submission check, 727,392 rows': { group: 'submission', limit: '<= 5 s', run: submissionCheck },
  'quickstart, native': {
    group: 'quickstart-native',
    limit: '<= 180 s',
    run: () => wholeRun('recipes/quickstart.yaml', ['--engine', 'native']),
  },
  'quickstart, WASM': {
    group: 'quickstart-wasm',
    limit: '<= 360 s',
    run: () => wholeRun('recipes/quickstart.yaml', ['--engine', 'wasm']),
  },
  'rsna-sample, native': {
    group: 'rsna-sample',
    limit: '<= 300 s, <= 3 GB',
    skip: existsSync(sample) ? null : 'no RSNA sample: set ICHOR_SHARED',
    run: () => wholeRun('recipes/rsna-sample.yaml', ['--engine', 'native', '--set', `data.source.root=${sample}`]),
  },
};

const results = {};
for (const [name, { group, limit, skip, run }] of Object.entries(cases)) {
  if (!wanted(group)) continue;
  if (skip) {
    console.error(`${name}: skipped, ${skip}`);
    results[name] = { skipped: skip };
    continue;
  }
  console.error(`${name} ...`);
  results[name] = { limit, ...(await run()) };
}

const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.versions.node };
const json = JSON.stringify({ machine, results }, null, 2);
if (out) await writeFile(out, `${json}\n`);
console.log(json);
const number = (value, digits) => (value === null || value === undefined ? '' : value.toFixed(digits));
const rows = [['', 'seconds', 'again', 'peak MB', 'limit', 'validation mean-log-loss']];
for (const [name, result] of Object.entries(results)) {
  const validation = Object.entries(result.validation ?? {}).map(([model, loss]) => `${model} ${number(loss, 4)}`);
  const peak = result.peakBytes ? number(result.peakBytes / 1e6, 0) : '';
  const limit = result.limit ?? `skipped: ${result.skipped}`;
  rows.push([name, number(result.seconds, 2), number(result.againSeconds, 2), peak, limit, validation.join(', ')]);
}
const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
for (const row of rows)
  console.log(
    row
      .map((cell, i) => cell.padEnd(widths[i]))
      .join('  ')
      .trimEnd(),
  );
