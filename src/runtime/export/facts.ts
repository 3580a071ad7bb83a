import { join } from 'node:path';
import { existsSync } from '../../files/fs.ts';
import { LABELS } from '../../labels.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { sourceContract } from '../../registry/source-contract.ts';
import { ownVersion } from '../../version.ts';
import type { CalibrationFile } from '../artifacts/calibration.ts';
import { type Mark, unionOfMarks } from '../artifacts/marks.ts';
import { type Metrics, readMetrics } from '../artifacts/metrics.ts';
import type { NetworkSummary } from '../artifacts/weights.ts';
import { RESEARCH_NOTICE } from '../report/wording.ts';
import { windowsOf } from '../runs/predict-run.ts';
import type { RunRecord } from '../runs/run-folder.ts';
import { choose } from '../train/components.ts';
import { backboneOf, furtherBackbones } from '../train/crossfit.ts';
import { PIXEL_WORDS } from '../train/layers/pixels.ts';
import { marksOfModel, type Networks, trainedOnText, verdicts } from '../train/network-marks.ts';
import type { Part } from './part.ts';
import { withoutPlaces } from './without-places.ts';

/** What stands in the file's metadata and in its card: of the run, as others need it. Nothing private, no path. */
export interface ExportFacts {
  part: Part;
  run: Pick<RunRecord, 'name' | 'recipe' | 'recipeHash' | 'versions' | 'components' | 'engine' | 'data' | 'started'>;
  recipe: ResolvedRecipe;
  ichor: string;
  /** On everything that it says: `SYNTHETIC`. */
  marks: readonly Mark[];
  /** A sentence for each of them, and for networks that say less than what they have to beat. */
  sentences: readonly string[];
  channels: readonly ChannelFacts[];
  /** How pictures go into each backbone, in words. */
  inputModes: readonly { component: string; pixels: string; words: string }[];
  networks: readonly NetworkSummary[];
  metrics: Metrics | null;
  /** What calibrates its probabilities; null: nothing. */
  calibration: CalibrationFile | null;
  /** It learned from pictures; the windows are those that these were made with. */
  ofPictures: boolean;
  identities: 'public' | 'private';
}

export interface ChannelFacts {
  /** From 0, of the pictures. */
  channel: number;
  window: string;
  type: string;
  /** As the recipe states it: level and width in HU of `linear`. */
  params: Readonly<Record<string, unknown>>;
  /** From where to where the network tells values apart, HU; null: not known. */
  hu: readonly [number, number] | null;
  learned: boolean;
}

export interface FactsInput {
  part: Part;
  record: RunRecord;
  recipe: ResolvedRecipe;
  registry: Registry;
  /** `network.json` of each network that the part holds, the final model's last. */
  networks: ReadonlyMap<string, NetworkSummary>;
  /** Of evaluate; null where there is none. */
  evaluated: string | null;
  calibration: CalibrationFile | null;
}

export async function exportFacts({
  part,
  record,
  recipe,
  registry,
  networks,
  evaluated,
  calibration,
}: FactsInput): Promise<ExportFacts> {
  const contract = sourceContract(recipe, registry);
  const own = [...networks].flatMap(([id, network]) =>
    id === 'backbone' || id === 'sequence' ? [[id, network] as const] : [],
  );
  const models: Networks = new Map(own);
  const final = own.at(-1)?.[0] ?? 'backbone';
  // A further backbone's marks are on what it says too.
  const marks = unionOfMarks(
    marksOfModel(final, models, recipe),
    ...[...networks.values()].map(({ training }) => training?.marks ?? []),
    record.smoke ? ['SMOKE'] : [],
    record.synthetic ? ['SYNTHETIC'] : [],
    record.stamps ?? [],
  );
  const { name, recipe: recipeName, recipeHash, versions, components, engine, data, started } = record;
  return {
    part,
    run: { name, recipe: recipeName, recipeHash, versions, components, engine, data, started },
    recipe,
    ichor: await ownVersion(),
    marks,
    sentences: [...trainedOnText(marks), ...verdicts(models, recipe)],
    channels: channelFacts(recipe, registry),
    inputModes:
      recipe.backbone === 'none'
        ? []
        : Array.from({ length: furtherBackbones(recipe).length + 1 }, (_, place) => {
            const { component, params } = choose(registry, 'backbone', backboneOf(recipe, { place, fold: null }));
            const { pixels } = component.contract(params);
            return { component: component.name, pixels, words: PIXEL_WORDS[pixels] };
          }),
    networks: [...networks.values()],
    metrics: evaluated === null || !existsSync(join(evaluated, 'metrics.json')) ? null : await readMetrics(evaluated),
    calibration,
    ofPictures: contract.gives === 'pictures',
    identities: contract.identities,
  };
}

function channelFacts(recipe: ResolvedRecipe, registry: Registry): ChannelFacts[] {
  const contract = sourceContract(recipe, registry);
  const pictures = contract.gives === 'pictures';
  const known = !pictures || Object.values(contract.pictures ?? {}).every(({ window }) => window !== undefined);
  const windows = pictures && known ? windowsOf(recipe, contract.pictures ?? {}) : recipe.windows;
  return recipe.channels.map(({ window }, channel) => {
    const value = windows[window];
    if (value === undefined) return { channel, window, type: 'picture', params: {}, hu: null, learned: false };
    const { component, params } = choose(registry, 'window', value);
    const { type, ...stated } = value;
    const { hu, shown } = component.contract(params);
    return {
      channel,
      window,
      type,
      params: stated,
      hu: shown ?? hu ?? null,
      learned: component.layer !== undefined,
    };
  });
}

/** Of the graph, and what a viewer shows on top: marks first. */
export const graphName = ({ marks, run, part }: ExportFacts): string =>
  [...marks.map((mark) => mark.replaceAll(' ', '_')), run.name, part].join('-');

export const NO_SERIES =
  'The model does not choose, order or repair slices: it takes the slices that it is given for one axial series, complete and in their order from the feet to the head.';

/** `metadata_props` of the file. */
export function metadataOf(facts: ExportFacts): Record<string, string> {
  const { marks, run, recipe, channels, inputModes, metrics, part } = facts;
  const { patient } = recipe.evaluation;
  return {
    'ichor.format': '1',
    'ichor.part': part,
    'ichor.marks': marks.join(';'),
    'ichor.marks.say': facts.sentences.join(' '),
    'ichor.labels': LABELS.join(','),
    'ichor.intended_use': RESEARCH_NOTICE,
    'ichor.limits': NO_SERIES,
    'ichor.channels': JSON.stringify(channels),
    'ichor.image': JSON.stringify({
      ...recipe.data.image,
      channels: channels.length,
      layout: 'slices, rows, columns, channels',
    }),
    'ichor.input_mode': JSON.stringify(inputModes),
    'ichor.patient_rule': JSON.stringify({ rule: patient.rule, slices: patient.slices, threshold: patient.threshold }),
    'ichor.run': run.name,
    'ichor.recipe': JSON.stringify(withoutPlaces(recipe)),
    'ichor.recipe_hash': run.recipeHash,
    'ichor.data': JSON.stringify({
      source: run.data.source ?? recipe.data.source.type,
      fingerprint: run.data.fingerprint,
    }),
    'ichor.calibration': facts.calibration === null ? '' : JSON.stringify(facts.calibration),
    'ichor.metrics': metrics === null ? '' : JSON.stringify(metrics.models),
    'ichor.components': JSON.stringify(run.components),
    'ichor.versions': JSON.stringify({ ...run.versions, exported_with: facts.ichor }),
    'ichor.engine': JSON.stringify(run.engine),
  };
}
