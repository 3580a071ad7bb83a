import { Type } from '../../src/index.ts';

/** A layer's channels under a width factor: the nearest multiple of 4, at least 4. The factor 1 changes no network here. */
export const scaleChannels = (channels: number, width: number): number =>
  Math.max(4, Math.round((channels * width) / 4) * 4);

/** A stage's blocks under a factor: the nearest whole number, at least 1. */
export const scaleBlocks = (blocks: number, factor: number): number => Math.max(1, Math.round(blocks * factor));

const factor = (what: string, rule: string) =>
  Type.Number({
    default: 1,
    minimum: 0.01,
    maximum: 4,
    description: `Factor on ${what}; 1 is the network as Keras has it. ${rule}`,
  });

/** The factors that every network of Keras' takes here, so that the same network runs small in a test. */
export const scaleParamsWith = (momentum: number) => ({
  width: factor('the channels of each layer', 'Rounded to the nearest multiple of 4, at least 4.'),
  blocks: factor('the blocks of each stage', 'Rounded to the nearest whole number, at least 1.'),
  momentum: Type.Number({
    default: momentum,
    minimum: 0,
    maximum: 0.999,
    description: `Share of the running averages that a batch leaves, where batch norm trains; ${momentum} as in Keras is slow to leave its start of 0 and 1: a training of fewer than about ${Math.round(5 / (1 - momentum))} steps needs less.`,
  }),
});

export const scaleParams = scaleParamsWith(0.99);

export interface Scale {
  width: number;
  blocks: number;
  momentum: number;
}
