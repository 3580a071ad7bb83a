import { openRun } from '../library/index.ts';
import { findWorkspace } from '../registry/resolve/workspace.ts';
import type { EnsembleMean } from '../runtime/ensemble/average.ts';
import { runEnsemble } from '../runtime/ensemble/run-ensemble.ts';
import { interruptible } from './interrupt.ts';
import { printQuietEnd } from './notices.ts';
import { storeRoot } from './paths.ts';
import { progressReporter } from './progress.ts';
import { openRegistry } from './registry.ts';
import { printRunJson } from './run-json.ts';
import { printSummary } from './summary.ts';

export interface EnsembleCommandOptions {
  name: string;
  mean: EnsembleMean;
  store?: string;
  quiet?: boolean;
  json?: boolean;
}

/** `ichor ensemble RUN RUN...`: the mean of their predictions, evaluated as a run. */
export async function ensembleCommand(runs: readonly string[], options: EnsembleCommandOptions): Promise<number> {
  const quiet = options.quiet ?? false;
  const root = storeRoot(options.store, findWorkspace(process.cwd()));
  const { result } = await runEnsemble({
    storeRoot: root,
    runs,
    name: options.name,
    mean: options.mean,
    registry: openRegistry(),
    emit: progressReporter({ quiet }),
    signal: interruptible(),
  });
  const { ran, repeated, notices } = result;
  const run = Object.assign(await openRun(result.folder, { store: root }), { ran, repeated, notices });
  if (options.json) await printRunJson(run);
  else if (quiet) printQuietEnd(run);
  else await printSummary(run);
  return 0;
}
