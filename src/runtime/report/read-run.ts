import { LABELS, type Label } from '../../labels.ts';
import type { Side } from '../../registry/kinds/split.ts';
import { stampsOf } from '../../registry/leak.ts';
import type { ResolvedRecipe, TrainedStage } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { type HeatMaps, readHeatMaps } from '../artifacts/heat-maps.ts';
import { type EpochRow, readHistory } from '../artifacts/history.ts';
import { type LabelsTable, readKnownLabels, readLabelsTable } from '../artifacts/known-labels.ts';
import { readLedger } from '../artifacts/ledger.ts';
import { isVerdict } from '../artifacts/marks.ts';
import { judgedSide, type Metrics, MODELS, type ModelName, readMetrics } from '../artifacts/metrics.ts';
import { type PatientRow, readPatients } from '../artifacts/patients.ts';
import { marksOfRows, readModelPredictions } from '../artifacts/predictions.ts';
import { openShards, type ShardReader } from '../artifacts/shards.ts';
import { readSlices, type SliceRow } from '../artifacts/slices.ts';
import { readSource } from '../artifacts/source.ts';
import { type Comparability, comparability } from '../evaluate/comparable.ts';
import { type JoinedSlice, joinTruth } from '../evaluate/scored.ts';
import { marks } from '../evaluate/summary-table.ts';
import type { LedgerPart } from '../ledger.ts';
import { type Notice, noticesOf } from '../notices/notice.ts';
import { withMembers } from '../notices/of-members.ts';
import type { StageContext } from '../stage.ts';
import { type Manifest, readManifest } from '../store/store.ts';
import { TWO_STAGE } from '../train/crossfit.ts';
import { type Networks, readNetworks } from '../train/network-marks.ts';

/** The slices that figures are about first: of the validation side, or those that somebody labelled to judge by. */
export interface Judged {
  side: Side;
  /** The labels that their truth knows; what stands for the others means nothing. */
  known: readonly Label[];
  /** The table that says so, of an evaluation; null: labels are those of the data. */
  table: LabelsTable | null;
  /** By model, in the order of the index; also those without labels, and of other sides. */
  slices: ReadonlyMap<ModelName, readonly JoinedSlice[]>;
}

/** All that the page shows, read from the artifacts. */
export interface RunData {
  recipe: ResolvedRecipe;
  registry: Registry;
  page: StageContext['page'];
  /** `SYNTHETIC`, `SMOKE`, `LEAKY SPLIT`: of this run, and of the networks that predicted in it. */
  marks: string[];
  /** Of the final model's predictions: `WORSE THAN CONSTANT`. */
  verdicts: string[];
  /** Those that predicted, by what their artifacts say. */
  networks: Networks;
  index: SliceRow[];
  /** Place of a slice in the index and in the predictions, by its id. */
  places: ReadonlyMap<string, number>;
  /** Every slice with its truth, by model, in the order of the index. */
  predictions: ReadonlyMap<ModelName, JoinedSlice[]>;
  final: ModelName | null;
  /** The component that calibrates the final model; null where its scores are what the network said. */
  calibrated: string | null;
  judged: Judged;
  metrics: Metrics | null;
  comparable: Comparability | null;
  /** Of the final model. */
  patients: PatientRow[];
  /** Of each training, in the order of the plan. */
  histories: ReadonlyMap<TrainedStage, EpochRow[]>;
  ledger: LedgerPart[];
  /** What was left out, repaired or is doubtful, as the head of the page says it. */
  notices: Notice[];
  stages: { id: string; key: string; manifest: Manifest | null }[];
  /** Null where there are none, or where pictures of a private source must not leave. */
  shards: ShardReader | null;
  /** Why there is no picture; null where there may be some. */
  noPictures: string | null;
  /** Of the series that the page shows; null where the recipe asks for none. */
  heatMaps: HeatMaps | null;
}

const TRAININGS: readonly TrainedStage[] = ['backbone', 'sequence', 'end-to-end'];

