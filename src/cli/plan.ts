import { availableParallelism } from 'node:os';
import { IchorError } from '../errors.ts';
import { existsSync, statSync } from '../files/fs.ts';
import { blocksRun } from '../registry/diagnostics/blocks-run.ts';
import { stampsOf } from '../registry/leak.ts';
import type { Resolution } from '../registry/resolve/resolve.ts';
import { findWorkspace } from '../registry/resolve/workspace.ts';
import type { EngineKind } from '../runtime/engine/engine.ts';
import { openEngine } from '../runtime/engine/open.ts';
import { refuseEnsembleRecipe } from '../runtime/ensemble/refuse-recipe.ts';
import { marks } from '../runtime/evaluate/summary-table.ts';
import { lookText } from '../runtime/look/look-text.ts';
import { machineText } from '../runtime/machine.ts';
import { RECKONED_CORES, roughly } from '../runtime/plan/estimate.ts';
import { planRecipe } from '../runtime/plan/plan.ts';
import { type Reason, reasonText, type ValuePlace } from '../runtime/plan/reasons.ts';
import { type PlannedStage, type PlanReport, plannedMachines, reportPlan } from '../runtime/plan/report.ts';
import type { StageState } from '../runtime/plan/states.ts';
import { findRun } from '../runtime/runs/find-run.ts';
import { recipeHash } from '../runtime/runs/recipe-hash.ts';
import { formatBytes } from '../runtime/store/disk.ts';
import { machineNotes, machinesLine } from '../runtime/store/machines.ts';
import { asCalled } from './called.ts';
import { interruptible } from './interrupt.ts';
import { type MachineOptions, machineOptions } from './machine-options.ts';
import { paint } from './paint.ts';
import { shown, storeRoot } from './paths.ts';
import { epochNumber, progressReporter } from './progress.ts';
import { hasErrors, loadRecipe, type RecipeOptions, refuseSweep } from './recipe.ts';
import { openRegistry } from './registry.ts';
import { table } from './table.ts';

export interface PlanCommandOptions extends RecipeOptions, MachineOptions {
  store?: string;
  engine: 'auto' | EngineKind;
  /** A file of the same size is taken to be the same. */
  trustSizes?: boolean;
  until?: string;
  /** Time steps of the networks first. */
  measure?: boolean;
  format: 'text' | 'json';
}

/** `ichor plan RECIPE`: 0 said, 2 the recipe is invalid. Creates nothing. */
export async function planCommand(file: string, options: PlanCommandOptions): Promise<number> {
  await refuseEnsembleRecipe(file);
  const resolution = await loadRecipe(file, options, openRegistry());
  const { recipe, tree, diagnostics, registry } = resolution;
  if (await refuseSweep(resolution)) return 2;
  if (recipe === null || hasErrors(diagnostics)) {
    process.stderr.write(`${paint.red('no plan')}: ${file} is invalid\n`);
    return 2;
  }
  const workspace = findWorkspace(process.cwd());
  const root = storeRoot(options.store, workspace);
  if (existsSync(root) && !statSync(root).isDirectory()) {
    throw new IchorError(
      'store-not-writable',
      `The store ${root} is no folder.`,
      'Choose another with --store DIR.',
      2,
    );
  }
  const emit = progressReporter({});
  const signal = interruptible();
  const measure = async (networks: ReadonlySet<'backbone' | 'sequence'>) => {
    const { measureNetworks } = await import('../runtime/plan/measure-networks.ts');
    const opened = await openEngine(options.engine, emit, options.threads ?? recipe.engine.threads ?? undefined);
    const engine = options.eager ? opened.as('eager') : opened;
    return measureNetworks({ recipe, registry }, networks, { engine, emit, signal });
  };
  const report = await reportPlan({
    recipe,
    tree,
    registry,
    plan: planRecipe(recipe, registry),
    storeRoot: root,
    workspace,
    findRun,
    engine: options.engine,
    ...machineOptions(options),
    ...(options.trustSizes ? { trustSizes: true } : {}),
    ...(options.until === undefined ? {} : { until: options.until }),
    ...(options.measure ? { measure } : {}),
    emit,
    signal,
  });
  for (const { code, message, hint } of [...report.problems, ...blocksRun(diagnostics)]) {
    process.stderr.write(`${paint.yellow('a run would stop')} ${paint.dim(code)}: ${asCalled(message)}\n`);
    if (hint) process.stderr.write(`  ${paint.bold('hint')}: ${asCalled(hint)}\n`);
  }
  for (const { code, message, hint } of report.warnings) {
    process.stderr.write(`${paint.yellow('warning')} ${paint.dim(code)}: ${asCalled(message)}\n`);
    if (hint) process.stderr.write(`  ${paint.bold('hint')}: ${asCalled(hint)}\n`);
  }
  if (options.format === 'json') {
    const about = { recipe: recipe.name, recipeHash: recipeHash(recipe), smoke: recipe.smoke };
    process.stdout.write(`${JSON.stringify({ ...about, ...json(report) }, null, 2)}\n`);
    return 0;
  }
  const machine = report.machine === null ? '' : `, ${machineText(report.machine)}`;
  const engine = report.engine === null ? '' : `  ${report.engine.kind}, ${report.engine.version}${machine}`;
  const stamps = marks({ synthetic: false, smoke: recipe.smoke, stamps: stampsOf(recipe, registry) });
  process.stdout.write(`${[paint.bold(recipe.name), ...stamps].join('  ')}${engine}  store ${shown(root)}\n\n`);
  process.stdout.write(`${planText(report, resolution)}\n`);
  return 0;
}

