import { createHash } from 'node:crypto';
import { isAbsolute, join, resolve } from 'node:path';
import { IchorError } from '../errors.ts';
import { existsSync, readFile } from '../files/fs.ts';
import type { Diagnostic } from '../registry/diagnostics/diagnostic.ts';
import type { RecipeLabels, ResolvedRecipe } from '../registry/recipe.ts';
import { resolveRecipe } from '../registry/resolve/resolve.ts';
import { sourceContract } from '../registry/source-contract.ts';
import { openPack } from '../runtime/pack/open-pack.ts';
import { planRecipe } from '../runtime/plan/plan.ts';
import { refuseChangedComponents } from '../runtime/runs/changed-components.ts';
import { findRun } from '../runtime/runs/find-run.ts';
import { holdsPicturesOf } from '../runtime/runs/holds-pictures.ts';
import { predictionRecipe, refuseWithoutNetworks, trainedNetworks } from '../runtime/runs/predict-run.ts';
import { runPlan } from '../runtime/runs/run.ts';
import { RUN_RECIPE, refuseEditedRecipe } from '../runtime/runs/run-recipe.ts';
import { takenText } from '../runtime/runs/taken-run.ts';
import { unreadableRecipe } from '../runtime/runs/unreadable-recipe.ts';
import { identitiesOf } from '../runtime/sources/identities.ts';
import { labelsOf } from '../runtime/sources/labels-file.ts';
import { refuseUnreadableRows } from '../runtime/stages/index/readable-rows.ts';
import { identityKey } from '../runtime/store/identity.ts';
import { abortable, never } from './aborted.ts';
import type { WorkEvent } from './events.ts';
import { identityEnv } from './identity.ts';
import { runNamed } from './open-run.ts';
import { openedRun } from './opened-run.ts';
import {
  checkedOptions,
  checkedText,
  type EvaluateOptions,
  engineOptions,
  placesOf,
  shown,
  wrongOption,
} from './options.ts';
import { withFindings } from './recipe-error.ts';
import { openRegistry } from './registry.ts';
import type { FinishedRun } from './run-types.ts';

/** What `evaluate` adds: the labels of the slices that are predicted. */
export interface Judging {
  /** The run's recipe, for what its own labels are called. */
  labelsOf(trained: ResolvedRecipe): Promise<{ labels: RecipeLabels; path: string }>;
}

