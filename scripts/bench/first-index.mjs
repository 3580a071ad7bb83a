/**
 * The first index over many made-up files, the next look at them when nothing changed, and what both take in memory:
 * `node scripts/bench/first-index.mjs [FILES...]` (10000 and 100000), on the built dist/. Headers as RSNA's, pictures of 16 pixels,
 * 35 slices a series.
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = resolve(fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url)));
const SLICES = 35;
const POLL_MS = 50;
const RECIPE = `recipe: 1
name: bench
data: { source: rsna }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
augment: []
backbone: small-cnn
sequence: none
`;

function element(group, number, vr, value) {
  const text = typeof value === 'string' ? Buffer.from(value.length % 2 === 0 ? value : `${value} `) : value;
  const head = Buffer.alloc(vr === 'OW' ? 12 : 8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, 'latin1');
  if (vr === 'OW') head.writeUInt32LE(text.length, 8);
  else head.writeUInt16LE(text.length, 6);
  return Buffer.concat([head, text]);
}

const short = (value) => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
};

function dicom(i) {
  const series = Math.floor(i / SLICES);
  const meta = element(2, 0x10, 'UI', '1.2.840.10008.1.2.1');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(meta.length);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element(2, 0, 'UL', length),
    meta,
    element(8, 0x16, 'UI', '1.2.840.10008.5.1.4.1.1.2'),
    element(8, 0x18, 'UI', idOf(i)),
    element(8, 0x60, 'CS', 'CT'),
    element(0x10, 0x20, 'LO', `P_${series}`),
    element(0x20, 0xd, 'UI', `S_${series}`),
    element(0x20, 0xe, 'UI', `R_${series}`),
    element(0x20, 0x32, 'DS', `-125\\-125\\${(i % SLICES) * 5}`),
    element(0x20, 0x37, 'DS', '1\\0\\0\\0\\1\\0'),
    element(0x28, 2, 'US', short(1)),
    element(0x28, 4, 'CS', 'MONOCHROME2'),
    element(0x28, 0x10, 'US', short(4)),
    element(0x28, 0x11, 'US', short(4)),
    element(0x28, 0x30, 'DS', '0.488\\0.488'),
    element(0x28, 0x100, 'US', short(16)),
    element(0x28, 0x101, 'US', short(16)),
    element(0x28, 0x102, 'US', short(15)),
    element(0x28, 0x103, 'US', short(1)),
    element(0x28, 0x1052, 'DS', '-1024'),
    element(0x28, 0x1053, 'DS', '1'),
    element(0x7fe0, 0x10, 'OW', Buffer.alloc(32, i & 0xff)),
  ]);
}

const LABELS = ['epidural', 'intraparenchymal', 'intraventricular', 'subarachnoid', 'subdural', 'any'];
const idOf = (i) => `ID_${String(i).padStart(9, '0')}`;

/** Kaggle's layout, with six label rows a slice. */
async function makeFiles(root, count) {
  const folder = join(root, 'stage_2_train');
  await mkdir(folder, { recursive: true });
  const rows = ['ID,Label'];
  for (let from = 0; from < count; from += 500) {
    const files = Array.from({ length: Math.min(500, count - from) }, (_, i) => from + i);
    await Promise.all(files.map((i) => writeFile(join(folder, `${idOf(i)}.dcm`), dicom(i))));
    for (const i of files)
      for (const label of LABELS)
        rows.push(`${idOf(i)}_${label},${i % 7 === 0 && (label === 'any' || label === LABELS[i % 5]) ? 1 : 0}`);
  }
  await writeFile(join(root, 'stage_2_train.csv'), `${rows.join('\n')}\n`);
}

/** Runs a command; seconds of wall and of CPU, and the most memory that it held, in bytes. */
async function timed(args, cwd) {
  const began = performance.now();
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stdout.on('data', (piece) => (text += piece));
  child.stderr.on('data', (piece) => (text += piece));
  let peak = 0;
  const poll = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024);
  }, POLL_MS);
  const status = await new Promise((done) => child.on('close', done));
  clearInterval(poll);
  if (status !== 0) throw new Error(`exit status ${status}: ${text.slice(-2000)}`);
  return { seconds: (performance.now() - began) / 1000, peak };
}

const counts = process.argv.slice(2).map(Number);
const work = await mkdtemp(join(tmpdir(), 'ichor-bench-index-'));
try {
  const recipe = join(work, 'bench.yaml');
  await writeFile(recipe, RECIPE);
  console.log('files     first s  µs/file  MB    again s  MB');
  for (const count of counts.length > 0 ? counts : [10_000, 100_000]) {
    const root = join(work, `files-${count}`);
    await makeFiles(root, count);
    // Index has to have files that are settled: a clock of a file system may be as coarse as two seconds.
    await new Promise((done) => setTimeout(done, 2500));
    const store = join(work, `store-${count}`);
    const run = ['run', recipe, '--set', `data.source.root=${root}`, '--store', store, '--until', 'index', '--quiet'];
    const first = await timed(run, work);
    const again = await timed(['plan', ...run.slice(1, -3), '--until', 'index'], work);
    const mb = (bytes) => String(Math.round(bytes / 1e6)).padEnd(4);
    const each = ((first.seconds / count) * 1e6).toFixed(0).padEnd(7);
    const times = [first, again].map(({ seconds }) => seconds.toFixed(1).padEnd(7));
    console.log(`${String(count).padEnd(8)}  ${times[0]}  ${each}  ${mb(first.peak)}  ${times[1]}  ${mb(again.peak)}`);
    await rm(root, { recursive: true, force: true });
  }
} finally {
  await rm(work, { recursive: true, force: true });
}