function json({
  stages,
  engine,
  machine,
  problems,
  warnings,
  reckonedFor,
  measured,
  looked,
  weights,
}: PlanReport): object {
  const { seconds, bytes, unknown, count } = totals(stages);
  return {
    engine,
    stages: stages.map(({ instance, state, reasons, nearest, estimate, machine: made }) => ({
      id: instance.id,
      key: instance.key,
      state,
      reads: instance.reads,
      reasons: reasons.map((reason) => ({ ...reason, message: reasonText(reason) })),
      comparedWith: nearest?.key ?? null,
      estimate,
      machine: made,
    })),
    total: { stages: count, seconds, bytes, complete: unknown === 0 },
    looked,
    weights,
    reckonedFor,
    measured,
    machine: { ...machine, cores: CORES, reckonedOnCores: RECKONED_CORES },
    madeDifferently: machinesLine(plannedMachines(stages)),
    warnings,
    problems: problems.map(({ code, message, hint }) => ({ code, message, hint: hint ?? null })),
  };
}

const COLOURS: Readonly<Record<StageState, (text: string) => string>> = {
  cached: paint.dim,
  continue: paint.yellow,
  stale: paint.yellow,
  run: paint.green,
};

/** The table, the lines of the recipe that caused what changed, and the totals. */
function planText(report: PlanReport, { sources }: Pick<Resolution, 'sources'>): string {
  const rows: string[][] = [['stage', 'state', 'time', 'disk', 'why']];
  for (const stage of report.stages) {
    const [first = '', ...more] = whyLines(stage.reasons);
    rows.push([stage.instance.id, stage.state, ...costCells(stage), first]);
    for (const text of more) rows.push(['', '', '', '', text]);
  }
  const [head = '', ...lines] = table(rows, { right: [2, 3] }).split('\n');
  // Colours come after the columns are laid out: they have no width.
  const painted = lines.map((line) =>
    line.replace(
      /^(\S+ +)(cached|continue|stale|run)\b/,
      (_, id: string, state: StageState) => id + COLOURS[state](state),
    ),
  );
  const parts = [
    [paint.dim(head), ...painted].join('\n'),
    causesText(report.stages, sources),
    [
      ...(report.looked ? [lookText(report.looked)] : []),
      totalText(report),
      ...report.weights.flatMap(weightsLine),
      ...machineNotes(plannedMachines(report.stages)),
    ].join('\n'),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** What is fetched before anything is trained: it counts beside the stages. */
function weightsLine({ instances, fetch }: PlanReport['weights'][number]): string[] {
  if (fetch === null) return [];
  const size = fetch.bytes === null ? 'of a size that nobody states' : `of ${formatBytes(fetch.bytes)}`;
  return [`Weights ${size} are fetched once for ${instances.join(', ')}: ${fetch.url}`];
}

const MOST_REASONS = 4;

/** One line a reason; stages that say themselves what changed in them share one. */
function whyLines(reasons: readonly Reason[]): string[] {
  const plain = (reason: Reason) =>
    reason.reason === 'input' && reason.change === 'changed' && reason.because.length === 0;
  const stages = reasons.filter(plain).flatMap((reason) => (reason.reason === 'input' ? [reason.stage] : []));
  const follows = stages.length > 0 ? [`follows from ${stages.join(', ')}`] : [];
  const own = reasons.filter((reason) => !plain(reason)).map((reason) => reasonText(reason));
  // An earlier artifact that differs in everything explains nothing; --format json has all of it.
  const told =
    own.length > MOST_REASONS
      ? [...own.slice(0, MOST_REASONS - 1), `and ${own.length - MOST_REASONS + 1} more against the nearest earlier one`]
      : own;
  return [...told, ...follows];
}

function costCells({ state, estimate }: PlannedStage): [string, string] {
  if (state === 'cached') return ['', ''];
  if (estimate === null) return ['?', '?'];
  const about = (text: string) => (estimate.from === 'model' && !text.startsWith('<') ? `~${text}` : text);
  return [about(roughly(estimate.seconds)), about(formatBytes(estimate.bytes))];
}

/** Each place of a recipe that a reason names, once, with its line. */
function causesText(stages: readonly PlannedStage[], sources: ReadonlyMap<string, string>): string {
  const lines: string[] = [];
  let before = '';
  const known = new Set<string>();
  for (const { place, path } of stages.flatMap(({ reasons }) => reasons.flatMap(placesOf))) {
    if (known.has(path)) continue;
    known.add(path);
    const { file, line, column, layer } = place;
    const text = lineAt(sources.get(file), line);
    if (file.startsWith('--')) {
      lines.push(`${paint.bold(path)}  ${file}${text && ` ${text}`}`);
      continue;
    }
    const how = layer === 'default' ? 'by default, of the block here' : layer;
    // Two values of one line are named one below the other, and the line stands under both.
    if (before === `${file}:${line}`) lines.pop();
    before = `${file}:${line}`;
    lines.push(`${paint.bold(path)}  ${shown(file)}:${line}:${column} ${paint.dim(`(${how})`)}`);
    lines.push(`  ${paint.dim(`${line} |`)} ${text}`);
  }
  return lines.join('\n');
}

/** No control character of a recipe reaches a terminal. */
const lineAt = (source: string | undefined, line: number): string =>
  (source?.split(/\r?\n/)[line - 1] ?? '').trimEnd().replaceAll(/\p{Cc}|\p{Cf}/gu, ' ');

function placesOf(reason: Reason): { place: ValuePlace; path: string }[] {
  if (reason.reason === 'input') return reason.because.flatMap(placesOf);
  if (!('place' in reason) || reason.place === null) return [];
  return [{ place: reason.place, path: 'path' in reason ? reason.path : reason.component }];
}

export function totals(stages: readonly PlannedStage[]) {
  const left = stages.filter(({ state }) => state !== 'cached');
  const sum = (of: 'seconds' | 'bytes') => left.reduce((all, { estimate }) => all + (estimate?.[of] ?? 0), 0);
  const unknown = left.filter(({ estimate }) => estimate === null).length;
  return { count: left.length, seconds: sum('seconds'), bytes: sum('bytes'), unknown };
}

/** `backbone: 250 updates of 32 slices, 2 epochs`: what each training that is left comes to. */
export function budgetLines(stages: readonly PlannedStage[]): string[] {
  return stages.flatMap(({ instance, estimate }) => {
    const { updates, batch, unit, epochs = 0 } = estimate?.work ?? {};
    if (updates === undefined || updates === 0) return [];
    // The rest of an interrupted training has the share of its epochs left; the whole is meant.
    const whole = epochs / (1 - (estimate?.done ?? 0));
    const [first, second] = [
      `${Math.round(updates).toLocaleString('en')} updates of ${batch} ${unit}`,
      epochsText(whole),
    ];
    return [`${instance.id}: ${estimate?.work?.stated ? `${first}, about ${second}` : `${second}, about ${first}`}.`];
  });
}

const epochsText = (epochs: number): string => `${epochNumber(epochs)} ${epochs === 1 ? 'epoch' : 'epochs'}`;

/** `backbone  677,523 slices × 7 epochs, about 4.1 slices a second`: the two factors of a long time. */
export function workLines(stages: readonly PlannedStage[]): string[] {
  return stages.flatMap(({ instance, estimate }) => {
    if (!estimate?.work || estimate.seconds < LONG_WORK_SECONDS) return [];
    const { items, unit, epochs, stated } = estimate.work;
    const rate = (items * epochs) / estimate.seconds;
    const times = epochs === 1 ? '' : ` × ${epochNumber(epochs)} epochs`;
    const updates = stated === undefined ? '' : ', as its updates come to';
    const left = estimate.done === undefined ? '' : `, ${Math.round(100 * estimate.done)} % are done already`;
    const engine = instance.parts.engine ? `, engine ${instance.parts.engine.kind}` : '';
    const of = {
      measured: `measured on this machine with random input${engine}, ${CORES} cores`,
      'earlier run': `as an earlier run in this store did${engine}; here are ${CORES} cores`,
      model: `reckoned from the network for ${RECKONED_CORES} cores${engine}; here are ${CORES}`,
    }[estimate.from];
    const counted = COUNTED[instance.stage.name];
    return [
      `${instance.id}: ${Math.round(items).toLocaleString('en')} ${unit}${counted ? ` (${counted})` : ''}${times}${updates}${left} at ${rateText(rate)} ${unit} a second (${of}).`,
    ];
  });
}

const CORES = availableParallelism();

/** What stands behind the number of a stage's slices or series: nothing is split yet when a plan is made. */
const COUNTED: Readonly<Record<string, string>> = {
  backbone: 'labelled slices, those of the validation side counted in',
  embed: 'every slice, labelled or not, of the test set too',
  sequence: 'those with labels, the validation side counted in',
};

/** Two digits: `0.12`, `4.1`, `200`, `1,500`. */
export const rateText = (rate: number): string =>
  Number(rate.toPrecision(2)).toLocaleString('en', { maximumSignificantDigits: 2 });

/** A minute: below, nobody asks where the time goes. */
const LONG_WORK_SECONDS = 60;

function totalText({ stages, reckonedFor, engine, measured: speeds }: PlanReport): string {
  const { count, seconds, bytes, unknown } = totals(stages);
  if (count === 0) return 'Nothing to do: every stage is cached.';
  const least = unknown > 0 ? 'at least ' : 'about ';
  const cost = unknown === count ? '' : `: ${least}${roughly(seconds)} and ${formatBytes(bytes)} on disk`;
  const lines = [`${count} of ${stages.length} stages to run${cost}.`];
  lines.push(...budgetLines(stages), ...workLines(stages));
  if (speeds !== null) lines.push(`A training step took ${formatBytes(speeds.peakBytes)} of memory at most.`);
  if (reckonedFor !== null) lines.push(reckonedText(reckonedFor));
  if (unknown > 0) lines.push('? is unknown until index has run.');
  const [models, earlier, measured] = (['model', 'earlier run', 'measured'] as const).map((from) =>
    stages.some(({ estimate }) => estimate?.from === from),
  );
  const rest = [
    ...(measured ? ['what was measured just now'] : []),
    ...(earlier ? ['what earlier runs in this store took'] : []),
  ].join(' and ');
  if (models)
    lines.push(`~ is reckoned from the data and the networks, ${coresText(engine)}${rest && `; the rest is ${rest}`}.`);
  else if (earlier && !measured)
    lines.push(`Time and disk are what earlier runs in this store took, scaled; here are ${CORES} cores.`);
  if (models && !measured && workLines(stages).length > 0)
    lines.push('--measure times steps of the networks on this machine instead.');
  return lines.join('\n');
}

/** Whose speed a reckoned time is of. */
const coresText = (engine: PlanReport['engine']): string =>
  `by what ${RECKONED_CORES} cores did${engine === null ? '' : ` on the engine ${engine.kind}`} (here are ${CORES})`;

/** What an estimate stands on where the data are not here. */
export function reckonedText({ source, published }: NonNullable<PlanReport['reckonedFor']>): string {
  const count = (number: number) => number.toLocaleString('en');
  return `The data are not here: this is reckoned for the whole of ${source} as published, ${count(published.labelled)} labelled slices of ${count(published.series)} series and ${count(published.slices - published.labelled)} test slices, a download of ${formatBytes(published.downloadBytes)} that is not counted.`;
}
