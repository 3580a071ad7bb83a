import { defineSequence, Type } from '../../src/index.ts';
import { stacked, stackedParams } from './stacked.ts';

/**
 * Stacked bidirectional LSTMs over the embeddings of a series, as Keras' Bidirectional(LSTM(cells,
 * return_sequences=True)) with a mask, dropout on the outputs of each layer, both directions (facts 1.2, 5.1).
 * `[batch, steps, embedding]` -> `[batch, steps, 2 cells]`. A masked step moves no state and gives zeros, so that
 * neither padding nor the other series of a batch change a series.
 */
export default defineSequence({
  name: 'bi-lstm',
  version: 2,
  summary: 'Stacked bidirectional LSTM over the slices of a series, under a true mask.',
  params: Type.Object(stackedParams('LSTM')),
  contract: ({ cells }) => ({ needs: 'embeddings', width: 2 * cells }),
  network: (words, embeddings, mask, params) =>
    stacked(words, embeddings, params, (x, layer) =>
      words.biLstm(`bi_lstm_${layer}`, x, mask, { cells: params.cells }),
    ),
});
