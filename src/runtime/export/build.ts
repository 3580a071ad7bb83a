import { LABELS } from '../../labels.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { sourceContract } from '../../registry/source-contract.ts';
import type { CalibrationFile } from '../artifacts/calibration.ts';
import type { HostTensors } from '../engine/engine.ts';
import { channelsOf } from '../images/windows.ts';
import { windowsOf } from '../runs/predict-run.ts';
import { channelWindows } from '../train/channel-windows.ts';
import { type Chosen, choose } from '../train/components.ts';
import { backboneOf, foldsOf, furtherBackbones, instanceId, instanceName } from '../train/crossfit.ts';
import { backboneNetwork } from '../train/network.ts';
import { backboneNodes } from './graph/backbone.ts';
import { noForm } from './graph/no-form.ts';
import { patientRuleNodes } from './graph/patient-rule.ts';
import { pictureNodes } from './graph/pictures.ts';
import { positionNodes, refuseSequence, sequenceNodes, vectorWidth } from './graph/sequence.ts';
import { windowForm } from './graph/windows.ts';
import { Graph, type Port } from './onnx/graph.ts';
import type { Part } from './part.ts';

/** A trained run as an export needs it. */
export interface Trained {
  recipe: ResolvedRecipe;
  registry: Registry;
  /** By instance: `backbone`, `backbone:2`, `sequence`. */
  weights: ReadonlyMap<string, HostTensors>;
  /** Of the model whose probabilities go out; null or absent: they are what it says. */
  calibration?: CalibrationFile | null;
}

/** The instances whose weights a part holds, those of the backbones in their order. */
export function networksOf(part: Part, { recipe, registry }: Omit<Trained, 'weights'>): string[] {
  const sequence = recipe.sequence === 'none' ? null : choose(registry, 'sequence', recipe.sequence);
  const needs = sequence === null ? null : sequence.component.contract(sequence.params).needs;
  const all = Array.from({ length: furtherBackbones(recipe).length + 1 }, (_, place) =>
    instanceId('backbone', instanceName({ place, fold: null })),
  );
  const read = recipe.backbone === 'none' || needs === 'position' ? [] : needs === 'logits' ? all.slice(0, 1) : all;
  switch (part) {
    case 'whole':
      return sequence === null ? read : [...read, 'sequence'];
    case 'backbone':
      if (recipe.backbone === 'none') throw noForm(recipe.name, 'its recipe has no backbone', 'Export it whole.');
      if (recipe.train.endToEnd?.sliceLoss === 0)
        throw noForm(
          recipe.name,
          'its end-to-end training left what the backbone says of a slice by itself untrained (train.endToEnd.sliceLoss: 0)',
          'Export it whole; or train with a sliceLoss above 0.',
        );
      return read.length > 0 ? read : all.slice(0, 1);
    case 'sequence':
      if (sequence === null)
        throw noForm(recipe.name, 'its recipe has no sequence model', 'Export it whole, or its backbone.');
      return ['sequence'];
  }
}

/** A run's part as a graph; `marks` are what stands on everything that it says. */
export function buildGraph(part: Part, trained: Trained, marks: readonly string[]): Graph {
  const graph = new Graph();
  const build = { whole: buildWhole, backbone: buildBackbone, sequence: buildSequence }[part];
  build(graph, trained);
  graph.output(
    {
      name: 'marks',
      element: 'text',
      dims: [marks.length],
      says: 'What stands on all that this model says; none where it is empty.',
    },
    graph.texts(marks),
  );
  return graph;
}

const slicesOf = (graph: Graph, input: string): string => {
  const shape = graph.node('Shape', [input]);
  graph.slices = graph.node('Slice', [shape, graph.whole(0), graph.whole(1)]);
  return graph.slices;
};

function buildWhole(graph: Graph, trained: Trained): void {
  const { recipe, registry } = trained;
  const sequence = recipe.sequence === 'none' ? null : choose(registry, 'sequence', recipe.sequence);
  if (sequence !== null) refuseSequence(sequence);
  const ids = networksOf('whole', trained);
  refuseFolds(trained, sequence);
  if (ids.some(isBackbone)) refuseJpeg(recipe);
  const hu = graph.input({
    name: 'hu',
    element: 'float32',
    dims: ['slices', 'rows', 'columns'],
    says: 'Hounsfield units of the slices of ONE axial series, in their order from the feet to the head.',
  });
  const spacingMm = spacingInput(graph, sequence);
  const slices = slicesOf(graph, hu);
  let embedding: string | null = null;
  let logits: string | null = null;
  if (ids.some(isBackbone)) {
    const { size, interpolation } = recipe.data.image;
    const windows = channelsOf({ ...recipe, windows: windowsFromHu(trained) }, registry).map(windowForm);
    const pictures = graph.within('pictures', () => pictureNodes(graph, hu, { windows, size, interpolation }));
    ({ embedding, logits } = backbones(graph, pictures, trained, ids));
    const bytes = graph.node('Cast', [pictures], { to: { int: 2 } });
    graph.output(pictureOutput(recipe), bytes);
    graph.output(embeddingOutput(trained, ids), embedding);
  }
  if (sequence !== null) {
    const { needs } = vectorWidth(sequence, 0);
    const read = { embeddings: embedding, logits, position: positionNodes };
    const vectors = needs === 'position' ? positionNodes(graph, slices) : (read[needs] as string);
    const { width } = vectorWidth(sequence, embeddingWidth(trained, ids));
    const inputs = { vectors, width, slices, spacingMm };
    logits = sequenceNodes(graph, sequence, weightsOf(trained, 'sequence'), inputs, 'sequence/');
  }
  answers(graph, logits as string, slices, trained);
}

