import { join } from 'node:path';
import { resolveRecipe } from '../registry/resolve/resolve.ts';
import { findWorkspace } from '../registry/resolve/workspace.ts';
import { marks } from '../runtime/evaluate/summary-table.ts';
import { findRun, listRuns, type RunRecord } from '../runtime/runs/run-folder.ts';
import { type RunTraits, readTraits, traitsText } from '../runtime/runs/run-traits.ts';
import { takenText } from '../runtime/runs/taken-run.ts';
import { formatBytes } from '../runtime/store/disk.ts';
import { readManifest, Store } from '../runtime/store/store.ts';
import { noticesText } from './notices.ts';
import { shown, storeRoot } from './paths.ts';
import { duration } from './progress.ts';
import { openRegistry } from './registry.ts';
import { shippedRecipe } from './shipped.ts';
import { metricsText } from './summary.ts';
import { table } from './table.ts';

/** `ichor runs list` */
export async function listCommand(options: { store?: string }): Promise<number> {
  const runs = await listRuns(storeRoot(options.store, findWorkspace(process.cwd())));
  if (runs.length === 0) {
    process.stdout.write('No recipe has run in this store yet.\n');
    return 0;
  }
  const rows: string[][] = [];
  for (const { folder, record } of runs) rows.push(rowOf(record, await readTraits(folder)));
  const columns = ['run', 'state', 'started (UTC)', 'engine', 'seed', 'profile', 'recipe', ''];
  process.stdout.write(`${table([columns, ...rows], { right: [4] })}\n`);
  return 0;
}

/** Rows of one recipe differ in their seed, profile and hash; what was set or swept stands at the end. */
function rowOf(record: RunRecord, { seed, dataSeed, profile, set }: RunTraits): string[] {
  const { ensemble, predictsWith } = record;
  const about = [
    ...marks(record),
    ...(ensemble ? [`mean of ${ensemble.runs.map(({ run }) => run).join(', ')}`] : []),
    ...(predictsWith === null ? [] : [`with the networks of ${predictsWith}`]),
    ...(ensemble ? [] : [...(dataSeed ? [`data.seed=${dataSeed}`] : []), ...set]),
  ].join(' · ');
  return [
    record.name,
    record.status,
    record.started.slice(0, 19).replace('T', ' '),
    record.engine === null ? '' : `${record.engine.kind}, ${record.engine.version}`,
    // An ensemble's members have seeds and profiles of their own.
    ensemble || seed === null ? '' : String(seed),
    ensemble ? '' : profile.join(' + '),
    record.recipeHash.slice(0, 8),
    about.length > LONGEST ? `${about.slice(0, LONGEST - 1)}…` : about,
  ];
}

const LONGEST = 160;

/** What made it: engine, versions, components, data and the workspace's commit. */
function provenanceText({ engine, versions, components, data, git, ensemble }: RunRecord): string {
  const named = Object.entries(components).map(([name, version]) => `${name} ${version}`);
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const files = data.files === null ? 'generated' : `${data.files.toLocaleString('en-GB')} files`;
  const commit = `${git?.commit?.slice(0, 12) ?? 'no commit'}${git?.dirty ? ' and uncommitted changes' : ''}`;
  return [
    ...(ensemble ? [`mean of the ${ensemble.mean} of ${ensemble.runs.map(({ run }) => run).join(', ')}`] : []),
    `engine ${engine === null ? 'none' : `${engine.kind}, ${engine.version}`}`,
    `data ${data.fingerprint.slice(0, 12)} (${files})`,
    `git ${git === null ? 'none' : commit}`,
    `components ${named.join(', ')}`,
    `versions ${packages.join(', ')}`,
  ].join('\n');
}

/** `ichor runs show RUN` */
export async function showCommand(name: string, options: { store?: string }): Promise<number> {
  const root = storeRoot(options.store, findWorkspace(process.cwd()));
  const store = new Store(root);
  const found = await findRun(root, name);
  const { folder, record } = found;
  const taken = await takenText(name, found);
  if (taken !== null) process.stdout.write(`${taken}\n\n`);
  process.stdout.write(
    `${[record.name, ...marks(record)].join(' · ')}  ${record.status}${record.error ? `: ${record.error}` : ''}\n`,
  );
  process.stdout.write(
    `recipe ${record.recipe} (${record.recipeHash.slice(0, 12)})  started ${record.started}  finished ${record.finished ?? '-'}\n`,
  );
  if (!record.ensemble) process.stdout.write(`${traitsText(await readTraits(folder))}\n`);
  process.stdout.write(`folder ${shown(folder)}\n${provenanceText(record)}\n\n`);
  const rows = [['stage', 'key', 'time', 'peak memory', 'size']];
  for (const [id, { stage, key }] of Object.entries(record.artifacts)) {
    const manifest = await readManifest(store.folder(stage, key));
    const size = Object.values(manifest?.files ?? {}).reduce((sum, file) => sum + file.bytes, 0);
    rows.push([
      id,
      key.slice(0, 12),
      manifest === null ? 'removed' : duration(manifest.seconds),
      manifest === null ? '' : formatBytes(manifest.peakBytes),
      manifest === null ? '' : formatBytes(size),
    ]);
  }
  process.stdout.write(`${table(rows, { right: [2, 3, 4] })}\n`);
  const evaluate = record.artifacts.evaluate;
  const { recipe, registry } = await resolveRecipe(join(folder, 'recipe.resolved.yaml'), {
    registry: openRegistry(),
    set: [],
    smoke: false,
    cwd: process.cwd(),
  });
  if (evaluate !== undefined && recipe !== null) {
    // An ensemble is no row of the paper's, whatever it is called.
    const shipped = record.ensemble ? null : await shippedRecipe(record.recipe, registry);
    const text = await metricsText(store.folder(evaluate.stage, evaluate.key), recipe, shipped, registry);
    if (text !== null) process.stdout.write(`\n${text}\n`);
  }
  const notices = noticesText(record.notices ?? [], record.name);
  if (notices !== null) process.stdout.write(`\n${notices}\n`);
  return 0;
}
