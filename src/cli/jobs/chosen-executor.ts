import { resolve } from 'node:path';
import { IchorError } from '../../errors.ts';
import { nearest } from '../../registry/diagnostics/nearest.ts';
import {
  type ExecutorParams,
  executorDefaults,
  loadExecutorConfig,
  statedAlone,
} from '../../registry/executor/config.ts';
import type { Executor } from '../../registry/kinds/executor.ts';
import type { Registry } from '../../registry/registry.ts';
import { hasErrors, printDiagnostics } from '../findings.ts';
import type { OnOptions } from '../points/command-options.ts';

export interface ChosenExecutor {
  executor: Executor;
  params: ExecutorParams;
}

/**
 * The executor of `--on`, with what `--on-config` says of it. Null where that file is not in order, which was said.
 * Throws IchorError `executor-unknown`, `on-config-alone`, `on-config-needed` (exit 2).
 */
export async function chosenExecutor({ on, onConfig }: OnOptions, registry: Registry): Promise<ChosenExecutor | null> {
  if (on === undefined)
    throw new IchorError(
      'on-config-alone',
      '--on-config says how an executor is called, and none was named.',
      'Name it: --on slurm',
      2,
    );
  const executor = registry.get('executor', on);
  if (executor === undefined) {
    const known = registry.names('executor');
    const near = nearest(on, known);
    throw new IchorError(
      'executor-unknown',
      `There is no executor named ${on}.`,
      near === null
        ? `There is ${known.join(', ')}. One of a plugin is named by the recipe’s plugins.`
        : `Did you mean ${near}?`,
      2,
    );
  }
  if (onConfig === undefined) {
    const stated = statedAlone(executor);
    if (stated.length === 0) return { executor, params: executorDefaults(executor) };
    throw new IchorError(
      'on-config-needed',
      `The executor ${on} cannot be called without a file: ${stated.join(' and ')} ${stated.length === 1 ? 'has' : 'have'} no default.`,
      `Write one, and name it: --on-config ${on}.yaml, with executor: { type: ${on}, ${stated.map((name) => `${name}: …`).join(', ')} }`,
      2,
    );
  }
  const { params, diagnostics, sources } = await loadExecutorConfig(resolve(onConfig), executor);
  await printDiagnostics(diagnostics, sources);
  return params === null || hasErrors(diagnostics) ? null : { executor, params };
}
