import { resolve } from 'node:path';
import { IchorError } from '../../errors.ts';
import { systemCode } from '../../files/system-error.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { parsePath } from '../../registry/values/path.ts';
import { type Node, type Plain, plain } from '../../registry/values/value.ts';
import { judgedSide, type Metrics, type ModelMetrics, readMetrics, type SideMetrics } from '../artifacts/metrics.ts';
import type { EvaluatedRun } from '../evaluate/evaluated-run.ts';
import { hasOwnSplit } from '../evaluate/own-split.ts';
import { assertComparable } from '../evaluate/paired.ts';
import { isShownAsNumber } from '../evaluate/shown.ts';
import { allMarks } from '../evaluate/summary-table.ts';
import { worseThan } from '../evaluate/worse-than.ts';
import { type DiffSide, diffPlans } from '../plan/diff.ts';
import { type OpenedBefore, openEvaluated, recipeOfRun } from '../runs/open-evaluated.ts';
import { codeThatDiffers, factsThatDiffer, runSide } from '../runs/run-difference.ts';
import { type RunRecord, stateOf } from '../runs/run-folder.ts';
import { Store } from '../store/store.ts';
import type { ComparedCell, ComparedFigure, ComparedRun, ComparedValue, Comparison } from './comparison.ts';
import { type PairedFigures, pairedIntervals } from './paired-intervals.ts';
import { comparedCurves, runCurves } from './run-curves.ts';

/** A run that was found, in its store. */
export interface FoundRun {
  folder: string;
  storeRoot: string;
  record: RunRecord;
}

/** The most that one page can tell apart. */
export const MOST_RUNS = 8;

interface Opened extends FoundRun {
  recipe: ResolvedRecipe;
  tree: Node;
  registry: Registry;
  figures: RunFigures | null;
}

interface RunFigures {
  metrics: Metrics;
  model: ModelMetrics;
  side: SideMetrics;
}

/**
 * Holds runs against the first of them. A run that is not done yet has curves and a recipe, and no figures.
 * @param registry the built-in components
 * @param tick is awaited between two pieces of reckoning; what it throws ends it
 *
 * Throws `wrong-call` (too few, too many, one of them twice), `run-recipe-edited`, `run-unreadable` (exit 2).
 */
export async function compareRuns(
  found: readonly FoundRun[],
  registry: Registry,
  tick: () => Promise<void> = async () => {},
): Promise<Comparison> {
  assertSeveral(found);
  const opened: Opened[] = [];
  for (const run of found) {
    opened.push({
      ...run,
      ...(await recipeOfRun(run.folder, run.record, registry)),
      figures: await figuresOf(run),
    });
  }
  const paired = await pairedWithFirst(opened, registry, tick);
  const curves = [];
  for (const { folder } of opened) curves.push(await runCurves(folder));
  const sided = [];
  for (const run of opened) sided.push({ ...run, side: await sideOf(run) });
  return {
    runs: opened.map((run, place) => comparedRun(run, paired.apart[place] ?? null)),
    figures: comparedFigures(opened, paired.differences),
    draws: paired.draws,
    curves: comparedCurves(curves),
    values: differentValues(sided),
    facts: [...factsThatDiffer(opened.map(({ record }) => record)), ...codeThatDiffers(sided)],
  };
}

function assertSeveral(found: readonly FoundRun[]): void {
  const wrong = (message: string, hint: string) => new IchorError('wrong-call', message, hint, 2);
  if (found.length < 2) throw wrong('A comparison is of two runs at least.', 'See what there is: `ichor runs list`.');
  if (found.length > MOST_RUNS)
    throw wrong(
      `A comparison is of ${MOST_RUNS} runs at most, and these are ${found.length}.`,
      'Many runs are what `ichor table` and `ichor sweep` are for.',
    );
  const folders = found.map(({ folder }) => resolve(folder));
  const twice = found.find((_, place) => folders.indexOf(folders[place] as string) !== place);
  if (twice !== undefined)
    throw wrong(
      `Two of these names stand for one run, ${twice.record.name}.`,
      'Name runs themselves: `ichor runs list`.',
    );
}

/** The final model's figures; null where the run has none, or none that still are what was written. */
async function figuresOf({ record, storeRoot }: FoundRun): Promise<RunFigures | null> {
  const { evaluate } = record.artifacts;
  const artifact = evaluate && (await new Store(storeRoot).find(evaluate.stage, evaluate.key));
  if (!artifact) return null;
  const metrics = await readMetrics(artifact.folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  });
  const model = metrics?.models.find(({ model: one }) => one === metrics.final) ?? metrics?.models.at(-1);
  const side = metrics && model?.sides.find((one) => one.side === judgedSide(metrics));
  return metrics && model && side ? { metrics, model, side } : null;
}

interface PairedWithFirst {
  /** By run; the first has none. */
  apart: (string | null)[];
  differences: (PairedFigures | null)[];
  draws: number | null;
}