function buildBackbone(graph: Graph, trained: Trained): void {
  const { recipe } = trained;
  const ids = networksOf('backbone', trained);
  const pictures = graph.input({
    name: 'pictures',
    element: 'float32',
    dims: ['slices', recipe.data.image.size, recipe.data.image.size, recipe.channels.length],
    says: 'Pictures as the shards hold them: whole numbers from 0 to 255, channels last in the order of the recipe.',
  });
  slicesOf(graph, pictures);
  const { embedding, logits } = backbones(graph, pictures, trained, ids);
  graph.output(embeddingOutput(trained, ids), embedding);
  graph.output(LOGITS, logits);
  graph.output(probabilityOutput(trained), probabilitiesOf(graph, logits, trained));
}

function buildSequence(graph: Graph, trained: Trained): void {
  const { recipe, registry } = trained;
  networksOf('sequence', trained);
  const sequence = choose(registry, 'sequence', recipe.sequence as Exclude<ResolvedRecipe['sequence'], 'none'>);
  refuseSequence(sequence);
  const embedding = embeddingWidth(trained, recipe.backbone === 'none' ? [] : networksOf('backbone', trained));
  const { needs, width } = vectorWidth(sequence, embedding);
  const vectors = graph.input({ element: 'float32', dims: ['slices', width], ...SEQUENCE_INPUTS[needs] });
  const spacingMm = spacingInput(graph, sequence);
  const slices = slicesOf(graph, vectors);
  const inputs = { vectors, width, slices, spacingMm };
  const logits = sequenceNodes(graph, sequence, weightsOf(trained, 'sequence'), inputs, 'sequence/');
  graph.output(LOGITS, logits);
  answers(graph, logits, slices, trained);
}

const SEQUENCE_INPUTS = {
  embeddings: {
    name: 'embeddings',
    says: 'The vectors that the backbones make of the slices of ONE series, in their order, side by side.',
  },
  logits: {
    name: 'logits_of_backbone',
    says: 'The six logits of the backbone for the slices of ONE series, in their order.',
  },
  position: {
    name: 'position',
    says: 'Of the slices of ONE series: the place in it from 0 to 1, and the number of its slices divided by 100.',
  },
} as const;

const LOGITS: Port = {
  name: 'logits',
  element: 'float32',
  dims: ['slices', LABELS.length],
  says: `Before the sigmoid, in this order: ${LABELS.join(', ')}.`,
};

const probabilityOutput = ({ calibration = null }: Trained): Port => ({
  name: 'probabilities',
  element: 'float32',
  dims: ['slices', LABELS.length],
  says: `${calibration === null ? 'Uncalibrated scores' : `Probabilities, calibrated by ${calibration.component} on the validation side,`} from 0 to 1, in this order: ${LABELS.join(', ')}.`,
});

/** The logits of a calibrated run are multiplied by a number a label before the sigmoid. */
function probabilitiesOf(graph: Graph, logits: string, { calibration = null, recipe }: Trained): string {
  const all = calibration?.all ?? null;
  if (calibration === null || all === null) return graph.node('Sigmoid', [logits]);
  if (all.scales === null)
    throw noForm(
      recipe.name,
      `its calibration ${calibration.component} gives no number a label that logits are multiplied by (scales)`,
      'Export a run of the recipe with calibration: none, which recalls its networks; or predict with ichor.',
    );
  const scales = graph.constant('float32', all.scales, [1, LABELS.length]);
  return graph.node('Sigmoid', [graph.node('Mul', [logits, scales])]);
}

