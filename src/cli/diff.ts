import { resolve } from 'node:path';
import { IchorError } from '../errors.ts';
import { stat } from '../files/fs.ts';
import { systemCode } from '../files/system-error.ts';
import type { ResolvedRecipe } from '../registry/recipe.ts';
import type { Registry } from '../registry/registry.ts';
import { resolveRecipe } from '../registry/resolve/resolve.ts';
import { findWorkspace } from '../registry/resolve/workspace.ts';
import { differing } from '../registry/values/differences.ts';
import type { Node } from '../registry/values/value.ts';
import { readMetrics } from '../runtime/artifacts/metrics.ts';
import {
  compareFigures,
  type FigureComparison,
  type FigureSide,
  type MeasuredRun,
} from '../runtime/evaluate/run-figures.ts';
import { type DiffSide, diffPlans, type PlanDiff, recipeSide, type ValueDifference } from '../runtime/plan/diff.ts';
import { type ValuePlace, whole } from '../runtime/plan/reasons.ts';
import { findRun } from '../runtime/runs/find-run.ts';
import { type FactDifference, recipeOfRun, runFacts, runSide } from '../runtime/runs/run-difference.ts';
import type { RunRecord } from '../runtime/runs/run-folder.ts';
import { takenText } from '../runtime/runs/taken-run.ts';
import { readManifest, Store } from '../runtime/store/store.ts';
import { asCalled } from './called.ts';
import { warn } from './end.ts';
import { printDiagnostics } from './findings.ts';
import { printJson } from './json.ts';
import { paint } from './paint.ts';
import { shown, storeRoot } from './paths.ts';
import { openRegistry } from './registry.ts';
import { table } from './table.ts';

export interface DiffOptions {
  store?: string;
  format: 'text' | 'json';
  json?: boolean;
}

interface Opened {
  name: string;
  /** Which run a recipe's name stood for; null where a file or a run itself was named. */
  taken: string | null;
  recipe: ResolvedRecipe;
  tree: Node;
  /** The built-in components and those of its plugins. */
  registry: Registry;
  /** Null for a recipe file. */
  run: { record: RunRecord; store: string } | null;
}

/** `ichor diff A B`: 0 whether or not they differ, 2 where one of them cannot be read. */
export async function diffCommand(a: string, b: string, options: DiffOptions): Promise<number> {
  const registry = openRegistry();
  const root = storeRoot(options.store, findWorkspace(process.cwd()));
  const opened: Opened[] = [];
  for (const name of [a, b]) {
    const one = await open(name, root, registry);
    if (one === null) return 2;
    opened.push(one);
  }
  const [left, right] = opened as [Opened, Opened];
  // A recipe and a run are compared as two recipes: a recipe has no data and no engine.
  const [runA, runB] = [left.run, right.run];
  const runs = runA !== null && runB !== null ? ([runA.record, runB.record] as const) : null;
  const sideOf = async ({ recipe, tree, run, registry: own }: Opened): Promise<DiffSide> =>
    runs !== null && run !== null ? runSide(run.record, recipe, tree, own, run.store) : recipeSide(recipe, tree, own);
  const diff = diffPlans(await sideOf(left), await sideOf(right), right.registry);
  const facts = runs === null ? null : runFacts(...runs);
  const figures = runA !== null && runB !== null ? await figuresOf(left, right) : null;
  if (options.json || options.format === 'json') {
    const named = (one: Opened) => ({ name: one.name, what: one.run === null ? 'recipe' : 'run' });
    const said = { a: named(left), b: named(right), ...diff, ...(facts === null ? {} : { facts, figures }) };
    if (options.json) return printJson(said);
    process.stdout.write(`${JSON.stringify(said, null, 2)}\n`);
    return 0;
  }
  process.stdout.write(`a  ${paint.bold(left.name)}\nb  ${paint.bold(right.name)}\n\n`);
  for (const { taken } of [left, right]) if (taken !== null) process.stdout.write(`${asCalled(taken)}\n\n`);
  process.stdout.write(`${diffText(diff, facts)}\n`);
  if (figures !== null) process.stdout.write(`\n${figuresText(figures)}\n`);
  return 0;
}

/** A recipe file by its path; else a run, as `ichor runs show` names it. Null: its diagnostics are printed. */
async function open(name: string, root: string, registry: Registry): Promise<Opened | null> {
  const file = await stat(name).then(
    (found) => found.isFile(),
    () => /\.ya?ml$/.test(name),
  );
  if (!file) {
    const found = await findRun(root, name);
    const { folder, record } = found;
    // What somebody wrote there since differs too: it is said, and still shown.
    const opened = await recipeOfRun(folder, record, registry, warn);
    // A run's folder lies in its own store, whichever that is.
    const run = { record, store: resolve(folder, '..', '..') };
    return { name: record.name, taken: await takenText(name, found), ...opened, run };
  }
  const path = resolve(name);
  const resolution = await resolveRecipe(path, { registry, cwd: process.cwd() });
  const { recipe, tree, diagnostics, sources } = resolution;
  if (recipe !== null && tree !== null)
    return { name: shown(path), taken: null, recipe, tree, registry: resolution.registry, run: null };
  await printDiagnostics(
    diagnostics.filter(({ severity }) => severity === 'error'),
    sources,
  );
  return null;
}

