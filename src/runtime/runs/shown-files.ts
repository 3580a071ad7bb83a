import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { existsSync, rename, rm, type Stats, stat } from '../../files/fs.ts';
import { systemCode } from '../../files/system-error.ts';
import { asideOf, putCopy } from '../../files/write.ts';
import { FLAGGED, namesPaths, writeFlaggedPaths } from '../artifacts/flagged.ts';
import { predictionsId } from '../artifacts/predictions.ts';
import { readSlices } from '../artifacts/slices.ts';
import type { Emit } from '../events.ts';
import type { Artifact } from '../store/artifact.ts';
import { assertSum, fileSum, type ManifestFile } from '../store/file-sum.ts';
import { filesOf } from '../store/sound.ts';
import { type SeenDoubts, writeSeen, writeWithoutSeen } from './seen-doubts.ts';

interface Shown {
  name: string;
  /** The artifact's. */
  folder: string;
  written: ManifestFile;
}

/** What a user looks for first stands in the run's folder itself. */
async function shownFiles(artifacts: ReadonlyMap<string, Artifact>): Promise<Shown[]> {
  const model = artifacts.has('predict:sequence') ? 'sequence' : 'backbone';
  const predict = predictionsId(model, (id) => artifacts.has(id));
  const names: readonly (readonly [id: string, name: string])[] = [
    ['report', 'report.html'],
    ['evaluate', 'metrics.json'],
    ['evaluate', 'patients.csv'],
    ['evaluate', 'submission.csv'],
    ['evaluate', FLAGGED],
    [predict, 'predictions.csv'],
  ];
  const shown: Shown[] = [];
  for (const [id, name] of names) {
    const folder = artifacts.get(id)?.folder;
    const written = folder === undefined ? undefined : (await filesOf(folder))[name];
    if (folder !== undefined && written !== undefined) shown.push({ name, folder, written });
  }
  return shown;
}

/** Copies them there: a program that writes into one of them in place must not write into the artifact that other runs share. */
export async function showFiles(
  runFolder: string,
  artifacts: ReadonlyMap<string, Artifact>,
  options: ShowOptions = {},
): Promise<void> {
  const how = await howOf(artifacts, options);
  for (const shown of await shownFiles(artifacts))
    if (isOwn(shown, how)) await writeOwn(join(runFolder, shown.name), shown, artifacts, how);
    else await show(runFolder, shown);
}

export interface ShowOptions {
  /** Whether `flagged.csv` names the files of its slices. */
  paths?: boolean;
  /** Of a prediction: what its networks learned from. Stands in no artifact, and in the column `doubtful` of the run's tables. */
  doubts?: SeenDoubts;
}

/** Tables with a column `doubtful`. */
const DOUBTFUL: readonly string[] = ['predictions.csv', 'patients.csv', FLAGGED];

interface How extends Required<ShowOptions> {
  seriesOf: ReadonlyMap<string, string>;
}

async function howOf(
  artifacts: ReadonlyMap<string, Artifact>,
  { paths = false, doubts = new Map() }: ShowOptions,
): Promise<How> {
  const index = artifacts.get('index');
  const rows = doubts.size === 0 || index === undefined ? [] : await readSlices(index.folder);
  return { paths, doubts, seriesOf: new Map(rows.map(({ slice, series }) => [slice, series])) };
}

/** Whether a table of the run is to say more than that of the artifact. */
const isOwn = ({ name }: Shown, { paths, doubts }: How): boolean =>
  (name === FLAGGED && paths) || (DOUBTFUL.includes(name) && doubts.size > 0);

async function writeOwn(
  file: string,
  shown: Shown,
  artifacts: ReadonlyMap<string, Artifact>,
  { paths, doubts, seriesOf }: How,
): Promise<void> {
  const original = join(shown.folder, shown.name);
  await assertSum(original, shown.written, shown.folder);
  const withPaths = shown.name === FLAGGED && paths;
  if (withPaths) await writeFlaggedPaths(file, flaggedFrom(shown, artifacts));
  if (doubts.size > 0) await writeSeen(withPaths ? file : original, file, doubts, seriesOf);
}

const flaggedFrom = ({ folder }: Shown, artifacts: ReadonlyMap<string, Artifact>) => ({
  evaluate: folder,
  index: artifacts.get('index')?.folder ?? '',
});

async function show(runFolder: string, { name, folder, written }: Shown): Promise<void> {
  await assertSum(join(folder, name), written, folder);
  await putCopy(join(folder, name), join(runFolder, name));
}

/**
 * A run that stands for another one shows what it showed: what is missing in its folder, or is another than what was put
 * there, is copied again and said. What somebody wrote into it is kept beside it. Throws IchorError `artifact-damaged`.
 */