/** Probabilities of each slice, and what the recipe's rule says of the series. */
function answers(graph: Graph, logits: string, slices: string, trained: Trained): void {
  const { patient } = trained.recipe.evaluation;
  const probabilities = probabilitiesOf(graph, logits, trained);
  graph.output(probabilityOutput(trained), probabilities);
  const { call, run } = patientRuleNodes(graph, probabilities, slices, patient);
  const which = patient.rule === 'count' ? 'slices anywhere' : 'slices in a row';
  graph.output(
    {
      name: 'call',
      element: 'bool',
      dims: [],
      says: `True where at least ${patient.slices} ${which} have any above ${patient.threshold}.`,
    },
    call,
  );
  graph.output(
    {
      name: 'run',
      element: 'int64',
      dims: [3],
      says: 'The longest run of slices above that threshold: how many, the first and the last of them, counted from 0; 0, -1, -1 where there is none.',
    },
    run,
  );
}

const pictureOutput = ({ data, channels }: ResolvedRecipe): Port => ({
  name: 'pictures',
  element: 'uint8',
  dims: ['slices', data.image.size, data.image.size, channels.length],
  says: 'What the network looked at: the slices through the windows, resized.',
});

const embeddingOutput = (trained: Trained, ids: readonly string[]): Port => ({
  name: 'embedding',
  element: 'float32',
  dims: ['slices', embeddingWidth(trained, ids)],
  says: 'The vector before the prediction layer of each slice.',
});

/** The network of a backbone's instance, as the recipe states it. */
function backboneAt({ recipe, registry }: Omit<Trained, 'weights'>, place: number) {
  const { component, params } = choose(registry, 'backbone', backboneOf(recipe, { place, fold: null }));
  const image = { size: recipe.data.image.size, channels: recipe.channels.length };
  return backboneNetwork(component, params, { ...image, windows: channelWindows(recipe, registry) });
}

const isBackbone = (id: string): boolean => id !== 'sequence';

const embeddingWidth = (trained: Trained, ids: readonly string[]): number =>
  ids.filter(isBackbone).reduce((sum, _, place) => sum + backboneAt(trained, place).spec.width, 0);

/** All backbones that are read, their embeddings side by side; the logits are those of the first. */
function backbones(graph: Graph, pictures: string, trained: Trained, ids: readonly string[]) {
  const { recipe } = trained;
  const image = { size: recipe.data.image.size, channels: recipe.channels.length };
  const all = ids.filter(isBackbone).map((id, place) =>
    backboneNodes(graph, pictures, {
      network: backboneAt(trained, place),
      weights: weightsOf(trained, id),
      ...image,
      prefix: place === 0 ? '' : `backbone_${place + 1}/`,
    }),
  );
  const vectors = all.map(({ embedding }) => embedding);
  return {
    embedding: vectors.length === 1 ? (vectors[0] as string) : graph.node('Concat', vectors, { axis: { int: 1 } }),
    logits: (all[0] as { logits: string }).logits,
  };
}

function weightsOf({ weights, recipe }: Trained, id: string): HostTensors {
  const found = weights.get(id);
  // A network without weights has none to write.
  if (found) return found;
  throw noForm(recipe.name, `the weights of its ${id} are not there`, 'Run its recipe again without --until.');
}

/** The windows by the names of the channels: of pictures, those that they were made with. */
function windowsFromHu({ recipe, registry }: Trained): ResolvedRecipe['windows'] {
  const contract = sourceContract(recipe, registry);
  return contract.gives === 'pictures' ? windowsOf(recipe, contract.pictures ?? {}) : recipe.windows;
}

/** Which fold's backbone embeds a patient goes by the patient's name, which HU do not have. */
function refuseFolds({ recipe }: Trained, sequence: Chosen<'sequence'> | null): void {
  if (sequence === null || foldsOf(recipe) === null) return;
  if (sequence.component.contract(sequence.params).needs !== 'embeddings') return;
  throw noForm(
    recipe.name,
    'train.sequence.embeddings deals patients to the backbones of folds by their names, and HU have none',
    'Export its parts: --part backbone (the backbone of the whole training side) and --part sequence; or predict with ichor.',
  );
}

/** A control: its networks learned from what JPEG left of the pictures, and predict shows them the same. */
function refuseJpeg({ name, data }: ResolvedRecipe): void {
  if (data.image.storage === 'jpeg')
    throw noForm(
      name,
      'data.image.storage is jpeg, so that its pictures are compressed before a network sees them, which is no operator of ONNX',
      'Export its parts (--part backbone takes such pictures), or predict with ichor.',
    );
}

function spacingInput(graph: Graph, sequence: Chosen<'sequence'> | null): string | null {
  if (sequence?.params.features.spacing !== true) return null;
  return graph.input({
    name: 'spacing_mm',
    element: 'float32',
    dims: ['slices'],
    says: 'Millimetres along the normal to the slice before; of the first slice to the next one; 0 where it is not known.',
  });
}
