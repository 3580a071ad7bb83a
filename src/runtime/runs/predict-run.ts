import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { IchorError } from '../../errors.ts';
import type { PictureFacts } from '../../registry/kinds/source.ts';
import type { ComponentValue, RecipeLabels, ResolvedRecipe, SeriesChoice } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { planRecipe } from '../plan/plan.ts';
import type { Artifact } from '../store/artifact.ts';
import { Store } from '../store/store.ts';
import { isBeforeEndToEnd } from '../train/crossfit.ts';
import { type RunRecord, stateOf } from './run-folder.ts';

/** What training leaves and predicting takes: the networks, and what was fitted to calibrate them. */
const NETWORKS: readonly string[] = ['backbone', 'sequence', 'calibration'];

/** `stopped after index, as --until said`; null where it did not. */
export const stoppedText = (record: RunRecord): string | null =>
  stateOf(record) === 'partial' ? `stopped after ${record.until}, as --until said` : null;

/** A trained run's networks and calibrations, by reference. Throws `run-not-trained` (exit 2) where it has none. */
export async function trainedNetworks(storeRoot: string, record: RunRecord): Promise<ReadonlyMap<string, Artifact>> {
  if (record.ensemble !== undefined) {
    const members = record.ensemble.runs.map(({ run }) => run);
    throw new IchorError(
      'run-not-trained',
      `Run ${record.name} is an ensemble: it has no networks of its own to predict with.`,
      `Name one of its members: ${members.join(', ')}.`,
      2,
    );
  }
  const store = new Store(storeRoot);
  const networks = new Map<string, Artifact>();
  // Backbones of folds and further ones are instances: `backbone:fold-1`.
  const trained = Object.entries(record.artifacts).filter(
    ([id, { stage }]) => NETWORKS.includes(stage) && !isBeforeEndToEnd(id),
  );
  for (const [id, reference] of trained) {
    const artifact = await store.find(reference.stage, reference.key);
    if (artifact === null) {
      throw new IchorError(
        'artifact-missing',
        `The ${id} that run ${record.name} trained is no longer in the store.`,
        'Run the recipe again; only what is missing is made.',
        2,
      );
    }
    networks.set(id, artifact);
  }
  if (record.status !== 'done' || networks.size === 0) {
    throw new IchorError(
      'run-not-trained',
      `Run ${record.name} ${stoppedText(record) ?? (record.status === 'done' ? 'trained no network' : `is ${record.status}`)}: it has no networks to predict with.`,
      stoppedText(record) === null
        ? 'Finish it by running its recipe again.'
        : 'Run its recipe without --until: what is done is recalled.',
      2,
    );
  }
  return networks;
}

/**
 * Refuses to predict with a part of what a run's recipe names: the numbers of its backbone alone would pass for the sequence
 * model's. Throws `run-not-trained` (exit 2).
 */
export function refuseWithoutNetworks(
  record: RunRecord,
  recipe: ResolvedRecipe,
  registry: Registry,
  networks: ReadonlyMap<string, Artifact>,
): void {
  const missing = planRecipe(recipe, registry).instances.filter(
    ({ id, stage }) => NETWORKS.includes(stage.name) && !networks.has(id) && !isBeforeEndToEnd(id),
  );
  if (missing.length === 0) return;
  const named = missing.map(({ id }) => id).join(', ');
  const alone = missing.every(({ stage }) => stage.name === 'sequence') && recipe.sequence !== 'none';
  throw new IchorError(
    'run-not-trained',
    `Run ${record.name} ${stoppedText(record) ?? 'is not whole'}: its recipe names networks that it has not trained (${named}), and predictions without them would be another model's.`,
    `Run its recipe without --until: what is done is recalled.${alone ? ' To predict with the backbone alone, run it with --set sequence=none: the backbone is recalled.' : ''}`,
    2,
  );
}

/** No table of labels: nothing is judged, or what is given with the command is. */
export const NO_LABELS: RecipeLabels = {
  file: null,
  slice: null,
  path: null,
  patient: null,
  number: null,
  columns: null,
  label: null,
  value: null,
  tolerate: 0,
};

