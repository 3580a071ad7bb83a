import { findWorkspace } from '../registry/resolve/workspace.ts';
import type { EnsembleMean } from '../runtime/ensemble/average.ts';
import { runEnsemble } from '../runtime/ensemble/run-ensemble.ts';
import { interruptible } from './interrupt.ts';
import { printQuietEnd } from './notices.ts';
import { storeRoot } from './paths.ts';
import { progressReporter } from './progress.ts';
import { openRegistry } from './registry.ts';
import { printSummary } from './summary.ts';

export interface EnsembleCommandOptions {
  name: string;
  mean: EnsembleMean;
  store?: string;
  quiet?: boolean;
}

/** `ichor ensemble RUN RUN...`: the mean of their predictions, evaluated as a run. */
export async function ensembleCommand(runs: readonly string[], options: EnsembleCommandOptions): Promise<number> {
  const quiet = options.quiet ?? false;
  const { result, recipe, registry } = await runEnsemble({
    storeRoot: storeRoot(options.store, findWorkspace(process.cwd())),
    runs,
    name: options.name,
    mean: options.mean,
    registry: openRegistry(),
    emit: progressReporter({ quiet }),
    signal: interruptible(),
  });
  if (quiet) printQuietEnd(result);
  else await printSummary(result, recipe, null, registry);
  return 0;
}
