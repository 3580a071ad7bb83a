import { dirname, join } from 'node:path';
import { parseDocument, stringify } from 'yaml';
import { IchorError } from '../../errors.ts';
import { mkdir, readFile, rename, rm, writeFile } from '../../files/fs.ts';
import { isSystemError, systemCode, systemReason } from '../../files/system-error.ts';
import { createWhole } from '../../files/write.ts';
import { MOST_ZIP_BYTES, type ZipWritten, zipBytes } from '../../files/zip-write.ts';
import { readNetwork } from '../artifacts/weights.ts';
import { calibrationIn } from '../export/calibration-in.ts';
import { exportFacts } from '../export/facts.ts';
import { modelCard } from '../export/model-card.ts';
import type { TrainedRun } from '../export/open-trained.ts';
import { assertRoomFor } from '../export/target.ts';
import { withoutPlaces } from '../export/without-places.ts';
import { RUN_RECIPE, recipeFileHash } from '../runs/run-recipe.ts';
import { assertSound, filesOf } from '../store/sound.ts';
import { isBeforeEndToEnd } from '../train/crossfit.ts';
import { CARD, MANIFEST, networkFile, PACK, type PackFacts, RECIPE, RECORD } from './pack-form.ts';

const MODE = 0o644;

export interface PackOptions {
  /** Absolute: the file that is made. */
  target: string;
  /** A file there is replaced. */
  replace: boolean;
  signal: AbortSignal;
}

export interface Packed {
  file: string;
  bytes: number;
  facts: PackFacts;
}

/**
 * One file of a run: its networks, its resolved recipe and a card; what `ichor predict` takes in the place of a run's name,
 * on any machine. No data, no folder and no name of a machine is in it.
 *
 * @throws IchorError `export-exists`, `pack-local-plugin`, `export-too-large`, `file-not-writable` (exit 2), `disk-full`.
 */
export async function packRun(run: TrainedRun, { target, replace, signal }: PackOptions): Promise<Packed> {
  const { record, recipe, registry, networks, evaluated } = run;
  const members: ZipWritten[] = [];
  const add = (name: string, data: Uint8Array | string) => members.push({ name, data: Buffer.from(data as string) });
  const text = await readFile(join(run.folder, RUN_RECIPE), 'utf8');
  refuseLocalPlugins(record.name, text);
  const listed = [...networks].map(([id, { stage, key }]) => ({ id, stage, key }));
  const summaries = new Map<string, Awaited<ReturnType<typeof readNetwork>>>();
  const files: ZipWritten[] = [];
  let bytes = 0;
  for (const [place, [id, artifact]] of [...networks].entries()) {
    signal.throwIfAborted();
    await assertSound(artifact, signal);
    if (artifact.stage !== 'calibration') summaries.set(id, await readNetwork(artifact.folder));
    for (const name of [...Object.keys(await filesOf(artifact.folder)), MANIFEST]) {
      const data = await readFile(join(artifact.folder, name));
      bytes += data.length;
      files.push({ name: networkFile(place, name), data });
    }
  }
  if (bytes > MOST_ZIP_BYTES * 0.99)
    throw new IchorError(
      'export-too-large',
      `The networks of ${record.name} are ${(bytes / 1e9).toFixed(1)} GB, and one packed file holds 4 GB.`,
      'Copy the store instead: .ichor with the run and its artifacts.',
      2,
    );
  const inOrder = new Map([...summaries].sort(([a], [b]) => Number(a === 'sequence') - Number(b === 'sequence')));
  const facts = await exportFacts({
    part: 'whole',
    record,
    recipe,
    registry,
    networks: inOrder,
    evaluated,
    calibration: await calibrationIn(run, 'whole'),
  });
  const pack: PackFacts = {
    format: 1,
    run: record.name,
    ichor: facts.ichor,
    marks: facts.marks,
    networks: listed,
  };
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  add(PACK, json(pack));
  add(CARD, modelCard(facts, null, packName(record.name)));
  const resolved = stringify(withoutPlaces(parseDocument(text).toJS()));
  add(RECORD, json({ ...handedOn(record), recipeFileHash: recipeFileHash(resolved) }));
  add(RECIPE, resolved);
  members.push(...files);
  const zip = zipBytes(members);
  signal.throwIfAborted();
  await put(target, zip, replace);
  return { file: target, bytes: zip.length, facts: pack };
}

/** What a packed run is called where nothing else is said. */
export const packName = (run: string): string => `${run}.ichor.zip`;

/** The record without what is of this machine alone, and without references that lead nowhere elsewhere. */
function handedOn(record: TrainedRun['record']): object {
  const { process: _, machines: __, git: ___, notices: ____, ...shown } = record;
  const handed = ['backbone', 'sequence', 'calibration'];
  const own = Object.entries(record.artifacts).filter(
    ([id, { stage }]) => handed.includes(stage) && !isBeforeEndToEnd(id),
  );
  return { ...shown, artifacts: Object.fromEntries(own) };
}

/** A file of code is not sent along: whoever predicts with a packed run would run it without having looked at it. */
function refuseLocalPlugins(run: string, text: string): void {
  const plugins: unknown = parseDocument(text).toJS()?.plugins;
  const local = (Array.isArray(plugins) ? plugins : []).filter(
    (name) => typeof name === 'string' && /^[./]/.test(name),
  );
  if (local.length === 0) return;
  throw new IchorError(
    'pack-local-plugin',
    `The recipe of ${run} has components from a file of this machine: ${local.join(', ')}.`,
    'Make a package of it (`ichor new plugin`) and run the recipe with that; whoever gets the packed run installs it too.',
    2,
  );
}

async function put(target: string, zip: Buffer, replace: boolean): Promise<void> {
  try {
    await mkdir(dirname(target), { recursive: true });
    await assertRoomFor(dirname(target), zip.length, target);
    if (!replace) {
      if (await createWhole(target, zip, MODE)) return;
      throw new IchorError(
        'export-exists',
        `There is a file ${target} already.`,
        'Name another one with --out, or replace it with --force.',
        2,
      );
    }
    const aside = `${target}.${process.pid}.part`;
    try {
      await writeFile(aside, zip);
      await rename(aside, target);
    } catch (error) {
      await rm(aside, { force: true });
      throw error;
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (['ENOSPC', 'EDQUOT'].includes(systemCode(error) ?? ''))
      throw new IchorError(
        'disk-full',
        `The disk of ${dirname(target)} filled up while the run was packed: nothing of it was left there.`,
        'Free some room, or name a file on another disk with --out.',
        1,
        { cause: error },
      );
    throw new IchorError(
      'file-not-writable',
      `${target} cannot be written: ${systemReason(error)}.`,
      'Name a file in a folder that you may write to: --out FILE.',
      2,
      { cause: error },
    );
  }
}