function diffText({ values, stages }: PlanDiff, facts: FactDifference[] | null): string {
  const parts: string[] = [];
  parts.push(values.length === 0 ? 'The two recipes resolve to the same.' : values.map(valueText).join('\n'));
  if (facts !== null && facts.length > 0) {
    const short = (text: string) => (/^[0-9a-f]{40,}$/.test(text) ? text.slice(0, 12) : text);
    const rows = facts.map(({ name, a, b }) => [name, short(a), short(b)]);
    parts.push(table([['', 'a', 'b'], ...rows]));
  }
  const rows = stages.map(({ id, how, what, from }) => {
    const follows = from.length > 0 ? [`follows from ${from.join(', ')}`] : [];
    return [id, HOW[how], [...what, ...follows].join('; ')];
  });
  parts.push(table([['stage', '', 'because'], ...rows]));
  return parts.join('\n\n');
}

/** The figures of both runs; null where one of them has none (any more). */
async function figuresOf(left: Opened, right: Opened): Promise<FigureComparison | null> {
  const [a, b] = [await measured(left), await measured(right)];
  return a !== null && b !== null ? compareFigures(a, b) : null;
}

async function measured({ run, recipe }: Opened): Promise<MeasuredRun | null> {
  const artifacts = run?.record.artifacts ?? {};
  const evaluate = artifacts.evaluate;
  if (run === null || evaluate === undefined) return null;
  try {
    const artifact = await new Store(run.store).find(evaluate.stage, evaluate.key);
    if (artifact === null) return null;
    const metrics = await readMetrics(artifact.folder);
    // By what is in them: a split looks at pixels, so that other windows have another key and the same patients.
    const hashOf = async (id: string, file: string): Promise<string | null> => {
      const made = artifacts[id];
      if (made === undefined) return null;
      const manifest = await readManifest(new Store(run.store).folder(made.stage, made.key));
      return manifest?.files[file]?.sha256 ?? made.key;
    };
    return {
      name: run.record.name,
      recipe,
      metrics,
      index: await hashOf('index', 'slices.csv'),
      split: await hashOf('split', 'split.csv'),
      labels: artifacts.labels?.key ?? null,
    };
  } catch (error) {
    // What else differs stays to be read where a run's figures are damaged, or were removed.
    if (error instanceof IchorError) warn(error);
    else if (systemCode(error) !== 'ENOENT') throw error;
    return null;
  }
}

function figuresText({ columns, rows, a, b, apart }: FigureComparison): string {
  const title = (letter: string, { title: text, marks }: FigureSide) =>
    `${letter}  ${text ?? [...marks, 'no labelled slice that is judged'].join(' · ')}`;
  const lines = rows.length === 0 ? [] : [table([columns, ...rows], { right: columns.map((_, i) => i).slice(1) })];
  return [
    paint.bold('figures'),
    title('a', a),
    title('b', b),
    ...apart.map((text) => paint.yellow(text)),
    ...lines,
    ...[a, b].flatMap(({ worse }, i) => worse.map((text) => paint.yellow(`${'ab'[i]}: ${text}`))),
  ].join('\n');
}

const HOW = {
  same: 'same',
  changed: 'differs',
  follows: 'differs',
  'only-a': 'only in a',
  'only-b': 'only in b',
} as const;

function valueText({ path, a, b, placeA, placeB, stages }: ValueDifference): string {
  const touches = stages.length > 0 ? `touches ${stages.join(', ')}` : 'touches no stage';
  const [left, right] = differing(a, b);
  const [textA, textB] = [whole(left), whole(right)];
  // Nothing is cut: what differs may stand at the end. A long text stands in a line of its own.
  const long = Math.max(textA.length, textB.length) > LONG;
  const rows = (
    [
      ['a', textA, placeText(placeA)],
      ['b', textB, placeText(placeB)],
    ] as const
  ).map(([name, text, place]) => (long ? [name, [text, place].filter(Boolean).join('  ')] : [name, text, place]));
  return `${paint.bold(path)}  ${paint.dim(touches)}\n${table(rows, { indent: 2 })}`;
}

const LONG = 72;

function placeText(place: ValuePlace | null): string {
  if (place === null) return '';
  const { file, line, column, layer } = place;
  return file.startsWith('--') ? file : `${shown(file)}:${line}:${column} (${layer})`;
}
