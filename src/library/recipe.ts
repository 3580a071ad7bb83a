import { resolve } from 'node:path';
import { IchorError } from '../errors.ts';
import { blocksRun } from '../registry/diagnostics/blocks-run.ts';
import type { Diagnostic } from '../registry/diagnostics/diagnostic.ts';
import { isSweep } from '../registry/diagnostics/findings/sweeps.ts';
import type { ResolvedRecipe } from '../registry/recipe.ts';
import { type Resolution, resolveRecipe } from '../registry/resolve/resolve.ts';
import { refuseEnsembleRecipe } from '../runtime/ensemble/refuse-recipe.ts';
import { recipeHash } from '../runtime/runs/recipe-hash.ts';
import {
  assignments,
  checkedOptions,
  checkedText,
  type FunctionName,
  type RecipeOptions,
  shown,
  wrongOption,
} from './options.ts';
import { withFindings } from './recipe-error.ts';
import { openRegistry } from './registry.ts';
import { withShippedHint } from './shipped-hint.ts';

/** A recipe that is in order, resolved: what `plan` and `run` take. It stays what it was when it was loaded. */
export interface Recipe {
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  /** SHA-256, hex: equal for recipes of equal results. */
  readonly hash: string;
  /** Made with the built-in profile `smoke`. */
  readonly smoke: boolean;
  /** Every value, defaults filled in. A copy that cannot be changed. */
  readonly values: ResolvedRecipe;
  /** The same as YAML: a recipe itself. */
  readonly text: string;
  /** Warnings and notes. */
  readonly diagnostics: readonly Diagnostic[];
  /** Those of them that a run does not begin with. */
  readonly blocking: readonly Diagnostic[];
  /** Texts of the files that they point into, by their paths. */
  readonly sources: ReadonlyMap<string, string>;
}

/** What a recipe is to this library beside what it shows. */
const resolutions = new WeakMap<Recipe, Resolution>();

/**
 * Reads a recipe and all that it extends.
 * @param file from `cwd`
 *
 * Throws IchorError `recipe-invalid` (exit 2; with `diagnostics` and `sources`), `wrong-option`.
 */
export async function loadRecipe(file: string, options?: RecipeOptions): Promise<Recipe> {
  const resolution = await resolveStated('loadRecipe', file, options, { runs: true });
  return recipeOf(resolution);
}

/** A recipe file as the options say, whatever is wrong with it. `runs`: it is to be run, which that of an ensemble is not. */
export async function resolveStated(
  name: FunctionName,
  stated: string,
  given?: RecipeOptions,
  { runs = false }: { runs?: boolean } = {},
): Promise<Resolution> {
  const file = checkedText(name, 'the path of a recipe file', stated);
  const options = checkedOptions(name, given);
  const cwd = resolve(options.cwd ?? process.cwd());
  if (runs) await refuseEnsembleRecipe(resolve(cwd, file), file);
  const resolution = await resolveRecipe(resolve(cwd, file), {
    registry: openRegistry(),
    set: assignments(options.set),
    profile: options.profile ?? [],
    track: options.track ?? [],
    smoke: options.smoke ?? false,
    pluginCode: options.pluginCode ?? true,
    cwd,
  });
  return { ...resolution, diagnostics: withShippedHint(resolution.diagnostics) };
}

/** The recipe of a resolution. Throws `recipe-invalid` (exit 2). */
export function recipeOf(resolution: Resolution): Recipe {
  const { recipe, diagnostics, files, text, sources } = resolution;
  const wrong = diagnostics.filter(({ severity }) => severity === 'error');
  if (recipe === null || wrong.length > 0) throw invalid(resolution);
  const loaded: Recipe = Object.freeze({
    name: recipe.name,
    file: files.at(-1) ?? '',
    hash: recipeHash(recipe),
    smoke: recipe.smoke,
    values: frozen(structuredClone(recipe)),
    text,
    diagnostics,
    blocking: blocksRun(diagnostics),
    sources,
  });
  resolutions.set(loaded, resolution);
  return loaded;
}

/** What `plan` and `run` take: a recipe that was loaded, or the path of one. Refuses a sweep (`is-sweep`). */
export async function statedRecipe(
  name: 'plan' | 'run',
  stated: Recipe | string,
  options: RecipeOptions,
): Promise<{ recipe: Recipe; resolution: Resolution & { recipe: ResolvedRecipe } }> {
  const { set, profile, track, smoke, pluginCode, cwd } = options;
  const asked = { set, profile, track, smoke, pluginCode };
  let recipe: Recipe;
  if (typeof stated === 'string')
    recipe = recipeOf(await resolveStated(name, stated, { ...asked, cwd } as RecipeOptions, { runs: true }));
  else {
    if (typeof stated !== 'object' || stated === null || !resolutions.has(stated))
      throw wrongOption(
        `${name}() takes a recipe first, and was given ${shown(stated)}.`,
        'Give it the path of a recipe file, or what loadRecipe() or check() gave for one.',
      );
    const [late] = Object.entries(asked).find(([, value]) => value !== undefined) ?? [];
    if (late !== undefined)
      throw wrongOption(
        `The option ${late} of ${name}() says how a recipe file is read, and this recipe has been read.`,
        `Give it to loadRecipe(), or give ${name}() the path of the file.`,
      );
    await refuseEnsembleRecipe(stated.file);
    recipe = stated;
  }
  const resolution = resolutions.get(recipe) as Resolution & { recipe: ResolvedRecipe };
  if (resolution.sweep !== null) {
    const refused = isSweep(resolution.sweep.place, resolution.sweep.points.length);
    const { code, message, hint } = refused;
    throw withFindings(new IchorError(code, message, hint, 2), { ...resolution, diagnostics: [refused] });
  }
  return { recipe, resolution };
}

/** Where `check` only warns and a run does not begin. */
export function refuseBlocking({ blocking: [first] }: Pick<Recipe, 'blocking'>): void {
  if (first !== undefined) throw new IchorError(first.code, first.message, first.hint, 2);
}

function invalid({ diagnostics, sources, files }: Resolution): IchorError {
  const [first] = diagnostics.filter(({ severity }) => severity === 'error');
  const more = diagnostics.filter(({ severity }) => severity === 'error').length - 1;
  const place = first === undefined ? (files.at(-1) ?? '') : `${first.file}${first.line > 0 ? `:${first.line}` : ''}`;
  const rest = more > 0 ? ` (and ${more} more ${more === 1 ? 'error' : 'errors'})` : '';
  return withFindings(
    new IchorError(
      'recipe-invalid',
      `The recipe is not in order: ${place}: ${first?.message ?? 'it cannot be read.'}${rest}`,
      first?.hint ?? '`ichor check RECIPE` shows every finding with its line.',
      2,
    ),
    { diagnostics, sources },
  );
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const each of Object.values(value)) frozen(each);
  return Object.freeze(value);
}
