import { createHash } from 'node:crypto';
import { isAbsolute, join, resolve } from 'node:path';
import { IchorError } from '../errors.ts';
import { existsSync, readFile } from '../files/fs.ts';
import type { Diagnostic } from '../registry/diagnostics/diagnostic.ts';
import type { RecipeLabels, ResolvedRecipe, SeriesChoice } from '../registry/recipe.ts';
import { resolveRecipe } from '../registry/resolve/resolve.ts';
import { findWorkspace } from '../registry/resolve/workspace.ts';
import { sourceContract } from '../registry/source-contract.ts';
import type { EngineKind } from '../runtime/engine/engine.ts';
import { openPack } from '../runtime/pack/open-pack.ts';
import { planRecipe } from '../runtime/plan/plan.ts';
import { findRun } from '../runtime/runs/find-run.ts';
import { holdsPicturesOf } from '../runtime/runs/holds-pictures.ts';
import { predictionRecipe, refuseWithoutNetworks, trainedNetworks } from '../runtime/runs/predict-run.ts';
import { runPlan } from '../runtime/runs/run.ts';
import { RUN_RECIPE, refuseEditedRecipe } from '../runtime/runs/run-recipe.ts';
import { takenText } from '../runtime/runs/taken-run.ts';
import { identitiesOf } from '../runtime/sources/identities.ts';
import { identityKey } from '../runtime/store/identity.ts';
import { readNetworks } from '../runtime/train/network-marks.ts';
import { interruptible } from './interrupt.ts';
import { machineOptions } from './machine-options.ts';
import { printQuietEnd } from './notices.ts';
import { paint } from './paint.ts';
import { storeRoot } from './paths.ts';
import { progressReporter } from './progress.ts';
import { hasErrors, printDiagnostics } from './recipe.ts';
import { openRegistry } from './registry.ts';
import { printPredictionMarks, printRunJson } from './run-json.ts';
import { printSummary } from './summary.ts';

export interface PredictOptions {
  showIds?: boolean;
  pictures?: boolean;
  /** Heat maps over them. */
  heatMaps?: boolean;
  /** Values that wrapped around are repaired, also where the run's own source does not. */
  repairIntercept?: boolean;
  /** Which series of a study are predicted: the best where nothing is said. */
  series?: SeriesChoice;
  /** Thin series become slices of so many mm: in the place of what the run's recipe says. */
  resample?: number;
  store?: string;
  engine: 'auto' | EngineKind;
  threads?: number;
  eager?: boolean;
  /** A file of the same size is taken to be the same. */
  trustSizes?: boolean;
  quiet?: boolean;
  /** What came of it as JSON, in the place of the summary. */
  json?: boolean;
}

/** What `ichor evaluate` adds: the labels of the slices that are predicted. */
export interface Judging {
  /** The run's recipe, for what its own labels are called. */
  labelsOf(trained: ResolvedRecipe): Promise<{ labels: RecipeLabels; path: string }>;
}

