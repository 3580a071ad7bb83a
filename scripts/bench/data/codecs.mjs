// How long a frame takes to decode, against pydicom with pylibjpeg: both decode each file in turn, on one thread, many times.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../script.mjs';
import { median, verdict } from '../engine/statistics.mjs';
import { number } from '../engine/table.mjs';
import { peer } from './measured.mjs';
import { sharedCorpus } from './shared.mjs';

const REPEATS = 30;
/** Smaller pictures say how long calls take. */
const LEAST_PIXELS = 200_000;

const built = (path) => import(pathToFileURL(join(ROOT, 'dist', 'src', 'runtime', 'dicom', path)).href);

export async function timeCodecs({ rows }, { peers, say }) {
  const folder = sharedCorpus();
  if (folder === null) return { rows: [{ what: rows.rle.what, note: 'the corpus is not there (ICHOR_SHARED)' }] };
  const all = Object.values(rows).flatMap(({ syntaxes }) => syntaxes);
  const files = await encodedFiles(folder, all);
  const timed = [];
  let versions = {};
  for (const { name, syntax, encoded } of files) {
    const ours = await least(encoded);
    let theirs = null;
    if (peers.python) {
      // What pydicom cannot decode is compared with nothing.
      const said = await peer(peers.python, ['decode', join(folder, name), String(REPEATS)]).catch(() => null);
      if (said === null || ours === null) continue;
      theirs = Math.min(...said.times);
      versions = said.versions;
    }
    if (ours === null) continue;
    timed.push({ name, syntax, ours, theirs });
    say(`${syntax} ${number(ours)} ms${theirs === null ? '' : `, peer ${number(theirs)} ms`}  ${name}`);
  }
  return { rows: Object.values(rows).map((row) => rowOf(row, timed, peers)), versions, raw: timed };
}

/** The median over the files of a syntax. */
export function rowOf({ what, syntaxes, bar }, timed, peers) {
  const own = timed.filter(({ syntax }) => syntaxes.includes(syntax));
  if (own.length === 0) return { what, bar, note: 'no file of the corpus has it' };
  const text = (values) => `${number(median(values))} ms (${own.length} ${own.length === 1 ? 'file' : 'files'})`;
  const ours = text(own.map((one) => one.ours));
  if (own.some(({ theirs }) => theirs === null)) return { what, ours, bar, note: peers.absent ?? '' };
  const figure = median(own.map((one) => one.theirs / one.ours));
  return { what, ours, peer: text(own.map(({ theirs }) => theirs)), figure, bar, verdict: verdict(figure, bar) };
}

async function encodedFiles(folder, syntaxes) {
  const [{ logicalFile }, { PixelReader }, { headerOf }] = await Promise.all([
    built('logical-file.js'),
    built('pixels/slice-pixels.js'),
    built('read-header.js'),
  ]);
  const found = [];
  for (const name of (await readdir(folder)).sort()) {
    const bytes = await readFile(join(folder, name)).catch(() => null);
    if (bytes === null) continue;
    const { read } = await logicalFile(async (at, length) => bytes.subarray(at, at + length));
    const { header } = await headerOf(read);
    if (header === null || !syntaxes.includes(header.transferSyntax)) continue;
    if (header.pixels.rows * header.pixels.columns < LEAST_PIXELS) continue;
    const frame = await new PixelReader(read, header).frame(1);
    if ('encoded' in frame) found.push({ name, syntax: header.transferSyntax, encoded: frame.encoded });
  }
  return found;
}

/** Least processor time in milliseconds; null where it cannot be decoded. */
async function least(encoded) {
  const { decodeFrame } = await built('pixels/decode-frame.js');
  const took = [];
  for (let i = 0; i <= REPEATS; i++) {
    const start = process.cpuUsage();
    if ('message' in (await decodeFrame(encoded))) return null;
    const { user, system } = process.cpuUsage(start);
    if (i > 0) took.push((user + system) / 1000);
  }
  return Math.min(...took);
}
