import { resolve } from 'node:path';
import { withShippedHint } from '../library/shipped-hint.ts';
import { isSweep } from '../registry/diagnostics/findings/sweeps.ts';
import type { Registry } from '../registry/registry.ts';
import { type Resolution, resolveRecipe } from '../registry/resolve/resolve.ts';
import { printDiagnostics, printFound } from './findings.ts';
import type { RecipeOptions } from './recipe-options.ts';

/** Resolves a recipe file as the options of a command say. */
export async function resolveStated(file: string, options: RecipeOptions, registry: Registry): Promise<Resolution> {
  const resolution = await resolveRecipe(resolve(file), {
    registry,
    set: options.set ?? [],
    profile: options.profile ?? [],
    track: options.track ?? [],
    smoke: options.smoke ?? false,
    pluginCode: options.pluginCode ?? true,
    cwd: process.cwd(),
  });
  return { ...resolution, diagnostics: withShippedHint(resolution.diagnostics) };
}

/** Resolves a recipe file and prints everything that is wrong with it, on standard error, but for codes that are no matter here. */
export async function loadRecipe(
  file: string,
  options: RecipeOptions,
  registry: Registry,
  untold: readonly string[] = [],
): Promise<Resolution> {
  const resolution = await resolveStated(file, options, registry);
  await printFound(resolution.diagnostics, resolution.sources, untold);
  return resolution;
}

/** Says that a recipe is a sweep, to a command that takes one recipe. True where it is. */
export async function refuseSweep({ sweep, sources }: Resolution): Promise<boolean> {
  if (sweep === null) return false;
  await printDiagnostics([isSweep(sweep.place, sweep.points.length)], sources);
  return true;
}
