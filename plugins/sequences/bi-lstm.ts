import { defineSequence, Type } from '../../src/index.ts';

/**
 * Stacked bidirectional LSTMs over the embeddings of a series, as Keras' Bidirectional(LSTM(cells,
 * return_sequences=True)) with a mask, dropout on the outputs of each layer, both directions (facts 1.2, 5.1).
 * `[batch, steps, embedding]` -> `[batch, steps, 2 cells]`. A masked step moves no state and gives zeros, so that
 * neither padding nor the other series of a batch change a series.
 */
export default defineSequence({
  name: 'bi-lstm',
  version: 1,
  summary: 'Stacked bidirectional LSTM over the slices of a series, under a true mask.',
  params: Type.Object({
    layers: Type.Integer({
      default: 2,
      minimum: 1,
      maximum: 8,
      description: 'Bidirectional layers, one on the other.',
    }),
    cells: Type.Integer({
      default: 256,
      minimum: 1,
      maximum: 4096,
      description: 'Cells of each direction of each layer.',
    }),
    dropout: Type.Number({
      default: 0.3,
      minimum: 0,
      maximum: 0.9,
      description: 'Share of each layer’s outputs that is set to zero while training; the rest is scaled up.',
    }),
  }),
  contract: ({ cells }) => ({ needs: 'embeddings', width: 2 * cells }),
  network(words, embeddings, mask, { layers, cells, dropout }) {
    let x = embeddings;
    for (let layer = 1; layer <= layers; layer++) {
      x = words.biLstm(`bi_lstm_${layer}`, x, mask, { cells });
      x = words.dropout(`dropout_${layer}`, x, dropout);
    }
    return x;
  },
});
