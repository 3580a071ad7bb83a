import { defineSequence, Type } from '../../src/index.ts';
import { matchingWidths } from './matching-width.ts';

/**
 * Dense layers over each slice by itself, with as many weights as a bi-lstm of these layers and cells has on the same
 * vectors: a control. What the bi-lstm has over it is context, not size.
 */
export default defineSequence({
  name: 'per-slice',
  version: 1,
  summary:
    'Dense layers over each slice by itself, with as many weights as the bi-lstm of these layers and cells: a control without neighbours.',
  params: Type.Object({
    layers: Type.Integer({
      default: 2,
      minimum: 1,
      maximum: 8,
      description: 'Layers of the bi-lstm that it is as large as; it has one more itself.',
    }),
    cells: Type.Integer({
      default: 256,
      minimum: 1,
      maximum: 4096,
      description: 'Cells of each direction of the bi-lstm that it is as large as.',
    }),
    dropout: Type.Number({
      default: 0.3,
      minimum: 0,
      maximum: 0.9,
      description: 'Share of each layer’s outputs that is set to zero while training; the rest is scaled up.',
    }),
  }),
  contract: ({ cells }) => ({ needs: 'embeddings', width: 2 * cells, context: false }),
  network(words, embeddings, _mask, { layers, cells, dropout }) {
    const width = words.shape(embeddings).at(-1) ?? 1;
    let x = embeddings;
    for (const [layer, units] of matchingWidths(width, { layers, cells }).entries()) {
      x = words.relu(words.dense(`dense_${layer + 1}`, x, { units }));
      x = words.dropout(`dropout_${layer + 1}`, x, dropout);
    }
    return x;
  },
});
