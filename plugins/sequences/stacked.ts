import { type Layers, Type, type WithAuxiliary } from '../../src/index.ts';

const DROPOUT = 'Share of each layer’s outputs that is set to zero while training; the rest is scaled up.';

/** What recurrent networks of stacked bidirectional layers take. */
export const stackedParams = (layer: string) => ({
  layers: Type.Integer({ default: 2, minimum: 1, maximum: 8, description: 'Bidirectional layers, one on the other.' }),
  cells: Type.Integer({
    default: 256,
    minimum: 1,
    maximum: 4096,
    description: 'Cells of each direction of each layer.',
  }),
  dropout: Type.Number({ default: 0.3, minimum: 0, maximum: 0.9, description: DROPOUT }),
  layerNorm: Type.Boolean({
    default: false,
    description: `Each ${layer} layer’s outputs to mean 0 and variance 1, slice by slice, before dropout.`,
  }),
  projection: Type.Union(
    [
      Type.Object(
        {
          units: Type.Integer({ default: 128, minimum: 1, maximum: 4096, description: 'Width of the dense layer.' }),
          auxiliary: Type.Number({
            default: 0,
            minimum: 0,
            maximum: 10,
            description:
              'A head of its own reads the projected embedding while training, and its loss counts so many times; 0: none.',
          }),
        },
        { additionalProperties: false },
      ),
      Type.Null(),
    ],
    {
      default: null,
      description:
        'A dense layer over each embedding before the first recurrence, { units: 128, auxiliary: 0 }: with auxiliary above 0 a second head reads it while training; null: none.',
    },
  ),
});

export interface Stacked {
  layers: number;
  dropout: number;
  layerNorm: boolean;
  projection: { units: number; auxiliary: number } | null;
}

/**
 * The embedding (projected, where it is asked for), then `recur` for each layer, with layer norm and dropout on what comes
 * out. Masked steps hold rubbish after a norm: the next layer's mask keeps it out, and the last one's are not read.
 */
export function stacked<T>(
  words: Layers<T>,
  embeddings: T,
  { layers, dropout, layerNorm, projection }: Stacked,
  recur: (x: T, layer: number) => T,
): T | WithAuxiliary<T> {
  const seen = projection ? words.relu(words.dense('projection', embeddings, { units: projection.units })) : embeddings;
  let x = seen;
  for (let layer = 1; layer <= layers; layer++) {
    x = recur(x, layer);
    if (layerNorm) x = words.layerNorm(`layer_norm_${layer}`, x);
    x = words.dropout(`dropout_${layer}`, x, dropout);
  }
  if (!projection || projection.auxiliary === 0) return x;
  return { features: x, auxiliary: { from: seen, weight: projection.auxiliary } };
}
