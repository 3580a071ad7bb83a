import { extname, join, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { IchorError } from '../errors.ts';
import { rm } from '../files/fs.ts';
import { temporaryFolder } from '../files/temporary.ts';
import type { OpenSource, Source } from '../registry/kinds/source.ts';
import type { ComponentValue, ResolvedRecipe } from '../registry/recipe.ts';
import type { Registry } from '../registry/registry.ts';
import { resolveText } from '../registry/resolve/resolve.ts';
import { findWorkspace } from '../registry/resolve/workspace.ts';
import type { FigureSlice } from '../runtime/figure/figure-slice.ts';
import { sourceOf } from '../runtime/open-data.ts';
import { sourceRoots } from '../runtime/source-roots.ts';
import { readIdentityKey } from '../runtime/store/identity.ts';
import { interruptible } from './interrupt.ts';
import { printJson } from './json.ts';
import { writeNamedFile } from './named-file.ts';
import { paint } from './paint.ts';
import { shown, storeRoot } from './paths.ts';
import { progressReporter } from './progress.ts';
import { loadRecipe, refuseSweep } from './recipe.ts';
import type { RecipeOptions } from './recipe-options.ts';
import { openRegistry } from './registry.ts';

export interface FigureOptions extends RecipeOptions {
  out?: string;
  store?: string;
  quiet?: boolean;
  json?: boolean;
}

export interface WindowsOptions extends FigureOptions {
  file?: string;
  slice?: string;
}

/** `ichor figure architecture RECIPE`: the paper's figure 3, drawn from the resolved recipe. Needs no engine and no data. */
export async function architectureCommand(file: string, options: FigureOptions): Promise<number> {
  const out = figureFile(options.out);
  const resolution = await loadRecipe(file, options, openRegistry(), NOT_OF_FIGURES);
  const { recipe, registry } = resolution;
  if (recipe === null || (await refuseSweep(resolution))) return 2;
  const [{ architectureOf }, { architectureFigure }] = await Promise.all([
    import('../runtime/figure/architecture.ts'),
    import('../runtime/figure/architecture-figure.ts'),
  ]);
  const svg = architectureFigure(architectureOf(recipe, registry));
  return writeFigure(svg, out ?? inStore(`${recipe.name}-architecture.svg`, options), options);
}

/** `ichor figure windows RECIPE`: the paper's figures 1 and 2, of a phantom, of a file, or of a slice of the source. */
export async function windowsCommand(file: string, options: WindowsOptions): Promise<number> {
  const out = figureFile(options.out);
  assertOneSlice(options);
  const resolution = await loadRecipe(file, options, openRegistry(), NOT_OF_FIGURES);
  const { recipe, registry } = resolution;
  if (recipe === null || (await refuseSweep(resolution))) return 2;
  const aside = await temporaryFolder('ichor-figure-');
  try {
    const slice = await sliceFor(recipe, registry, options, aside);
    const { windowsFigure } = await import('../runtime/figure/windows-figure.ts');
    const svg = await windowsFigure(recipe, registry, slice);
    return await writeFigure(svg, out ?? inStore(`${recipe.name}-windows.svg`, options), options);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

export interface AugmentationsOptions extends WindowsOptions {
  all?: boolean;
  draws: number;
}

/** `ichor figure augmentations RECIPE`: a slice as the recipe's augmentations change it, or as each that there is does. */
export async function augmentationsCommand(file: string, options: AugmentationsOptions): Promise<number> {
  const out = figureFile(options.out);
  assertOneSlice(options);
  const resolution = await loadRecipe(file, options, openRegistry(), NOT_OF_FIGURES);
  const { recipe, registry } = resolution;
  if (recipe === null || (await refuseSweep(resolution))) return 2;
  const { all = false, draws } = options;
  if (!all && recipe.augment.length === 0)
    throw new IchorError(
      'figure-empty',
      'The recipe has no augmentations.',
      'With --all the figure shows each that there is, with its defaults.',
      2,
    );
  const aside = await temporaryFolder('ichor-figure-');
  try {
    const slice = await sliceFor(recipe, registry, options, aside);
    const { augmentationsFigure } = await import('../runtime/figure/augmentations-figure.ts');
    const svg = await augmentationsFigure(recipe, registry, slice, { draws, all });
    const name = all ? 'every' : recipe.name;
    return await writeFigure(svg, out ?? inStore(`${name}-augmentations.svg`, options), options);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

function assertOneSlice({ file, slice }: WindowsOptions): void {
  if (file === undefined || slice === undefined) return;
  throw new IchorError('figure-of-two', '--file and --slice name two slices.', 'Leave one of them out.', 2);
}

async function sliceFor(
  recipe: ResolvedRecipe,
  registry: Registry,
  options: WindowsOptions,
  aside: string,
): Promise<FigureSlice> {
  const [{ mostTypes, sliceOfFile, sliceOfSource }, { identitiesOf }] = await Promise.all([
    import('../runtime/figure/figure-slice.ts'),
    import('../runtime/sources/identities.ts'),
  ]);
  if (options.file !== undefined) return sliceOfFile(options.file);
  const publicNames = identitiesOf('public', Buffer.alloc(0));
  if (options.slice === undefined) {
    const { params, seed } = await phantomParams(registry);
    const source = await generated(registry.get('source', 'phantom') as Source, params, seed, aside, options);
    return sliceOfSource(source, await mostTypes(source), publicNames, false);
  }
  const source = sourceOf(recipe, registry);
  const params = recipe.data.source;
  const { identities, repairIntercept } = source.contract(params);
  const workspace = findWorkspace(process.cwd());
  const opened = source.generate
    ? await generated(source, params, recipe.data.seed, aside, options)
    : await openStated(source, params, workspace);
  const key = identities === 'private' ? await readIdentityKey(storeRoot(options.store, workspace)) : null;
  const names = key === null ? publicNames : identitiesOf('private', key.key);
  return sliceOfSource(opened, options.slice, names, repairIntercept);
}

/** A few heads as fine as RSNA's, each with blood. */
const PHANTOM = `recipe: 1
name: phantom
data: { source: { type: phantom, studies: 4, testStudies: 0, minimumSlices: 24, maximumSlices: 24, positives: 1, size: 512 } }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
augment: []
backbone: small-cnn
sequence: none
`;

async function phantomParams(registry: Registry): Promise<{ params: ComponentValue; seed: number }> {
  const { recipe } = await resolveText(PHANTOM, { registry });
  if (recipe === null) throw new TypeError('the recipe of a phantom does not resolve');
  return { params: recipe.data.source, seed: recipe.data.seed };
}

async function generated(
  source: Source,
  params: ComponentValue,
  seed: number,
  folder: string,
  { quiet = false }: FigureOptions,
): Promise<OpenSource> {
  const report = progressReporter({ quiet });
  const signal = interruptible();
  await source.generate?.(params, {
    folder,
    seed,
    signal,
    async progress(done, total, unit) {
      report({ type: 'progress', stage: 'source', done, total, unit });
      await nextTurn();
      signal.throwIfAborted();
    },
  });
  return source.open(params, folder);
}

function openStated(source: Source, params: ComponentValue, workspace: string): Promise<OpenSource> {
  const roots = sourceRoots(params, workspace);
  if (roots[0] !== undefined) return source.open(params, roots[0], roots);
  throw new IchorError(
    'source-missing',
    `The recipe names no folder for its source \`${params.type}\`.`,
    'Say where the data are: --set data.source.root=DIR',
    2,
  );
}

/** A figure has the networks' sizes whatever their weights are. */
const NOT_OF_FIGURES = ['weights-not-loadable'];

/** Where a figure goes that nobody named a file for: beside the runs, out of the way of sources. */
const inStore = (name: string, { store }: FigureOptions): string =>
  join(storeRoot(store, findWorkspace(process.cwd())), 'figures', name);

const ENDINGS = ['.svg', '.png'];

/** The stated file, if its ending says what it is to be. */
function figureFile(out: string | undefined): string | undefined {
  if (out === undefined || ENDINGS.includes(extname(out).toLowerCase())) return out;
  throw new IchorError('figure-format', `The file ${out} is neither .svg nor .png.`, 'Say --out FIGURE.svg.', 2);
}

/** Twice as many pixels as the figure has points: sharp in print. */
const DENSITY = 144;

async function writeFigure(svg: string, out: string, { quiet = false, json = false }: FigureOptions): Promise<number> {
  const target = resolve(out);
  const bytes = extname(out).toLowerCase() === '.png' ? await rasterised(svg) : svg;
  await writeNamedFile(target, bytes);
  if (json) return printJson({ file: target });
  if (!quiet) process.stdout.write(`${paint.green('wrote')} ${shown(target)}\n`);
  return 0;
}

async function rasterised(svg: string): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  return sharp(Buffer.from(svg), { density: DENSITY }).png().toBuffer();
}
