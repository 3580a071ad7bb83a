import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import dicomParser from 'dicom-parser';
import { afterAll } from 'vitest';
import { phantom } from '../../../../plugins/sources/phantom/index.ts';
import type { PhantomParams } from '../../../../plugins/sources/phantom/params.ts';

/** Small and quick; what a test is about, it sets itself. */
export const small: PhantomParams = {
  studies: 3,
  testStudies: 1,
  minimumSlices: 20,
  maximumSlices: 22,
  positives: 0.5,
  size: 96,
  noise: 3.5,
  tilt: 0.5,
  repeatPatients: 0.13,
  twelveBit: 0.5,
  singleSliceMimics: 1,
  mimicKinds: ['calcification', 'beam-hardening', 'partial-volume'],
  bloodAtSkull: true,
  thickenedSkulls: 0.3,
  beyondBrainWindow: true,
  extent: true,
  context: 1,
  massEffect: true,
  labels: 'own',
};

const made: string[] = [];
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ichor-phantom-'));
  made.push(folder);
  return folder;
}

export async function make(params: Partial<PhantomParams> = {}, seed = 5): Promise<string> {
  const folder = await temporaryFolder();
  await phantom.generate?.(
    { ...small, ...params },
    { folder, seed, signal: new AbortController().signal, progress: async () => {} },
  );
  return folder;
}

export interface ReadSlice {
  id: string;
  patient: string;
  series: string;
  position: number[];
  orientation: number[];
  spacing: number;
  size: number;
  bits: number;
  signed: boolean;
  transferSyntax: string;
  windowCentre: string;
  windowWidth: string;
  elements: string[];
  fileUid: string;
  stored: Int16Array | Uint16Array;
  hu: Float64Array;
}

/** Reads a slice with dicom-parser: another reader than the writer. */
export function read(bytes: Buffer): ReadSlice {
  const set = dicomParser.parseDicom(bytes);
  const numbers = (tag: string) => (set.string(tag) ?? '').split('\\').map(Number);
  const pixels = set.elements.x7fe00010;
  if (!pixels) throw new Error('no pixels');
  const raw = Uint8Array.from(bytes.subarray(pixels.dataOffset, pixels.dataOffset + pixels.length));
  const signed = set.uint16('x00280103') === 1;
  const stored = signed ? new Int16Array(raw.buffer) : new Uint16Array(raw.buffer);
  const intercept = Number(set.string('x00281052'));
  return {
    id: set.string('x00080018') ?? '',
    patient: set.string('x00100020') ?? '',
    series: set.string('x0020000e') ?? '',
    position: numbers('x00200032'),
    orientation: numbers('x00200037'),
    spacing: numbers('x00280030')[0] ?? 0,
    size: set.uint16('x00280010') ?? 0,
    bits: set.uint16('x00280101') ?? 0,
    signed,
    transferSyntax: set.string('x00020010') ?? '',
    windowCentre: set.string('x00281050') ?? '',
    windowWidth: set.string('x00281051') ?? '',
    elements: Object.keys(set.elements).filter((tag) => !tag.startsWith('x0002')),
    fileUid: set.string('x00020003') ?? '',
    stored,
    hu: Float64Array.from(stored, (value) => value + intercept),
  };
}

export const at = (slice: ReadSlice, column: number, row: number): number => slice.hu[row * slice.size + column] ?? NaN;

export async function readAll(folder: string, set: 'train' | 'test' = 'train'): Promise<ReadSlice[]> {
  const images = join(folder, `stage_2_${set}`);
  const names = (await readdir(images)).sort();
  return Promise.all(names.map(async (name) => read(await readFile(join(images, name)))));
}

/** Series by name, slices by position along the normal (row x column). */
export function bySeries(slices: readonly ReadSlice[]): Map<string, ReadSlice[]> {
  const series = new Map<string, ReadSlice[]>();
  for (const slice of slices) series.set(slice.series, [...(series.get(slice.series) ?? []), slice]);
  for (const of of series.values()) of.sort((a, b) => alongNormal(a) - alongNormal(b));
  return series;
}

export function alongNormal({ position, orientation }: ReadSlice): number {
  const [a, b, c, d, e, f] = orientation as [number, number, number, number, number, number];
  const [x, y, z] = position as [number, number, number];
  return x * (b * f - c * e) + y * (c * d - a * f) + z * (a * e - b * d);
}

/** Label rows by slice id. */
export async function readLabels(folder: string): Promise<Map<string, Record<string, number>>> {
  const labels = new Map<string, Record<string, number>>();
  for (const line of (await readFile(join(folder, 'stage_2_train.csv'), 'utf8')).trimEnd().split('\n').slice(1)) {
    const [id, value] = line.split(',') as [string, string];
    const cut = id.lastIndexOf('_');
    labels.set(id.slice(0, cut), { ...labels.get(id.slice(0, cut)), [id.slice(cut + 1)]: Number(value) });
  }
  return labels;
}

/** One hash over every file's path and bytes, but of those with these names. */
export async function hashFolder(folder: string, without: readonly string[] = []): Promise<string> {
  const hash = createHash('sha256');
  for (const path of (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !without.includes(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()) {
    hash.update(path.slice(folder.length).replaceAll('\\', '/'));
    hash.update(await readFile(path));
  }
  return hash.digest('hex');
}
