import { join } from 'node:path';
import { LABELS } from '../../labels.ts';
import type { ScoredSeries } from '../../registry/kinds/metric.ts';
import type { Baseline } from '../../registry/table/language.ts';
import type { TableRow } from '../../registry/table/table.ts';
import type { EvaluatedRun } from '../evaluate/evaluated-run.ts';
import { type OpenedFold, poolFolds } from '../evaluate/pool-folds.ts';
import { type OpenedBefore, openEvaluated, partsOf } from '../runs/open-evaluated.ts';
import { openFold } from '../runs/open-fold.ts';

/** Finished runs of a row, by their names in the store: one, or one for each fold, which are pooled. */
export interface RunsOfRow {
  row: TableRow;
  runs: readonly string[];
}

/** What the rows of a table predicted. Opens each run once, however many claims and figures ask for it. */
export class OpenedRows {
  private readonly opened = new Map<string, Promise<EvaluatedRun>>();
  private readonly before: OpenedBefore = { indices: new Map(), found: new Set() };

  constructor(private readonly runsFolder: string) {}

  /**
   * The validation side of a run; of several what each patient got from the one that did not see it. Of a predictor without
   * pictures the same slices with its scores. Throws what `openEvaluated` and `poolFolds` do (exit 2).
   */
  open({ row, runs }: RunsOfRow): Promise<EvaluatedRun> {
    const key = [row.baseline?.predictor ?? '', row.folds ?? '', ...runs].join(' ');
    const known = this.opened.get(key) ?? this.openAnew(row, runs);
    this.opened.set(key, known);
    return known;
  }

  private async openAnew(row: TableRow, runs: readonly string[]): Promise<EvaluatedRun> {
    const predictor = row.baseline?.predictor ?? null;
    const { registry } = row;
    const folds: OpenedFold[] = [];
    for (const name of runs) {
      const folder = join(this.runsFolder, name);
      if (row.folds === null)
        return this.scored(await openEvaluated({ folder, registry }, { before: this.before }), predictor, folder);
      const fold = await openFold(await partsOf(folder, registry, this.before.found), this.before);
      folds.push({ ...fold, run: await this.scored(fold.run, predictor, folder) });
    }
    return poolFolds(folds, row.folds ?? 0);
  }

  private async scored(run: EvaluatedRun, predictor: Baseline | null, folder: string): Promise<EvaluatedRun> {
    if (predictor === null) return run;
    const score = predictor === 'constant' ? await prevalence(folder, run.registry, this.before) : LABELS.map(() => 1);
    return { ...run, name: `${predictor} of ${run.name}`, input: withScore(run.input, score) };
  }
}

/** The share of the train side's slices that have each label. */
async function prevalence(folder: string, registry: EvaluatedRun['registry'], before: OpenedBefore): Promise<number[]> {
  const { slices } = (await openEvaluated({ folder, registry }, { side: 'train', before })).input;
  return LABELS.map((label) => slices.filter(({ labels }) => labels[label] === 1).length / slices.length);
}

function withScore(input: EvaluatedRun['input'], score: readonly number[]): EvaluatedRun['input'] {
  const any = score[LABELS.indexOf('any')] ?? 0;
  const own = (one: ScoredSeries): ScoredSeries => ({
    ...one,
    slices: one.slices.map((slice) => ({ ...slice, probabilities: score })),
    positions: one.positions.map((position) => ({ ...position, any, probabilities: score })),
  });
  const series = input.series.map(own);
  const more = input.unlabelledSeries && { unlabelledSeries: input.unlabelledSeries.map(own) };
  // What looks at no picture is calibrated by nothing.
  const { byRank: _, ...rest } = input;
  return { ...rest, slices: series.flatMap(({ slices }) => slices), series, ...more };
}