/** The run's recipe with other pictures, its networks by reference, every slice as test. */
export async function predictNow(
  name: 'predict' | 'evaluate',
  run: string,
  given: string | readonly string[],
  options: EvaluateOptions | undefined,
  emit: (event: WorkEvent) => void,
  judge: ((options: EvaluateOptions) => Judging) | null = null,
): Promise<FinishedRun> {
  const asked = checkedText(name, 'the name or the folder of a run', run);
  const stated = checkedOptions(name, options);
  const places = checkedPlaces(name, given);
  const judging = judge === null ? null : judge(stated);
  const { cwd, workspace, storeRoot } = placesOf(stated);
  const env = identityEnv(stated.identityKey, cwd);
  const signal = stated.signal ?? never();
  return abortable(signal, async () => {
    const packed = await openPack(storeRoot, resolve(cwd, asked), signal);
    const found = packed ?? (await findRun(storeRoot, runNamed(asked, storeRoot, cwd)));
    // Its networks lie there, and what it predicts refers to them.
    const root = found.storeRoot;
    const taken = await takenText(asked, found);
    if (taken !== null) emit({ type: 'note', level: 'info', message: taken });
    if (resolve(root) !== resolve(storeRoot))
      emit({
        type: 'note',
        level: 'info',
        message: `The run lies in the store ${root}: what it predicts goes there too.`,
      });
    const networks = await trainedNetworks(root, found.record);
    await refuseEditedRecipe(found.folder, found.record);
    const resolution = await resolveRecipe(resolve(found.folder, RUN_RECIPE), {
      registry: openRegistry(),
      set: [],
      training: false,
      cwd,
    });
    const { recipe: trained, registry } = resolution;
    if (trained === null) throw withFindings(unreadableRecipe(found.record.name, resolution), resolution);
    if (stated.heatMaps && !stated.pictures)
      throw new IchorError(
        'heat-maps-need-pictures',
        'Heat maps lie over pictures, and pictures stay out of the page unless they are asked for.',
        'Ask for both: --pictures --heat-maps. A picture of a head is personal data.',
        2,
      );
    const roots = places.map((place) => resolve(cwd, place));
    refuseWithoutNetworks(found.record, trained, registry, networks);
    await refuseChangedComponents(found.record, trained, registry, root);
    const absent = places.find((_, i) => !existsSync(roots[i] as string));
    if (absent !== undefined)
      throw new IchorError(
        'source-missing',
        `There is no folder or file ${absent}.`,
        'Name a folder of DICOM files, a file or a zip: ichor predict RUN DIR',
        2,
      );
    const asPictures = await holdsPicturesOf(trained, roots, registry);
    const { recipe, text } = predictionRecipe(trained, roots.length === 1 ? (roots[0] as string) : roots, registry, {
      showIds: stated.showIds ?? false,
      pictures: stated.pictures ?? false,
      heatMaps: stated.heatMaps ?? false,
      repairIntercept: stated.repairIntercept ?? false,
      series: stated.series ?? 'by-source',
      ...(stated.resample === undefined ? {} : { resampleMm: stated.resample }),
      asPictures,
      ...(stated.prevalence === undefined ? {} : { prevalence: stated.prevalence }),
      suffix: name,
    });
    // Whoever holds a table could tell by its plain hash that it was judged by here.
    const { identities } = sourceContract(recipe, registry);
    const key = judging !== null && identities === 'private' ? (await identityKey(root, { emit, env })).key : null;
    const { seal } = identitiesOf(key === null ? 'public' : 'private', key ?? Buffer.alloc(0));
    const evaluation = judging === null ? null : await hashedLabels(await judging.labelsOf(trained), roots, seal);
    // A table that cannot be read is told now, and not behind all predictions.
    if (evaluation !== null) await refuseUnreadable(evaluation, identities === 'private');
    // What is doubtful about the pictures that its networks learned from is as doubtful about those that they are shown.
    const ofPictures = resolution.diagnostics.filter(
      ({ severity, path }) => severity === 'warning' && /^(windows|channels)\b/.test(path),
    );
    emit({ type: 'begin', recipe: recipe.name, marks: [], predictsWith: found.record.name });
    if (ofPictures.length > 0) emit({ type: 'findings', diagnostics: ofPictures, sources: resolution.sources });
    const result = await runPlan({
      recipe,
      recipeText: text,
      registry,
      plan: planRecipe(recipe, registry, networks, evaluation),
      ...(evaluation === null ? {} : { evaluation }),
      storeRoot: root,
      workspace,
      ...engineOptions(stated),
      ...(stated.paths ? { paths: true } : {}),
      predictsWith: found.record.name,
      findings: [...ofPictures, ...fromHu(trained, recipe)],
      env,
      emit,
      signal,
    });
    const { ran, repeated, notices } = result;
    const opened = await openedRun(result.folder, root, { recipe, registry, shipped: null });
    return Object.assign(opened, { ran, repeated, notices });
  });
}

function checkedPlaces(name: 'predict' | 'evaluate', given: unknown): string[] {
  const places: unknown[] = Array.isArray(given) ? given : [given];
  if (places.length > 0 && places.every((place): place is string => typeof place === 'string' && place !== ''))
    return places;
  throw wrongOption(
    `${name}() takes the place of the slices second, and was given ${shown(given)}.`,
    'Name a folder, a zip, a file, or a list of them.',
  );
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

async function refuseUnreadable(
  { labels, path }: { labels: RecipeLabels; path: string },
  isPrivate: boolean,
): Promise<void> {
  const table = await labelsOf(null, labels, { path, isPrivate });
  await refuseUnreadableRows(table.labels, isPrivate, labels.tolerate);
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
