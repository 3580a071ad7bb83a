import { join } from 'node:path';
import { LABELS } from '../../labels.ts';
import type { ScoredSeries } from '../../registry/kinds/metric.ts';
import type { Baseline } from '../../registry/table/language.ts';
import type { EvaluatedRun } from '../evaluate/evaluated-run.ts';
import { type PairedDifferences, pairedDifferences } from '../evaluate/paired.ts';
import { type OpenedBefore, openEvaluated } from '../runs/open-evaluated.ts';
import type { PairedRuns, RunOfRow } from './claims.ts';

/** Opens each run once, however many claims name it. */
export function pairedRuns(runsFolder: string, tick?: () => Promise<void>): PairedRuns {
  const opened = new Map<string, Promise<EvaluatedRun>>();
  const before: OpenedBefore = { indices: new Map(), found: new Set() };
  const open = ({ row, run }: RunOfRow): Promise<EvaluatedRun> => {
    const predictor = row.baseline?.predictor ?? null;
    const key = `${predictor ?? ''} ${run}`;
    const known = opened.get(key) ?? openRun(join(runsFolder, run), row.registry, predictor, before);
    opened.set(key, known);
    return known;
  };
  return async (pairs, figure): Promise<PairedDifferences> => {
    const both = [];
    for (const { left, right } of pairs) both.push({ left: await open(left), right: await open(right) });
    return pairedDifferences(both, figure, tick);
  };
}

/** What a run predicted; of a predictor without pictures, the same slices with its scores. */
async function openRun(
  folder: string,
  registry: EvaluatedRun['registry'],
  predictor: Baseline | null,
  before: OpenedBefore,
): Promise<EvaluatedRun> {
  const run = await openEvaluated({ folder, registry }, { before });
  if (predictor === null) return run;
  const score = predictor === 'constant' ? await prevalence(folder, registry, before) : LABELS.map(() => 1);
  return { ...run, name: `${predictor} of ${run.name}`, input: scored(run.input, score) };
}

/** The share of the train side's slices that have each label. */
async function prevalence(folder: string, registry: EvaluatedRun['registry'], before: OpenedBefore): Promise<number[]> {
  const { slices } = (await openEvaluated({ folder, registry }, { side: 'train', before })).input;
  return LABELS.map((label) => slices.filter(({ labels }) => labels[label] === 1).length / slices.length);
}

function scored(input: EvaluatedRun['input'], score: readonly number[]): EvaluatedRun['input'] {
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
