import { Type } from '../../src/index.ts';

/** Whose network: where Keras and torchvision build one of the same name differently, weights of the one are wrong in the other. */
export type Variant = 'keras' | 'torchvision';

export const variantParam = (difference: string) =>
  Type.Union([Type.Literal('keras'), Type.Literal('torchvision')], {
    default: 'keras',
    description: `Whose network: weights of the one give wrong numbers in the other. ${difference}`,
  });