export async function restoreFiles(
  runFolder: string,
  artifacts: ReadonlyMap<string, Artifact>,
  emit: Emit,
  options: ShowOptions = {},
): Promise<void> {
  const how = await howOf(artifacts, options);
  for (const shown of await shownFiles(artifacts)) {
    const file = join(runFolder, shown.name);
    // Paths that were asked for once stay.
    const own = { ...how, paths: how.paths || (shown.name === FLAGGED && (await namesPaths(runFolder))) };
    if (isOwn(shown, own)) {
      await restoreOwn(file, shown, artifacts, own, emit);
      continue;
    }
    const original = join(shown.folder, shown.name);
    const there = await statIfThere(file);
    const state = await stateOf(file, there, original, shown.written);
    if (state === 'as it was') continue;
    if (state === 'changed' && (await sumWithoutSeen(file, shown)) === shown.written.sha256) continue;
    // First: of an artifact that is damaged the run's file may be the only good one, or the only trace.
    await assertSum(original, shown.written, shown.folder);
    const aside = state === 'changed' ? await moveAside(file) : null;
    if (state === 'empty') await rm(file);
    await putCopy(original, file);
    if (state === 'linked') continue;
    tellRestored(emit, file, state, aside);
  }
}

function tellRestored(emit: Emit, file: string, state: 'missing' | 'empty' | 'changed', aside: string | null): void {
  const was = { missing: 'was missing', empty: 'was empty', changed: 'was not what the run made' }[state];
  emit({
    type: 'note',
    level: 'warning',
    code: 'run-file-restored',
    message: `${file} ${was}: it was copied from the store again.${aside === null ? '' : ` What stood there is ${aside} now.`}`,
  });
}

/** A table that says more than the artifact's is the run's own: what it has to be is made anew and compared. */
async function restoreOwn(
  file: string,
  shown: Shown,
  artifacts: ReadonlyMap<string, Artifact>,
  how: How,
  emit: Emit,
): Promise<void> {
  const original = join(shown.folder, shown.name);
  const wanted = asideOf(file);
  await writeOwn(wanted, shown, artifacts, how);
  try {
    const there = await statIfThere(file);
    const isFile = there?.isFile() ?? false;
    const sum = await fileSum(wanted);
    if (isFile && (await fileSum(file)) === sum) return;
    const plain = isFile ? await sumWithoutSeen(file, shown) : null;
    // The trained run may be gone since: what was known of it stays.
    if (how.doubts.size === 0 && plain === sum) return;
    const known = plain !== null && [shown.written.sha256, await sumWithoutSeen(wanted, shown)].includes(plain);
    const state = known ? 'as it was' : await stateOf(file, there, original, shown.written);
    const aside = state === 'changed' ? await moveAside(file) : null;
    await rename(wanted, file);
    // Without paths, or what was seen in training, it was as it was to be until now.
    if (state !== 'as it was' && state !== 'linked') tellRestored(emit, file, state, aside);
  } finally {
    await rm(wanted, { force: true });
  }
}

/** The sum of a table as it is without what was seen in training; null where it has no such column, or is no table any more. */
async function sumWithoutSeen(file: string, { name }: Shown): Promise<string | null> {
  if (!DOUBTFUL.includes(name) || !(await stat(file)).isFile()) return null;
  const without = asideOf(file);
  try {
    await writeWithoutSeen(file, without);
    return await fileSum(without);
  } catch (error) {
    if (error instanceof IchorError) return null;
    throw error;
  } finally {
    await rm(without, { force: true });
    await rm(`${without}.tmp`, { force: true });
  }
}

type State = 'as it was' | 'missing' | 'empty' | 'changed' | 'linked';

/** `linked`: as it was, and one with the artifact's file, as runs of before 0.2 had it. */
async function stateOf(file: string, there: Stats | null, original: string, written: ManifestFile): Promise<State> {
  if (there === null) return 'missing';
  if (!there.isFile()) return 'changed';
  if (there.size === 0 && written.bytes > 0) return 'empty';
  if (there.size !== written.bytes) return 'changed';
  const source = await statIfThere(original);
  const linked = source?.ino === there.ino && source.dev === there.dev;
  // Whoever writes to a copy leaves another time on it; what is read is only what somebody touched.
  if (!linked && source !== null && Math.abs(source.mtimeMs - there.mtimeMs) < 1) return 'as it was';
  if ((await fileSum(file)) !== written.sha256) return 'changed';
  return linked ? 'linked' : 'as it was';
}

async function statIfThere(file: string): Promise<Stats | null> {
  try {
    return await stat(file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** `predictions.csv.edited`, `predictions.csv.edited-2`, …: nothing that somebody wrote is lost. */
export async function moveAside(file: string): Promise<string> {
  for (let n = 1; ; n++) {
    const aside = `${file}.edited${n === 1 ? '' : `-${n}`}`;
    if (existsSync(aside)) continue;
    await rename(file, aside);
    return aside;
  }
}
