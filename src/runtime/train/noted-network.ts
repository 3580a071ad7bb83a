import { type TrainedStage, trainKey } from '../../registry/recipe.ts';

/** What a note is about, before anything is trained. */
export interface NotedNetwork {
  stage: TrainedStage;
  /** `backbone`, `backbone:fold-2`. */
  id: string;
  /** Name of its component. */
  type: string;
  /** Whether the recipe can say the momentum of the network whose batch norm trains: `backbone.momentum`. */
  ownMomentum: boolean;
  /** Passes over the data after which what is frozen trains as well; absent: nothing is, or stays so. */
  unfreezeAfter?: number;
  /** Made to show that everything runs: no cause is looked for in it. */
  smoke: boolean;
}

/** `the base network (resnet-50)`; of several backbones with the instance's name. */
export function networkTitle({ stage, id, type }: Pick<NotedNetwork, 'stage' | 'id' | 'type'>): string {
  if (stage === 'end-to-end') return `the end-to-end network (${type})`;
  if (id !== stage) return `the network ${id} (${type})`;
  return stage === 'backbone' ? `the base network (${type})` : `the sequence model (${type})`;
}

/** Where the recipe says how it trains: `train.endToEnd`. */
export const trainPath = ({ stage }: Pick<NotedNetwork, 'stage'>): string => `train.${trainKey(stage)}`;

/** Where it says what of batch norm and frozen weights is trained: of both networks as one, the backbone's block. */
export const networkPath = ({ stage }: Pick<NotedNetwork, 'stage'>): string =>
  stage === 'end-to-end' ? 'backbone' : stage;
