import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { IchorError } from '../errors.ts';
import { existsSync } from '../files/fs.ts';
import { keepPathsPrivate } from '../files/private-paths.ts';
import type { ResolvedRecipe } from '../registry/recipe.ts';
import type { Registry } from '../registry/registry.ts';
import { resolveText } from '../registry/resolve/resolve.ts';
import { findWorkspace } from '../registry/resolve/workspace.ts';
import { describeEngine } from '../runtime/engine/open.ts';
import { contactSheet } from '../runtime/inspect/contact-sheet.ts';
import { contactSheetPage } from '../runtime/inspect/contact-sheet-page.ts';
import { type IndexSourceOptions, indexSource } from '../runtime/inspect/index-source.ts';
import { type Inspection, inspectionOf } from '../runtime/inspect/inspect.ts';
import { openPlaces } from '../runtime/inspect/open-any.ts';
import { labelsFileOf } from '../runtime/open-data.ts';
import { roughly, stageCost } from '../runtime/plan/estimate.ts';
import { planRecipe } from '../runtime/plan/plan.ts';
import { namesPictures } from '../runtime/runs/holds-pictures.ts';
import { sourceRoots } from '../runtime/source-roots.ts';
import { identitiesOf } from '../runtime/sources/identities.ts';
import { withLabels } from '../runtime/sources/labels-file.ts';
import { mounts } from '../runtime/sources/open-tree.ts';
import { seriesChoice } from '../runtime/stages/index/choose-series.ts';
import { formatBytes } from '../runtime/store/disk.ts';
import { readIdentityKey, userKey } from '../runtime/store/identity.ts';
import { defaultWorkers } from '../runtime/workers.ts';
import { ownPackage } from '../version.ts';
import { inspectionText } from './inspect-text.ts';
import { interruptible } from './interrupt.ts';
import { envelope } from './json.ts';
import { writeNamedFile } from './named-file.ts';
import { shown, storeRoot } from './paths.ts';
import { progressReporter } from './progress.ts';
import { loadRecipe } from './recipe.ts';
import { openRegistry } from './registry.ts';
import { writeOut } from './streams.ts';

/** What is reckoned with where no recipe is named: the paper's three windows. */
const RECIPE = `recipe: 1
name: inspect
data: { source: folder, image: { size: 224 } }
windows: { brain: { level: 40, width: 80 }, subdural: { level: 80, width: 200 }, bone: { level: 600, width: 2800 } }
channels: [brain, subdural, bone]
augment: []
backbone: small-cnn
sequence: none
`;

export interface InspectOptions {
  showIds?: boolean;
  recipe?: string;
  store?: string;
  json?: boolean;
  quiet?: boolean;
  /** Writes a contact sheet of the chosen series to this page. */
  pictures?: string;
}

/** `ichor data inspect DIR…` */
export async function inspectCommand(places: readonly string[], options: InspectOptions): Promise<number> {
  const page = pageFile(options.pictures);
  const registry = openRegistry();
  const recipe = await recipeOf(options, registry);
  if (recipe === null) return 2;
  for (const place of places.filter((one) => !existsSync(one)))
    throw new IchorError(
      'source-missing',
      `There is no folder or file ${place}.`,
      place.startsWith('~')
        ? 'A shell puts your home folder in the place of ~ only where it stands without quotes.'
        : 'Name a folder of DICOM files, a file or a zip: ichor data inspect DIR',
      2,
    );
  const roots = places.length > 0 ? places.map((place) => resolve(place)) : rootsOf(recipe, options);
  const signal = interruptible();
  const report = progressReporter({ quiet: options.quiet === true || options.json === true });
  const key = options.showIds ? Buffer.alloc(0) : await keyOf(options, report);
  const identities = identitiesOf(options.showIds ? 'public' : 'private', key);
  if (identities.private)
    for (const [root, at] of await mounts(roots))
      keepPathsPrivate(root, (path) => identities.name('file', at === '' ? path : `${at}/${path}`));
  const showIds = options.showIds === true;
  const opened = await openPlaces(roots, recipe, registry, { showIds });
  const { type, wanted, pictures } = opened;
  const { source, contract } = await withOwnLabels(opened, recipe, identities.private);
  const how: IndexSourceOptions = {
    identities,
    choice: seriesChoice(recipe, registry, contract),
    contract,
    wanted,
    pictures,
    labels: { tolerate: recipe.data.labels.tolerate },
    signal,
    async progress(done, total, unit) {
      report({ type: 'progress', stage: 'inspect', done, total, unit });
      await nextTurn();
    },
  };
  const indexed = await indexSource(source, how);
  const found = await inspectionOf(source, indexed, how);
  report({ type: 'note', level: 'info', message: `Read as the source ${type}.` });
  if (found.slices === 0 && pictures.length === 0 && (await namesPictures(source)))
    report({
      type: 'note',
      level: 'info',
      message:
        'There are pictures: which slices they are of only a recipe says, whose source is `pictures`. Name it: --recipe RECIPE.',
    });
  if (page !== null) {
    const of = { recipe, registry, identities, contract, signal, ...(how.progress ? { progress: how.progress } : {}) };
    const sheet = await contactSheet(source, indexed, found, of);
    await writeNamedFile(
      page,
      contactSheetPage({ sheet, hashed: !showIds, version: (await ownPackage()).version }),
      '--pictures',
    );
    report({ type: 'note', level: 'info', message: `Wrote the contact sheet ${shown(page)}` });
  }
  const cost = await costOf(found, { recipe, registry, whole: options.recipe !== undefined });
  if (options.json)
    await writeOut(
      `${JSON.stringify({ ...envelope(true), source: type, ...found, ids: options.showIds ? 'clear' : 'hashed', ...cost }, null, 2)}\n`,
    );
  else {
    await writeOut(`${inspectionText(found, { hashed: !options.showIds, width: terminalWidth() })}\n\n`);
    await writeOut(`${costText(cost, recipe)}\n`);
  }
  return found.slices === 0 ? 1 : 0;
}