export interface PredictionOptions {
  showIds: boolean;
  pictures: boolean;
  /** Heat maps over them. */
  heatMaps?: boolean;
  repairIntercept?: boolean;
  series?: SeriesChoice;
  resampleMm?: number;
  /** The place holds pictures as the run's own source does (`holdsPicturesOf`). */
  asPictures?: boolean;
  /** Judged also by the predictive values where this share is positive. */
  prevalence?: number;
  /** What the recipe is called; `-predict` where it is not said. */
  suffix?: 'predict' | 'evaluate';
}

/**
 * The run's resolved recipe with source `folder`: nothing is cut, identities are private, of each study the best series is read. Files are read as the run's own
 * source reads them: where that one repairs values that wrapped around, so that equal files have equal HU. A run that learned from pictures reads such
 * pictures in the same way (`asPictures`), and DICOM files through the windows that the pictures were made with.
 *
 * @throws IchorError `pictures-needed` (exit 2) where nobody knows these windows.
 */
export function predictionRecipe(
  trained: ResolvedRecipe,
  root: string | readonly string[],
  registry: Registry,
  options: PredictionOptions,
): { recipe: ResolvedRecipe; text: string } {
  const { type, ...params } = trained.data.source;
  const contract = registry.get('source', type)?.contract(params as never);
  const { showIds, pictures, series = 'by-source', asPictures = false, suffix = 'predict' } = options;
  const repairIntercept = options.repairIntercept === true || contract?.repairIntercept === true;
  const places = typeof root === 'string' ? root : [...root];
  const ofPictures = contract?.gives === 'pictures' && !asPictures;
  const recipe: ResolvedRecipe = {
    ...trained,
    name: `${trained.name}-${suffix}`,
    data: {
      ...trained.data,
      limit: null,
      labels: NO_LABELS,
      series: { ...trained.data.series, choose: series },
      ...(options.resampleMm === undefined ? {} : { resample: { spacingMm: options.resampleMm } }),
      source: asPictures
        ? { ...trained.data.source, root: places, labels: null, showIds, showPictures: pictures }
        : { type: 'folder', root: places, showIds, pictures, repairIntercept },
    },
    evaluation: {
      ...trained.evaluation,
      ...(options.prevalence === undefined
        ? {}
        : { metrics: withPredictiveValues(trained, options.prevalence, asPictures ? contract : undefined) }),
      heatMaps: options.heatMaps === true,
      // Figures on other people's slices are nothing without how sure they are: as the base of the paper's rows has it.
      ...(suffix === 'evaluate' && trained.evaluation.bootstrap === null
        ? { bootstrap: { draws: 1000, seed: 0 } }
        : {}),
    },
    ...(ofPictures ? { windows: windowsOf(trained, contract.pictures ?? {}) } : {}),
    paper: null,
    contrast: null,
  };
  return { recipe, text: stringify(recipe) };
}

/**
 * The recipe's metrics, and with a prevalence the predictive values at it: of patients as the rule of the recipe calls them; of
 * slices, at the same threshold, where nobody knows whose the pictures are or in which order they lie.
 */
function withPredictiveValues(
  { evaluation: { metrics, patient } }: ResolvedRecipe,
  prevalence: number,
  pictures: { patients?: boolean; order?: boolean } | undefined,
): ComponentValue[] {
  const level = pictures?.patients === false || pictures?.order === false ? 'slice' : 'patient';
  const type = 'predictive-values';
  const asked: ComponentValue = { type, label: 'any', threshold: patient.threshold, prevalence, level, score: 'rule' };
  // Figures have names of their own: what the recipe asks already stands once.
  return metrics.some((one) => isDeepStrictEqual(one, asked)) ? metrics : [...metrics, asked];
}

/** The windows that pictures were made with, by the names of the channels: DICOM files go through the same. */
export function windowsOf(
  { channels, name }: Pick<ResolvedRecipe, 'channels' | 'name'>,
  pictures: Readonly<Record<string, PictureFacts>>,
): ResolvedRecipe['windows'] {
  const windows: ResolvedRecipe['windows'] = {};
  for (const { window: picture } of channels) {
    const window = pictures[picture]?.window;
    if (window === undefined)
      throw new IchorError(
        'pictures-needed',
        `The networks of ${name} learned from pictures (${picture}), and the recipe does not say which window these were made with: nothing else can be shown to them likewise.`,
        `Name a folder of such pictures, with the table that the recipe names; or state the window and run again: data.source.pictures.${picture}.window: { level: …, width: … }.`,
        2,
      );
    windows[picture] = { type: 'linear', level: window.level, width: window.width };
  }
  return windows;
}
