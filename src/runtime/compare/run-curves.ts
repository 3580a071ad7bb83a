import { join } from 'node:path';
import { existsSync } from '../../files/fs.ts';
import { readCsv } from '../artifacts/csv.ts';
import type { ComparedCurves, CurvePoint } from './comparison.ts';

const COLUMNS = ['stage', 'epoch', 'steps', 'train_loss', 'validation_loss', 'validation_mean_log_loss'];

/** How each network of a run trained, by its stage: what its `history.csv` holds by now. */
export async function runCurves(folder: string): Promise<ReadonlyMap<string, readonly CurvePoint[]>> {
  const file = join(folder, 'history.csv');
  const found = new Map<string, CurvePoint[]>();
  if (!existsSync(file)) return found;
  for await (const row of readCsv(file, COLUMNS)) {
    const points = found.get(row.stage as string) ?? [];
    found.set(row.stage as string, points);
    points.push({
      update: (points.at(-1)?.update ?? 0) + Number(row.steps),
      epoch: Number(row.epoch),
      trainLoss: numberOf(row.train_loss),
      validationLoss: numberOf(row.validation_loss),
      validationMeanLogLoss: numberOf(row.validation_mean_log_loss),
    });
  }
  return found;
}

/** Of several runs, network by network, in the order in which they come. */
export function comparedCurves(runs: readonly ReadonlyMap<string, readonly CurvePoint[]>[]): ComparedCurves[] {
  const stages = [...new Set(runs.flatMap((curves) => [...curves.keys()]))];
  return stages.map((stage) => ({ stage, of: runs.map((curves) => curves.get(stage) ?? []) }));
}

const numberOf = (text: string | undefined): number | null => (text === undefined || text === '' ? null : Number(text));
