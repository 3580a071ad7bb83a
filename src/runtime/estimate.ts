import type { ResolvedRecipe, TrainBlock } from '../registry/recipe.ts';
import type { Registry } from '../registry/registry.ts';
import { readSlices } from './artifacts/slices.ts';
import { formatBytes } from './disk.ts';
import type { EngineKind } from './engine/engine.ts';
import type { Artifact } from './stage.ts';
import { CHUNK } from './train/image-chunks.ts';
import { networkCosts } from './train/network-costs.ts';

export interface StageEstimate {
  /** On the disk, when finished and on the way there. */
  bytes: number;
  seconds: number;
  /** For the user; null where the stage is short and small. */
  text: string | null;
}

export interface EstimateInput {
  recipe: ResolvedRecipe;
  registry: Registry;
  inputs: ReadonlyMap<string, Artifact>;
  engineKind: EngineKind | null;
  workers: number;
}

/**
 * Multiply-adds a second forward and what a step costs beside them, on two cores of 2023 (bench/README.md).
 * Only the order of magnitude is promised.
 */
const RATES: Record<EngineKind, { multiplyAdds: number; stepSeconds: number }> = {
  native: { multiplyAdds: 6e10, stepSeconds: 0.03 },
  wasm: { multiplyAdds: 6e9, stepSeconds: 0.08 },
};
/** A training step costs about three times its forward pass. */
const TRAINING = 3;
const SLICES_PER_WORKER_SECOND = 60;
const LONG_SECONDS = 30;
const LARGE_BYTES = 500e6;

/** What a stage will cost in disk and roughly in time, before it starts; null where that is next to nothing. */
export async function estimateStage(id: string, input: EstimateInput): Promise<StageEstimate | null> {
  const cost = await costOf(id, input);
  if (cost === null) return null;
  const told = cost.seconds >= LONG_SECONDS || cost.bytes >= LARGE_BYTES;
  return { ...cost, text: told ? `about ${formatBytes(cost.bytes)} on disk, roughly ${about(cost.seconds)}` : null };
}

async function costOf(id: string, input: EstimateInput): Promise<{ bytes: number; seconds: number } | null> {
  const { recipe, registry, inputs } = input;
  if (id === 'source') {
    const source = registry.get('source', recipe.data.source.type);
    return source?.cost?.(recipe.data.source) ?? null;
  }
  const index = inputs.get('index');
  if (index === undefined) return null;
  const slices = await readSlices(index.folder);
  if (id === 'shards') {
    const bytes = slices.length * (recipe.data.image.size ** 2 * recipe.channels.length + 400);
    return { bytes, seconds: slices.length / (SLICES_PER_WORKER_SECOND * input.workers) };
  }
  if (input.engineKind === null) return null;
  const costs = networkCosts(recipe, registry);
  const rate = RATES[input.engineKind];
  const forward = (items: number, multiplyAdds: number, batch: number) =>
    (items * multiplyAdds) / rate.multiplyAdds + (items / batch) * rate.stepSeconds;
  const labelled = slices.filter((slice) => slice.labels !== null).length;
  const series = new Set(slices.filter((slice) => slice.labels !== null).map((slice) => slice.series)).size;
  if (id === 'backbone' && costs.backbone !== null) {
    const items = itemsOf(recipe.train.backbone, labelled);
    return {
      bytes: checkpointBytes(costs.backbone.parameters),
      seconds: TRAINING * forward(items, costs.backbone.multiplyAdds, recipe.train.backbone.batch),
    };
  }
  if (id === 'sequence' && costs.sequence !== null) {
    const items = itemsOf(recipe.train.sequence, series);
    return {
      bytes: checkpointBytes(costs.sequence.parameters),
      seconds: TRAINING * forward(items, costs.sequence.multiplyAdds, recipe.train.sequence.batch),
    };
  }
  if (id === 'embed' && costs.backbone !== null) {
    const bytes = slices.length * (costs.backbone.width * 4 + 80);
    return { bytes, seconds: forward(slices.length, costs.backbone.multiplyAdds, CHUNK) };
  }
  return null;
}

function itemsOf(block: TrainBlock, all: number): number {
  const epoch = block.stepsPerEpoch === null ? all : Math.min(all, block.stepsPerEpoch * block.batch);
  return epoch * block.epochs;
}

/** Weights and two slots of Adam, in the last checkpoint and the one being written. */
function checkpointBytes(parameters: number): number {
  return parameters * 4 * 3 * 2;
}

function about(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds / 10) * 10)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
