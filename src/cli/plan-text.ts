import { availableParallelism } from 'node:os';
import type { Plan, PlannedStage, Reason } from '../library/index.ts';
import { lookText } from '../runtime/look/look-text.ts';
import { RECKONED_CORES, roughly } from '../runtime/plan/estimate.ts';
import { formatBytes } from '../runtime/store/disk.ts';
import { paint } from './paint.ts';
import { shown } from './paths.ts';
import { epochNumber } from './progress.ts';
import { table } from './table.ts';

type StageState = PlannedStage['state'];
type ValuePlace = NonNullable<Extract<Reason, { place: unknown }>['place']>;

const COLOURS: Readonly<Record<StageState, (text: string) => string>> = {
  cached: paint.dim,
  continue: paint.yellow,
  stale: paint.yellow,
  run: paint.green,
};

/** The table, the lines of the recipe that caused what changed, and the totals. */
export function planText(report: Plan, sources: ReadonlyMap<string, string>): string {
  const rows: string[][] = [['stage', 'state', 'time', 'disk', 'why']];
  for (const stage of report.stages) {
    const [first = '', ...more] = whyLines(stage.reasons);
    rows.push([stage.id, stage.state, ...costCells(stage), first]);
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
      ...report.machineNotes,
      ...testSideLine(report),
    ].join('\n'),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Whom nothing of it sees a label of. */
const testSideLine = ({ testSide }: Plan): string[] =>
  testSide === null
    ? []
    : [
        `Held out: ${Number((100 * testSide).toFixed(1))} % of the labelled patients (data.test). Nothing here sees their labels; ichor evaluate RUN --test-side opens them.`,
      ];

/** What is fetched before anything is trained: it counts beside the stages. */
function weightsLine({ instances, fetch }: Plan['weights'][number]): string[] {
  if (fetch === null) return [];
  const size = fetch.bytes === null ? 'of a size that nobody states' : `of ${formatBytes(fetch.bytes)}`;
  return [`Weights ${size} are fetched once for ${instances.join(', ')}: ${fetch.url}`];
}

const MOST_REASONS = 4;

/** One line a reason; stages that say themselves what changed in them share one. */
function whyLines(reasons: PlannedStage['reasons']): string[] {
  const plain = (reason: Reason) =>
    reason.reason === 'input' && reason.change === 'changed' && reason.because.length === 0;
  const stages = reasons.filter(plain).flatMap((reason) => (reason.reason === 'input' ? [reason.stage] : []));
  const follows = stages.length > 0 ? [`follows from ${stages.join(', ')}`] : [];
  const own = reasons.filter((reason) => !plain(reason)).map(({ message }) => message);
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

/** `backbone: 250 updates of 32 slices, 2 epochs`: what each training that is left comes to. */
export function budgetLines(stages: readonly PlannedStage[]): string[] {
  return stages.flatMap(({ id, estimate }) => {
    const { updates, batch, unit, epochs = 0 } = estimate?.work ?? {};
    if (updates === undefined || updates === 0) return [];
    // The rest of an interrupted training has the share of its epochs left; the whole is meant.
    const whole = epochs / (1 - (estimate?.done ?? 0));
    const [first, second] = [
      `${Math.round(updates).toLocaleString('en')} updates of ${batch} ${unit}`,
      epochsText(whole),
    ];
    const memory = estimate?.memoryBytes;
    const held = memory === undefined ? '' : ` A batch takes up to about ${formatBytes(memory)} of memory.`;
    return [`${id}: ${estimate?.work?.stated ? `${first}, about ${second}` : `${second}, about ${first}`}.${held}`];
  });
}

const epochsText = (epochs: number): string => `${epochNumber(epochs)} ${epochs === 1 ? 'epoch' : 'epochs'}`;

/** `backbone  677,523 slices × 7 epochs, about 4.1 slices a second`: the two factors of a long time. */
export function workLines(stages: readonly PlannedStage[]): string[] {
  return stages.flatMap(({ id, stage, engine: kind, estimate }) => {
    if (!estimate?.work || estimate.seconds < LONG_WORK_SECONDS) return [];
    const { items, unit, epochs, stated } = estimate.work;
    const rate = (items * epochs) / estimate.seconds;
    const times = epochs === 1 ? '' : ` × ${epochNumber(epochs)} epochs`;
    const updates = stated === undefined ? '' : ', as its updates come to';
    const left = estimate.done === undefined ? '' : `, ${Math.round(100 * estimate.done)} % are done already`;
    const engine = kind === null ? '' : `, engine ${kind}`;
    const of = {
      measured: `measured on this machine with random input${engine}, ${CORES} cores`,
      'earlier run': `as an earlier run in this store did${engine}; here are ${CORES} cores`,
      model: `reckoned from the network for ${RECKONED_CORES} cores${engine}; here are ${CORES}`,
    }[estimate.from];
    const counted = COUNTED[stage];
    return [
      `${id}: ${Math.round(items).toLocaleString('en')} ${unit}${counted ? ` (${counted})` : ''}${times}${updates}${left} at ${rateText(rate)} ${unit} a second (${of}).`,
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

function totalText({ stages, total, reckonedFor, engine, measured: speeds }: Plan): string {
  const { stages: count, seconds, bytes } = total;
  const unknown = stages.filter(({ state, estimate }) => state !== 'cached' && estimate === null).length;
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
const coresText = (engine: Plan['engine']): string =>
  `by what ${RECKONED_CORES} cores did${engine === null ? '' : ` on the engine ${engine.kind}`} (here are ${CORES})`;

/** What an estimate stands on where the data are not here. */
export function reckonedText({ source, published }: NonNullable<Plan['reckonedFor']>): string {
  const count = (number: number) => number.toLocaleString('en');
  return `The data are not here: this is reckoned for the whole of ${source} as published, ${count(published.labelled)} labelled slices of ${count(published.series)} series and ${count(published.slices - published.labelled)} test slices, a download of ${formatBytes(published.downloadBytes)} that is not counted.`;
}