async function recipeOf({ recipe }: InspectOptions, registry: Registry): Promise<ResolvedRecipe | null> {
  if (recipe === undefined) {
    const { recipe: own, diagnostics } = await resolveText(RECIPE, { registry, training: false });
    if (own === null) throw new TypeError(`the recipe to reckon with does not resolve: ${diagnostics[0]?.message}`);
    return own;
  }
  return (await loadRecipe(recipe, {}, registry)).recipe;
}

/** With the table of labels that the recipe names (`data.labels.file`), as a run of it has them. */
async function withOwnLabels(
  { source, contract }: Pick<Awaited<ReturnType<typeof openPlaces>>, 'source' | 'contract'>,
  recipe: ResolvedRecipe,
  isPrivate: boolean,
): Promise<Pick<Awaited<ReturnType<typeof openPlaces>>, 'source' | 'contract'>> {
  const path = labelsFileOf(recipe, findWorkspace(process.cwd()));
  if (path === null) return { source, contract };
  const labelled = contract.labels ?? false;
  return {
    source: await withLabels(source, recipe.data.labels, { path, isPrivate, labelled }),
    contract: { ...contract, labels: true },
  };
}

/** The page that `--pictures` names; null where none is asked for. */
function pageFile(stated: string | undefined): string | null {
  if (stated === undefined) return null;
  if (/\.html?$/i.test(stated)) return resolve(stated);
  throw new IchorError(
    'wrong-call',
    `--pictures: the contact sheet is a page, and ${stated} is no name of one.`,
    'End it in .html: --pictures sheet.html',
    2,
  );
}

/** Where the recipe says that its data lie. */
function rootsOf(recipe: ResolvedRecipe, options: InspectOptions): string[] {
  const roots = sourceRoots(recipe.data.source, findWorkspace(process.cwd()));
  if (options.recipe !== undefined && roots.length > 0) {
    if (roots.every((root) => existsSync(root))) return roots;
    throw new IchorError(
      'source-missing',
      'The data folder that the recipe names does not exist (data.source.root).',
      'Say where the data lie: ichor data inspect DIR --recipe RECIPE',
      2,
    );
  }
  throw new IchorError(
    'wrong-call',
    options.recipe === undefined
      ? 'data inspect: nothing says what is to be looked at.'
      : 'data inspect: no place is named, and the recipe says none (data.source.root).',
    'Name a folder, a zip or a file: ichor data inspect DIR',
    2,
  );
}

/** The key that a run would have; without a place for one the names are of this call alone. */
async function keyOf({ store }: InspectOptions, report: ReturnType<typeof progressReporter>): Promise<Buffer> {
  try {
    const own = await readIdentityKey(storeRoot(store, findWorkspace(process.cwd())));
    return (own ?? (await userKey())).key;
  } catch (error) {
    const homeless =
      error instanceof IchorError && ['identity-key-homeless', 'identity-key-not-writable'].includes(error.code);
    if (!homeless) throw error;
    const message = 'There is no place for a key of private names: the names below are of this call alone.';
    report({ type: 'note', level: 'info', message });
    return randomBytes(32);
  }
}

interface Costs {
  /** By stage; null where only a plan can say it. */
  stages: { stage: string; seconds: number; bytes: number }[];
  seconds: number;
  diskBytes: number;
}

/** What a run would take, reckoned as `ichor plan` does. `whole`: all stages of the recipe, not only those of the data. */
async function costOf(
  found: Inspection,
  { recipe, registry, whole }: { recipe: ResolvedRecipe; registry: Registry; whole: boolean },
): Promise<Costs> {
  const counts = {
    slices: found.slices,
    labelled: found.labels?.labelled ?? 0,
    series: found.series.filter(({ chosen }) => chosen).length,
    // Where nobody knows whose slices are whose, each is its own.
    patients: found.patients ?? found.slices,
  };
  const engineKind = whole ? (await describeEngine('auto')).kind : null;
  const ids = whole ? planRecipe(recipe, registry).instances.map(({ id }) => id) : ['index', 'shards'];
  const stages = ids.flatMap((stage) => {
    const cost = stageCost(stage, { recipe, registry, counts, engineKind, workers: defaultWorkers() });
    return cost === null ? [] : [{ stage, seconds: cost.seconds, bytes: cost.bytes }];
  });
  const sum = (of: 'seconds' | 'bytes') => stages.reduce((all, one) => all + one[of], 0);
  return { stages, seconds: sum('seconds'), diskBytes: sum('bytes') };
}

function costText({ stages, seconds, diskBytes }: Costs, { channels, data }: ResolvedRecipe): string {
  const each = stages.map((one) => `${one.stage} ${roughly(one.seconds)}, ${formatBytes(one.bytes)}`).join('; ');
  const pictures = `${channels.length} ${channels.length === 1 ? 'channel' : 'channels'} of ${data.image.size} × ${data.image.size}`;
  return `A run would take roughly ${roughly(seconds)} and ${formatBytes(diskBytes)} of disk, with ${pictures} (${each}).`;
}

/** Of the terminal; where there is none, what COLUMNS says. */
function terminalWidth(): number | null {
  const stated = process.stdout.columns ?? Number(process.env.COLUMNS);
  return Number.isInteger(stated) && stated > 0 ? stated : null;
}
