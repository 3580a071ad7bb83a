import { IchorError } from '../errors.ts';
import { existsSync } from '../files/fs.ts';
import { openRun } from '../library/index.ts';
import { findWorkspace } from '../registry/resolve/workspace.ts';
import { belongingText } from '../runtime/runs/belonging.ts';
import { dataText } from '../runtime/runs/data-text.ts';
import { findRun } from '../runtime/runs/find-run.ts';
import { removeRuns } from '../runtime/runs/remove-runs.ts';
import { listRuns, type RunRecord } from '../runtime/runs/run-folder.ts';
import { type RunLine, runContext, runLine, runWhole } from '../runtime/runs/run-json.ts';
import { readTraits, traitsText } from '../runtime/runs/run-traits.ts';
import { removeTag, tagRun } from '../runtime/runs/tags.ts';
import { takenText } from '../runtime/runs/taken-run.ts';
import { formatBytes } from '../runtime/store/disk.ts';
import { type MadeOn, machineNotes, madeOnParts } from '../runtime/store/machines.ts';
import { madeOnText } from '../runtime/store/made-on.ts';
import { lookAtManifest, Store } from '../runtime/store/store.ts';
import { budgetText } from '../runtime/train/budget.ts';
import { trainedOnText } from '../runtime/train/network-marks.ts';
import { asCalled } from './called.ts';
import { warn } from './end.ts';
import { jsonError, printJson } from './json.ts';
import { noticesText } from './notices.ts';
import { paint } from './paint.ts';
import { shown, storeRoot } from './paths.ts';
import { duration } from './progress.ts';
import { metricsText } from './summary.ts';
import { table } from './table.ts';

export interface RunsOptions {
  store?: string;
  json?: boolean;
}

/** `ichor runs list` */
export async function listCommand(options: RunsOptions): Promise<number> {
  const root = storeRoot(options.store, findWorkspace(process.cwd()));
  const damaged: IchorError[] = [];
  const runs = await listRuns(root, (_, error) => damaged.push(error));
  const context = await runContext(root);
  for (const { message } of context.unreadable) process.stderr.write(`${paint.yellow('warning')} ${message}\n`);
  const lines: RunLine[] = [];
  for (const { folder, record } of runs) lines.push(runLine(folder, record, await readTraits(folder), context));
  if (options.json) {
    for (const error of damaged) warn(error);
    return printJson({ store: root, runs: lines, unreadable: damaged.map(jsonError) });
  }
  if (runs.length === 0 && damaged.length === 0) {
    const isNowhere = options.store !== undefined && !existsSync(root);
    process.stdout.write(
      `${isNowhere ? `There is no folder ${shown(root)}: no` : 'No'} recipe has run in this store yet.\n`,
    );
    return 0;
  }
  const rows = runs.map(({ record }, i) => rowOf(record, lines[i] as RunLine));
  const columns = ['run', 'state', 'started (UTC)', 'engine', 'seed', 'profile', 'recipe', 'data', ''];
  if (rows.length > 0) process.stdout.write(`${table([columns, ...rows], { right: [4] })}\n`);
  for (const error of damaged) warn(error);
  return 0;
}

/** Rows of one recipe differ in their seed, profile, hash and data; what was set or swept stands at the end. */
function rowOf(record: RunRecord, line: RunLine): string[] {
  const { ensemble, predictsWith, seed, dataSeed, profile, set, data } = line;
  const about = [
    ...line.marks,
    ...line.tags.map((tag) => `tag ${tag}`),
    ...(line.state === 'partial' ? [`--until ${line.until}`] : []),
    ...(ensemble ? [`mean of ${ensemble.runs.join(', ')}`] : []),
    ...(predictsWith === null ? [] : [`with the networks of ${predictsWith}`]),
    ...line.belongsTo.map(belongingText),
    ...(data.rootSet ? ['folder set'] : []),
    ...(ensemble ? [] : [...(dataSeed ? [`data.seed=${dataSeed}`] : []), ...set]),
  ].join(' · ');
  return [
    line.run,
    line.state,
    line.started.slice(0, 19).replace('T', ' '),
    line.engine === null ? '' : `${line.engine.kind}, ${line.engine.version}`,
    // An ensemble's members have seeds and profiles of their own.
    ensemble || seed === null ? '' : String(seed),
    ensemble ? '' : profile.join(' + '),
    line.recipeHash.slice(0, 8),
    dataText(record),
    about.length > LONGEST ? `${about.slice(0, LONGEST - 1)}…` : about,
  ];
}

const LONGEST = 160;

/** `labels.csv (28f3…, 170 labels)` */
const judgedByText = ({ file, hash, rows }: NonNullable<RunRecord['judgedBy']>): string =>
  `${file ?? 'a table'} (${hash.slice(0, 12)}, ${rows.toLocaleString('en-GB')} ${rows === 1 ? 'label' : 'labels'})`;

/** What made it: engine, versions, components, data and the workspace's commit. */
function provenanceText(
  { engine, versions, components, data, git, ensemble, judgedBy, testSide }: RunRecord,
  root: string | null,
): string {
  const named = Object.entries(components).map(([name, version]) => `${name} ${version}`);
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const files = data.files === null ? 'generated' : `${data.files.toLocaleString('en-GB')} files`;
  const commit = `${git?.commit?.slice(0, 12) ?? 'no commit'}${git?.dirty ? ' and uncommitted changes' : ''}`;
  return [
    ...(ensemble ? [`mean of the ${ensemble.mean} of ${ensemble.runs.map(({ run }) => run).join(', ')}`] : []),
    `engine ${engine === null ? 'none' : `${engine.kind}, ${engine.version}`}`,
    `data ${data.fingerprint.slice(0, 12)} (${[data.source, files, root].filter(Boolean).join(', ')})`,
    ...(judgedBy ? [`labels ${judgedByText(judgedBy)}`] : []),
    ...(testSide ? [`test side opened at ${testSide.opened.join(', ')}`] : []),
    `git ${git === null ? 'none' : commit}`,
    `components ${named.join(', ')}`,
    `versions ${packages.join(', ')}`,
  ].join('\n');
}

