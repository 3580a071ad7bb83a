import { defineSequence, Type } from '../../src/index.ts';
import { stacked, stackedParams } from './stacked.ts';

/**
 * Stacked bidirectional GRUs, as Keras' Bidirectional(GRU(cells, return_sequences=True)) with its default reset_after
 * (facts 5.1), otherwise as the bi-lstm. Three quarters of its weights in the recurrences.
 */
export default defineSequence({
  name: 'bi-gru',
  version: 1,
  summary: 'Stacked bidirectional GRU (reset_after, as Keras) over the slices of a series, under a true mask.',
  params: Type.Object(stackedParams('GRU')),
  contract: ({ cells }) => ({ needs: 'embeddings', width: 2 * cells }),
  network: (words, embeddings, mask, params) =>
    stacked(words, embeddings, params, (x, layer) => words.biGru(`bi_gru_${layer}`, x, mask, { cells: params.cells })),
});