export async function readRun(context: StageContext): Promise<RunData> {
  const { recipe, registry, inputs, page } = context;
  const folder = (id: string) => inputs.get(id)?.folder;
  const indexFolder = inputs.get('index')!.folder;
  // Labels that are known in part would show as negative where nothing is known: only what asks for `judged` has them.
  const judgedBy = folder('labels');
  const known = judgedBy === undefined ? LABELS : await readKnownLabels(judgedBy);
  const whole = judgedBy !== undefined && known.length === LABELS.length;
  const index = await readSlices(whole ? judgedBy : indexFolder);
  const truth = judgedBy === undefined || whole ? index : await readSlices(judgedBy);
  const predictions = new Map<ModelName, JoinedSlice[]>();
  const judgedSlices = new Map<ModelName, readonly JoinedSlice[]>();
  const histories = new Map<TrainedStage, EpochRow[]>();
  for (const model of MODELS) {
    const rows = await readModelPredictions(model, folder);
    if (rows !== null) {
      const opened = judgedBy !== undefined;
      const joined = joinTruth(index, rows, { opened: whole });
      predictions.set(model, joined);
      judgedSlices.set(model, truth === index ? joined : joinTruth(truth, rows, { opened }));
    }
  }
  for (const stage of TRAININGS) {
    // Of an end-to-end training those that went before it: it gives the networks of these names.
    const trained = folder(`${stage}:${TWO_STAGE}`) ?? folder(stage);
    const history = trained ? await readHistory(trained) : null;
    // What has no weights has no curve.
    if (history && history.length > 0) histories.set(stage, history);
  }
  const final = [...predictions.keys()].at(-1) ?? null;
  const evaluated = folder('evaluate');
  const metrics = evaluated ? await readMetrics(evaluated) : null;
  const patients = evaluated ? (await readPatients(evaluated)).filter((row) => row.model === final) : [];
  const ledger: LedgerPart[] = [];
  const stages: RunData['stages'] = [];
  for (const [id, artifact] of inputs) {
    ledger.push(await readLedger(artifact.folder));
    stages.push({ id, key: artifact.key, manifest: await readManifest(artifact.folder) });
  }
  const shardFolder = folder('shards');
  const maps = folder('heat-maps');
  const carried = final === null ? [] : marksOfRows(predictions.get(final) ?? []);
  const noPictures = shardFolder ? whyNoPictures(context) : 'This run has no pictures.';
  return {
    recipe,
    registry,
    page,
    marks: marks({
      synthetic: (await readSource(indexFolder)).synthetic,
      smoke: recipe.smoke,
      stamps: stampsOf(recipe, registry),
      marks: carried,
    }),
    verdicts: carried.filter(isVerdict),
    networks: await readNetworks(folder),
    index,
    places: new Map(index.map(({ slice }, place) => [slice, place])),
    predictions,
    final,
    calibrated: metrics?.models.find(({ model }) => model === final)?.calibration?.component ?? null,
    judged: {
      side: metrics === null ? 'validation' : judgedSide(metrics),
      known,
      table: judgedBy === undefined ? null : await readLabelsTable(judgedBy),
      slices: judgedSlices,
    },
    metrics,
    comparable: metrics && comparability(recipe, page.shipped, metrics, registry),
    patients,
    histories,
    ledger,
    notices: withMembers(noticesOf(ledger, page.warnings), page.said ?? []),
    stages,
    shards: shardFolder && noPictures === null ? await openShards(shardFolder) : null,
    noPictures,
    heatMaps: maps === undefined ? null : await readHeatMaps(maps),
  };
}

/** A picture of a head is personal data even without a header (facts 7): from private sources only when asked for. */
function whyNoPictures({ recipe, registry }: StageContext): string | null {
  const { source } = recipe.data;
  const contract = registry.get('source', source.type)?.contract(source);
  // A source that can be asked for pictures has to be asked, also when ids may be shown.
  // Of a source that gives pictures `pictures` says which they are.
  const asked = contract?.gives === 'pictures' ? source.showPictures : source.pictures;
  const ask = contract?.identities === 'private' || (contract?.gives !== 'pictures' && asked !== undefined);
  if (!ask || asked === true) return null;
  return 'Pictures of this source stay out of the page unless they are asked for (--pictures): thin head CT shows a face.';
}
