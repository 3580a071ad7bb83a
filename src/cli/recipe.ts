import { resolve } from 'node:path';
import type { Diagnostic } from '../registry/diagnostics/diagnostic.ts';
import { isSweep } from '../registry/diagnostics/findings/sweeps.ts';
import { formatDiagnostics } from '../registry/diagnostics/format.ts';
import type { Registry } from '../registry/registry.ts';
import { type Resolution, resolveRecipe } from '../registry/resolve/resolve.ts';
import { findingsAsCalled } from './called.ts';
import { paint } from './paint.ts';
import { withShippedHint } from './shipped-hint.ts';

export interface RecipeOptions {
  set?: string[];
  profile?: string[];
  smoke?: boolean;
  /** False with --no-plugin-code. */
  pluginCode?: boolean;
}

/** Resolves a recipe file as the options of a command say. */
export async function resolveStated(file: string, options: RecipeOptions, registry: Registry): Promise<Resolution> {
  const resolution = await resolveRecipe(resolve(file), {
    registry,
    set: options.set ?? [],
    profile: options.profile ?? [],
    smoke: options.smoke ?? false,
    pluginCode: options.pluginCode ?? true,
    cwd: process.cwd(),
  });
  return { ...resolution, diagnostics: withShippedHint(resolution.diagnostics) };
}

const OF_CHECK = ['plugin-code', 'weights-fetched'];

/** Resolves a recipe file and prints everything that is wrong with it, on standard error, but for codes that are no matter here. */
export async function loadRecipe(
  file: string,
  options: RecipeOptions,
  registry: Registry,
  untold: readonly string[] = [],
): Promise<Resolution> {
  const resolution = await resolveStated(file, options, registry);
  // That plugins run is what a run is for, and what is fetched `plan` and `run` say themselves, where it is not here yet;
  // `ichor check`, which prints for itself, says both.
  const told = resolution.diagnostics.filter(({ code }) => !OF_CHECK.includes(code) && !untold.includes(code));
  await printDiagnostics(told, resolution.sources);
  return resolution;
}

export async function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
): Promise<void> {
  if (diagnostics.length === 0) return;
  process.stderr.write(
    `${await formatDiagnostics(findingsAsCalled(diagnostics), { cwd: process.cwd(), paint, sources })}\n`,
  );
}

/** `2 errors, 1 warning` */
export function countText(diagnostics: readonly Diagnostic[]): string {
  const count = (severity: Diagnostic['severity']) => diagnostics.filter((d) => d.severity === severity).length;
  const parts = (['error', 'warning', 'note'] as const)
    .map((severity) => [count(severity), severity] as const)
    .filter(([n]) => n > 0)
    .map(([n, severity]) => `${n} ${severity}${n === 1 ? '' : 's'}`);
  return parts.join(', ');
}

export const hasErrors = (diagnostics: readonly Diagnostic[]) => diagnostics.some((d) => d.severity === 'error');

/** Says that a recipe is a sweep, to a command that takes one recipe. True where it is. */
export async function refuseSweep({ sweep, sources }: Resolution): Promise<boolean> {
  if (sweep === null) return false;
  await printDiagnostics([isSweep(sweep.place, sweep.points.length)], sources);
  return true;
}
