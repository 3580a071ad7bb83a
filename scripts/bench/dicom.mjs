// How long a frame takes to decode, against pydicom with pylibjpeg: node scripts/bench/dicom.mjs FOLDER PYTHON
// FOLDER: DICOM files (../shared/data/dicom-corpus). PYTHON: one with pydicom, pylibjpeg and its plugins. Both decode each file
// in turn, one thread, many times; the least CPU time counts, which what else runs on the machine changes least.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logicalFile } from '../../dist/src/runtime/dicom/logical-file.js';
import { decodeFrame } from '../../dist/src/runtime/dicom/pixels/decode-frame.js';
import { PixelReader } from '../../dist/src/runtime/dicom/pixels/slice-pixels.js';
import { headerOf } from '../../dist/src/runtime/dicom/read-header.js';

const [folder, python] = process.argv.slice(2);
if (folder === undefined || python === undefined) throw new Error('name a folder of DICOM files, and a Python');
const REPEATS = 30;
const LEAST_PIXELS = 200_000;
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

const PEER = `
import sys, time, pydicom
from pydicom.pixels import get_decoder
for line in sys.stdin:
    ds = pydicom.dcmread(line.strip(), force=True)
    decoder = get_decoder(ds.file_meta.TransferSyntaxUID)
    plugin = 'pylibjpeg' if 'pylibjpeg' in decoder.available_plugins else ''
    took = []
    for _ in range(${REPEATS} + 1):
        start = time.process_time()
        decoder.as_array(ds, index=0, decoding_plugin=plugin)
        took.append(1000 * (time.process_time() - start))
    print(min(took[1:]), flush=True)
`;

const rows = [];
for (const name of readdirSync(folder).sort()) {
  const path = join(folder, name);
  const bytes = readFileSync(path);
  const { read } = await logicalFile(async (at, length) => bytes.subarray(at, at + length));
  const { header } = await headerOf(read).catch(() => ({ header: null }));
  if (header === null || header.pixelLength !== null) continue;
  if (header.pixels.rows * header.pixels.columns < LEAST_PIXELS) continue;
  const found = await new PixelReader(read, header).frame(1);
  if (!('encoded' in found)) continue;
  const took = [];
  let failed = false;
  for (let i = 0; i <= REPEATS; i++) {
    const start = process.cpuUsage();
    failed ||= 'message' in (await decodeFrame(found.encoded));
    const { user, system } = process.cpuUsage(start);
    if (i > 0) took.push((user + system) / 1000);
  }
  const { stdout } = spawnSync(python, ['-c', PEER], { input: `${path}\n`, encoding: 'utf8' });
  const theirs = Number.parseFloat(stdout);
  if (failed || Number.isNaN(theirs)) continue;
  const ours = Math.min(...took);
  const syntax = header.transferSyntax.split('.').slice(-2).join('.');
  rows.push({ name, syntax, ours, theirs, times: theirs / ours });
  const ms = (value) => `${value.toFixed(1)} ms`.padStart(9);
  console.log(`${syntax.padEnd(6)} ${ms(ours)} ${ms(theirs)}  ${(theirs / ours).toFixed(2)}x  ${name}`);
}
for (const syntax of new Set(rows.map((row) => row.syntax))) {
  const times = rows.filter((row) => row.syntax === syntax).map((row) => row.times);
  console.log(`${syntax}: ${median(times).toFixed(2)} times pydicom's speed, the median of ${times.length} files`);
}