/** `ichor runs show RUN` */
export async function showCommand(name: string, options: RunsOptions): Promise<number> {
  const found = await findRun(storeRoot(options.store, findWorkspace(process.cwd())), name);
  const root = found.storeRoot;
  const store = new Store(root);
  const { folder, record } = found;
  const whole = await runWhole(root, folder, record);
  if (options.json) {
    return printJson(whole);
  }
  const taken = await takenText(name, found);
  if (taken !== null) process.stdout.write(`${asCalled(taken)}\n\n`);
  process.stdout.write(
    `${[record.name, ...whole.marks].join(' · ')}  ${stateText(whole)}${record.error ? `: ${record.error}` : ''}\n`,
  );
  process.stdout.write(
    `recipe ${record.recipe} (${record.recipeHash.slice(0, 12)})  started ${record.started}  finished ${record.finished ?? '-'}\n`,
  );
  if (!record.ensemble) process.stdout.write(`${traitsText(await readTraits(folder))}\n`);
  for (const belonging of whole.belongsTo) process.stdout.write(`part of ${belongingText(belonging)}\n`);
  if (whole.tags.length > 0) process.stdout.write(`tags ${whole.tags.join(', ')}\n`);
  process.stdout.write(`folder ${shown(folder)}\n${provenanceText(record, whole.root)}\n\n`);
  const rows = [['stage', 'key', 'time', 'peak memory', 'size', 'computed on']];
  const made: MadeOn[] = [];
  for (const [id, { stage, key }] of Object.entries(record.artifacts)) {
    const { manifest, damage } = await lookAtManifest(store.folder(stage, key));
    if (manifest?.machine) made.push({ what: id, machine: manifest.machine });
    const size = Object.values(manifest?.files ?? {}).reduce((sum, file) => sum + file.bytes, 0);
    rows.push([
      id,
      key.slice(0, 12),
      manifest === null ? (damage === null ? 'removed' : 'damaged') : duration(manifest.seconds),
      manifest === null ? '' : formatBytes(manifest.peakBytes),
      manifest === null ? '' : formatBytes(size),
      manifest?.machine ? madeOnText(manifest) : '',
    ]);
  }
  const notes = machineNotes(record.ensemble ? madeOnParts(record.machines ?? []) : made);
  process.stdout.write(`${[table(rows, { right: [2, 3, 4] }), ...notes].join('\n')}\n`);
  for (const [id, budget] of Object.entries(whole.budgets)) process.stdout.write(`${id}: ${budgetText(budget)}\n`);
  if (record.predictsWith !== null)
    for (const text of [...whole.verdicts, ...trainedOnText(whole.marks)])
      process.stdout.write(`\n${paint.yellow(text)}\n`);
  if (record.artifacts.evaluate !== undefined) {
    const run = await openRun(folder, { store: root });
    // What is known of the run stays to be read where its figures are damaged, or were removed.
    const summary = await run.summary().catch((error: unknown) => {
      if (!(error instanceof IchorError)) throw error;
      if (error.code !== 'artifact-missing') warn(error);
      return null;
    });
    if (summary !== null) process.stdout.write(`\n${metricsText(summary)}\n`);
  }
  const notices = noticesText(record.notices ?? [], record.name);
  if (notices !== null) process.stdout.write(`\n${notices}\n`);
  return 0;
}

/** `partial (--until index)` */
const stateText = ({ state, until }: RunLine): string => (state === 'partial' ? `partial (--until ${until})` : state);

/** `ichor runs rm RUN...` */
export async function removeCommand(
  names: readonly string[],
  options: { store?: string; force?: boolean; json?: boolean },
): Promise<number> {
  const root = storeRoot(options.store, findWorkspace(process.cwd()));
  const removed = await removeRuns(root, names, { force: options.force ?? false });
  if (options.json) return printJson({ store: root, removed });
  for (const name of removed) process.stdout.write(`removed ${name}\n`);
  process.stdout.write(asCalled('Their artifacts are kept until `ichor store gc`.\n'));
  return 0;
}

/** `ichor runs tag RUN TAG` */
export async function tagCommand(
  name: string,
  tag: string,
  options: { store?: string; force?: boolean; json?: boolean },
): Promise<number> {
  const root = storeRoot(options.store, findWorkspace(process.cwd()));
  const found = await findRun(root, name);
  const taken = await takenText(name, found);
  if (taken !== null) process.stderr.write(`${asCalled(taken)}\n`);
  await tagRun(found.storeRoot, found.record.name, tag, { move: options.force ?? false });
  if (options.json) return printJson({ store: found.storeRoot, run: found.record.name, tag });
  process.stdout.write(`${tag} is run ${found.record.name}\n`);
  return 0;
}

/** `ichor runs untag TAG` */
export async function untagCommand(tag: string, options: { store?: string; json?: boolean }): Promise<number> {
  await removeTag(storeRoot(options.store, findWorkspace(process.cwd())), tag);
  if (options.json) return printJson({ tag });
  process.stdout.write(`${tag} is no longer a tag; its run stays\n`);
  return 0;
}