async function pairedWithFirst(
  opened: readonly Opened[],
  registry: Registry,
  tick: () => Promise<void>,
): Promise<PairedWithFirst> {
  const before: OpenedBefore = { indices: new Map(), found: new Set() };
  const evaluated: (EvaluatedRun | string)[] = [];
  for (const run of opened) evaluated.push(await predictionsOf(run, registry, before));
  const [first, ...others] = evaluated as [EvaluatedRun | string, ...(EvaluatedRun | string)[]];
  const apart = others.map((other) => (typeof first === 'string' ? first : apartFrom(first, other)));
  const runs = others.filter((other, place): other is EvaluatedRun => apart[place] === null);
  const found = typeof first === 'string' || runs.length === 0 ? [] : await pairedIntervals(first, runs, tick);
  const differences = others.map((_, place) => (apart[place] === null ? (found.shift() ?? null) : null));
  const draws = differences.flatMap((one) => [...(one?.values() ?? [])]).find(({ interval }) => interval !== null);
  return {
    apart: [null, ...apart],
    differences: [null, ...differences],
    draws: draws?.interval?.draws ?? null,
  };
}

/** What the final model predicted; else why there is nothing to compare, a sentence. */
async function predictionsOf(
  { folder, record, figures }: Opened,
  registry: Registry,
  before: OpenedBefore,
): Promise<EvaluatedRun | string> {
  if (figures === null)
    return `Run ${record.name} has no figures${stateOf(record) === 'done' ? '' : ` (${stateOf(record)})`}.`;
  try {
    const { model, side } = figures;
    return await openEvaluated({ folder, registry }, { model: model.model, side: side.side, before });
  } catch (error) {
    if (error instanceof IchorError) return error.message;
    throw error;
  }
}

function apartFrom(first: EvaluatedRun, other: EvaluatedRun | string): string | null {
  if (typeof other === 'string') return other;
  if (first.side !== other.side)
    return `Run ${first.name} is judged on its ${first.side} side, ${other.name} on its ${other.side} side.`;
  try {
    assertComparable({ left: first, right: other });
    return null;
  } catch (error) {
    if (error instanceof IchorError && error.code === 'not-paired') return error.message;
    throw error;
  }
}

function comparedRun({ folder, record, recipe, figures }: Opened, apart: string | null): ComparedRun {
  return {
    run: record.name,
    recipe: record.recipe,
    recipeHash: record.recipeHash,
    state: stateOf(record),
    folder: resolve(folder),
    started: record.started,
    marks: allMarks(figures?.metrics ?? record),
    worse: figures === null ? [] : worseThan(figures.metrics, hasOwnSplit(recipe)),
    judged: figures && {
      model: figures.model.model,
      component: figures.model.component,
      side: figures.side.side,
      counts: figures.side.labelled,
    },
    apart,
  };
}

function comparedFigures(opened: readonly Opened[], differences: readonly (PairedFigures | null)[]): ComparedFigure[] {
  const all = opened.flatMap(({ figures }) => figures?.side.figures ?? []);
  const names = [...new Set(all.map(({ name }) => name))];
  return names.map((name) => {
    const [known] = all.filter((figure) => figure.name === name);
    const cells = opened.map(({ figures }): ComparedCell | null => {
      const figure = figures?.side.figures.find((one) => one.name === name);
      if (!figures || figure === undefined) return null;
      const { labelled, intervals } = figures.side;
      return { figure, patients: labelled.patients, interval: intervals?.[name] ?? null, difference: null };
    });
    const [first] = cells;
    // What stands behind too few patients is no number, and neither is what it differs by.
    const isNumber = (cell: ComparedCell | null | undefined) => cell && isShownAsNumber(cell.figure, cell.patients);
    return {
      name,
      better: known!.better,
      label: known!.label ?? null,
      of: cells.map((cell, place) =>
        cell && isNumber(cell) && isNumber(first)
          ? { ...cell, difference: differences[place]?.get(name) ?? null }
          : cell,
      ),
    };
  });
}

const sideOf = ({ record, recipe, tree, registry, storeRoot }: Opened): Promise<DiffSide> =>
  runSide(record, recipe, tree, registry, storeRoot);

function differentValues(opened: readonly (Opened & { side: DiffSide })[]): ComparedValue[] {
  const [first, ...others] = opened as [(typeof opened)[number], ...typeof opened];
  const paths = new Map<string, Set<string>>();
  others.forEach((other) => {
    for (const { path, stages } of diffPlans(first.side, other.side, other.registry).values) {
      const known = paths.get(path) ?? new Set<string>();
      for (const stage of stages) known.add(stage);
      paths.set(path, known);
    }
  });
  const trees = opened.map(({ tree }) => plain(tree));
  return [...paths].map(([path, stages]) => ({
    path,
    of: trees.map((tree) => valueAt(tree, path)),
    stages: [...stages],
  }));
}

function valueAt(tree: Plain, path: string): Plain | undefined {
  let here: Plain | undefined = tree;
  for (const { part } of parsePath(path) ?? []) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as { readonly [key: string]: Plain | undefined })[part];
  }
  return here;
}