/** `ichor predict RUN DIR…`: the run's recipe with source `folder`, its networks by reference, every slice as test. */
export async function predictCommand(
  name: string,
  places: readonly string[],
  options: PredictOptions,
  judging: Judging | null = null,
): Promise<number> {
  const workspace = findWorkspace(process.cwd());
  const asked = storeRoot(options.store, workspace);
  const run = (await openPack(asked, name)) ?? (await findRun(asked, name));
  // Its networks lie there, and what it predicts refers to them.
  const root = run.storeRoot;
  const quiet = options.quiet ?? false;
  const emit = progressReporter({ quiet });
  const taken = await takenText(name, run);
  if (taken !== null) emit({ type: 'note', level: 'info', message: taken });
  if (resolve(root) !== resolve(asked))
    emit({
      type: 'note',
      level: 'info',
      message: `The run lies in the store ${root}: what it predicts goes there too.`,
    });
  const given = await trainedNetworks(root, run.record);
  await refuseEditedRecipe(run.folder, run.record);
  const resolution = await resolveRecipe(resolve(run.folder, RUN_RECIPE), {
    registry: openRegistry(),
    set: [],
    training: false,
    cwd: process.cwd(),
  });
  const { recipe: trained, registry } = resolution;
  if (trained === null || hasErrors(resolution.diagnostics)) {
    await printDiagnostics(resolution.diagnostics, resolution.sources);
    throw new IchorError(
      'run-unreadable',
      `The recipe of run ${run.record.name} does not resolve any more.`,
      'Train again with this version of ichor: `ichor run RECIPE`.',
      2,
    );
  }
  if (options.heatMaps && !options.pictures)
    throw new IchorError(
      'heat-maps-need-pictures',
      'Heat maps lie over pictures, and pictures stay out of the page unless they are asked for.',
      'Ask for both: --pictures --heat-maps. A picture of a head is personal data.',
      2,
    );
  const roots = places.map((place) => resolve(place));
  refuseWithoutNetworks(run.record, trained, registry, given);
  for (const place of places.filter((one) => !existsSync(one)))
    throw new IchorError(
      'source-missing',
      `There is no folder or file ${place}.`,
      'Name a folder of DICOM files, a file or a zip: ichor predict RUN DIR',
      2,
    );
  const asPictures = await holdsPicturesOf(trained, roots, registry);
  const { recipe, text } = predictionRecipe(trained, roots.length === 1 ? (roots[0] as string) : roots, registry, {
    showIds: options.showIds ?? false,
    pictures: options.pictures ?? false,
    heatMaps: options.heatMaps ?? false,
    repairIntercept: options.repairIntercept ?? false,
    series: options.series ?? 'by-source',
    ...(options.resample === undefined ? {} : { resampleMm: options.resample }),
    asPictures,
    suffix: judging === null ? 'predict' : 'evaluate',
  });
  // Whoever holds a table could tell by its plain hash that it was judged by here.
  const { identities } = sourceContract(recipe, registry);
  const key = judging !== null && identities === 'private' ? (await identityKey(root, { emit })).key : null;
  const { seal } = identitiesOf(key === null ? 'public' : 'private', key ?? Buffer.alloc(0));
  const evaluation = judging === null ? null : await hashedLabels(await judging.labelsOf(trained), roots, seal);
  // What is doubtful about the pictures that its networks learned from is as doubtful about those that they are shown.
  const ofPictures = resolution.diagnostics.filter(
    ({ severity, path }) => severity === 'warning' && /^(windows|channels)\b/.test(path),
  );
  if (!quiet) process.stderr.write(`${paint.bold(recipe.name)}  with the networks of ${run.record.name}\n`);
  await printDiagnostics(ofPictures, resolution.sources);
  const result = await runPlan({
    recipe,
    recipeText: text,
    registry,
    plan: planRecipe(recipe, registry, given, evaluation),
    ...(evaluation === null ? {} : { evaluation }),
    storeRoot: root,
    workspace,
    engine: options.engine,
    ...machineOptions(options),
    ...(options.trustSizes ? { trustSizes: true } : {}),
    predictsWith: run.record.name,
    findings: [...ofPictures, ...fromHu(trained, recipe)],
    emit,
    signal: interruptible(),
  });
  if (options.json) await printRunJson(root, result);
  else if (quiet) printQuietEnd(result);
  else {
    printPredictionMarks(await readNetworks((id) => given.get(id)?.folder), recipe);
    await printSummary(result, recipe, null, registry, '--show-ids');
  }
  return 0;
}

/** Networks that learned from pictures, and are shown DICOM files through the same windows. */
function fromHu(trained: ResolvedRecipe, recipe: ResolvedRecipe): Diagnostic[] {
  if (trained.data.source.type === recipe.data.source.type || Object.keys(trained.windows).length > 0) return [];
  const windows = Object.entries(recipe.windows).map(([name, { level, width }]) => `${name} ${level}/${width}`);
  return [
    {
      code: 'pictures-from-hu',
      severity: 'warning',
      file: '',
      line: 1,
      column: 1,
      path: 'channels',
      message: `The networks learned from pictures; these slices are made from HU, through the windows that the recipe says the pictures have (${windows.join(', ')}). What the pictures lost before (8 bits, JPEG, their size) these slices have not.`,
      hint: 'How well that carries over is known once it is measured: ichor evaluate RUN DIR --labels FILE',
    },
  ];
}

/** With the hash of the table, which what is judged depends on: sealed, where its data are private. */
async function hashedLabels(
  { labels, path }: { labels: RecipeLabels; path: string },
  roots: readonly string[],
  seal: (hash: string) => string,
): Promise<{ labels: RecipeLabels; path: string; hash: string }> {
  const [root = ''] = roots;
  const stated = labels.file ?? '';
  const inside = !isAbsolute(stated) && existsSync(join(root, stated)) ? join(root, stated) : path;
  const bytes = await readFile(inside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new IchorError(
      'labels-missing',
      `There is no table of labels ${stated}.`,
      'Name the CSV that has the labels of these slices: --labels FILE, from where the command is typed.',
      2,
    );
  });
  return { labels, path: inside, hash: seal(createHash('sha256').update(bytes).digest('hex')) };
}
