import { join } from 'node:path';
import { existsSync, rename, rm, type Stats, stat } from '../../files/fs.ts';
import { systemCode } from '../../files/system-error.ts';
import { asideOf, putCopy } from '../../files/write.ts';
import { FLAGGED, namesPaths, writeFlaggedPaths } from '../artifacts/flagged.ts';
import { predictionsId } from '../artifacts/predictions.ts';
import type { Emit } from '../events.ts';
import type { Artifact } from '../store/artifact.ts';
import { assertSum, fileSum, type ManifestFile } from '../store/file-sum.ts';
import { filesOf } from '../store/sound.ts';

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
  { paths = false }: ShowOptions = {},
): Promise<void> {
  for (const shown of await shownFiles(artifacts))
    if (shown.name !== FLAGGED || !paths) await show(runFolder, shown);
    else await writeFlaggedPaths(join(runFolder, FLAGGED), flaggedFrom(shown, artifacts));
}

export interface ShowOptions {
  /** Whether `flagged.csv` names the files of its slices. */
  paths?: boolean;
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
  { paths = false }: ShowOptions = {},
): Promise<void> {
  for (const shown of await shownFiles(artifacts)) {
    const file = join(runFolder, shown.name);
    // Paths that were asked for once stay.
    if (shown.name === FLAGGED && (paths || (await namesPaths(runFolder)))) {
      await restoreFlagged(file, shown, artifacts, emit);
      continue;
    }
    const original = join(shown.folder, shown.name);
    const there = await statIfThere(file);
    const state = await stateOf(file, there, original, shown.written);
    if (state === 'as it was') continue;
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

/** The table with paths is the run's own: what it has to be is made anew and compared. */
async function restoreFlagged(
  file: string,
  shown: Shown,
  artifacts: ReadonlyMap<string, Artifact>,
  emit: Emit,
): Promise<void> {
  const original = join(shown.folder, FLAGGED);
  await assertSum(original, shown.written, shown.folder);
  const wanted = asideOf(file);
  await writeFlaggedPaths(wanted, flaggedFrom(shown, artifacts));
  try {
    const there = await statIfThere(file);
    const isFile = there?.isFile() ?? false;
    if (isFile && (await fileSum(file)) === (await fileSum(wanted))) return;
    const state = await stateOf(file, there, original, shown.written);
    const aside = state === 'changed' ? await moveAside(file) : null;
    await rename(wanted, file);
    // Without paths it was as it was to be until now.
    if (state !== 'as it was' && state !== 'linked') tellRestored(emit, file, state, aside);
  } finally {
    await rm(wanted, { force: true });
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
