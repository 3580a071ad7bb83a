import { type Mark, unionOfMarks } from '../../artifacts/marks.ts';
import { type LoadedWeights, readNetwork, readWeights, type TrainingFacts } from '../../artifacts/weights.ts';
import type { HostTensors } from '../../engine/engine.ts';
import type { StageContext } from '../../stage.ts';
import { backboneOf, TWO_STAGE } from '../../train/crossfit.ts';
import { joined, type Part } from '../../train/joint-network.ts';
import { initialise } from '../../train/layers/initialise.ts';
import type { Network } from '../../train/network.ts';
import type { Judged } from '../../weights/seen-before.ts';
import { inputFolder } from '../inputs.ts';
import { startOf } from '../start-of.ts';

/** Where both networks of a joint training begin. */
export interface Start {
  /** The weights, under the names of the joint network. */
  load(): Promise<HostTensors>;
  /** What the backbone loads here; null: nothing, or the training before this one did. */
  weights: LoadedWeights | null;
  /** What stands on the networks that it starts from. */
  marks: readonly Mark[];
  /** How each of the two was trained before; null: it was not. */
  before: Readonly<Record<Part, TrainingFacts | null>>;
  close(): Promise<void>;
}

interface StartInput extends Pick<Judged, 'index' | 'pixels' | 'sides'> {
  network: Network;
  sequence: Network;
  image: { size: number; channels: number };
}

/** From the two trainings that the plan gives this stage; where it gives none, each network as it would start by itself. */
export async function jointStart(context: StageContext, input: StartInput): Promise<Start> {
  return context.inputs.has(`backbone:${TWO_STAGE}`) ? fromTwoStage(context) : fromScratch(context, input);
}

async function fromTwoStage(context: StageContext): Promise<Start> {
  const folder = (part: Part) => inputFolder(context, `${part}:${TWO_STAGE}`);
  const [backbone, sequence] = [await readNetwork(folder('backbone')), await readNetwork(folder('sequence'))];
  return {
    load: async () => joined(await readWeights(folder('backbone')), await readWeights(folder('sequence'))),
    weights: null,
    marks: unionOfMarks(backbone.training?.marks ?? [], sequence.training?.marks ?? []),
    before: { backbone: backbone.training ?? null, sequence: sequence.training ?? null },
    close: async () => {},
  };
}

async function fromScratch(context: StageContext, { network, sequence, image, ...judged }: StartInput): Promise<Start> {
  const { recipe } = context;
  const value = backboneOf(recipe, { place: 0, fold: null });
  const pretrained = await startOf(context, value, 'end-to-end', { ...image, ...judged });
  return {
    async load() {
      // Names of their own: both start as they would in a stage of their own.
      const initial = initialise(network.spec, recipe.seed);
      return joined(
        pretrained === null ? initial : await pretrained.load(initial),
        initialise(sequence.spec, recipe.seed),
      );
    },
    weights: pretrained?.weights ?? null,
    marks: unionOfMarks(pretrained?.marks ?? [], pretrained?.weights.partial ? ['PARTLY PRETRAINED'] : []),
    before: { backbone: null, sequence: null },
    close: async () => pretrained?.close(),
  };
}
