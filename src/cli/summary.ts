import { join } from 'node:path';
import { existsSync } from '../files/fs.ts';
import type { ResolvedRecipe } from '../registry/recipe.ts';
import type { Registry } from '../registry/registry.ts';
import { readMetrics } from '../runtime/artifacts/metrics.ts';
import { comparability } from '../runtime/evaluate/comparable.ts';
import { hasOwnSplit } from '../runtime/evaluate/own-split.ts';
import { summaryTable } from '../runtime/evaluate/summary-table.ts';
import type { RunResult } from '../runtime/runs/run.ts';
import { noticesText } from './notices.ts';
import { paint } from './paint.ts';
import { shown } from './paths.ts';
import { table } from './table.ts';

/**
 * The end of a run: the metrics as a small table, what is comparable, where things are, and what was left out, repaired or is
 * doubtful. On standard output.
 */
export async function printSummary(
  result: RunResult,
  recipe: ResolvedRecipe,
  shipped: ResolvedRecipe | null,
  registry: Registry,
  /** What makes this command name files and slices as they are. */
  unhashed = '--set data.source.showIds=true',
): Promise<void> {
  const parts: string[] = [];
  const evaluate = result.artifacts.get('evaluate');
  if (evaluate !== undefined) {
    const text = await metricsText(evaluate.folder, recipe, shipped, registry);
    if (text !== null) parts.push(text);
  }
  const files = ['report.html', 'predictions.csv', 'submission.csv', 'patients.csv']
    .filter((name) => existsSync(join(result.folder, name)))
    .map((name) => [name.replace(/\..*$/, ''), shown(join(result.folder, name))]);
  if (result.repeated) parts.push(`Nothing was left to do: run ${result.name} stands for this one.`);
  parts.push(files.length > 0 ? table(files) : `run  ${shown(result.folder)}`);
  const notices = noticesText(result.notices, result.name, hasPrivateIds(recipe, registry) ? unhashed : null);
  if (notices !== null) parts.push(notices);
  process.stdout.write(`\n${parts.join('\n\n')}\n`);
}

const hasPrivateIds = ({ data }: ResolvedRecipe, registry: Registry): boolean =>
  registry.get('source', data.source.type)?.contract(data.source).identities === 'private';

/** The small table of `metrics.json`; null where no side has labels. */
export async function metricsText(
  folder: string,
  recipe: ResolvedRecipe,
  shipped: ResolvedRecipe | null,
  registry: Registry,
): Promise<string | null> {
  const metrics = await readMetrics(folder);
  const summary = summaryTable(metrics, comparability(recipe, shipped, metrics, registry), {
    labels: 'any',
    ownSplit: hasOwnSplit(recipe),
  });
  if (summary === null) return null;
  const rows = [summary.columns, ...summary.rows.map(({ name, cells }) => [name, ...cells])];
  const right = summary.columns.map((_, i) => i).slice(1);
  return [
    paint.bold(summary.title),
    table(rows, { right }),
    ...summary.worse.map((text) => paint.yellow(text)),
    ...summary.notes.map((note) => paint.dim(note)),
  ].join('\n');
}
