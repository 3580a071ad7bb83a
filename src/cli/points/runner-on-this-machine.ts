import { machineOptions } from '../machine-options.ts';
import type { PointsOf } from './messages.ts';
import { PointProcesses } from './point-processes.ts';
import type { PointRun } from './point-run.ts';
import type { PointRunner } from './point-runner.ts';
import { runnerHere } from './runner-here.ts';

/** What `sweep` and `table` run their points with where no executor is named: `--jobs` processes beside this one, or this one. */
export function runnerOnThisMachine(
  of: Exclude<PointsOf, { kind: 'run' }>,
  points: ReadonlyMap<string, PointRun>,
  { root, workspace, signal }: { root: string; workspace: string; signal: AbortSignal },
): PointRunner {
  const { options } = of;
  if (options.jobs > 1) return new PointProcesses(of, signal);
  const { engine, trustSizes = false } = options;
  return runnerHere(points, { storeRoot: root, workspace, engine, ...machineOptions(options), trustSizes, signal });
}
