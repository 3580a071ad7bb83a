import { defineSequence, Type } from '../../src/index.ts';

/**
 * Residual convolutions along the slices, each wider apart than the one before (facts 6): with dilations 1, 2, 4, 8 and
 * three taps a slice sees fifteen on either side. What stands in masked steps is zero before each convolution, as what
 * lies beyond the ends is, so that padding changes nothing.
 */
export default defineSequence({
  name: 'dilated-conv',
  version: 1,
  summary: 'Residual dilated convolutions along the slices of a series, under the mask.',
  params: Type.Object({
    filters: Type.Integer({ default: 128, minimum: 1, maximum: 4096, description: 'Width of every layer.' }),
    size: Type.Integer({
      default: 3,
      minimum: 3,
      maximum: 31,
      description: 'Slices that a convolution reads; an even one reads one more above than below.',
    }),
    dilations: Type.Array(Type.Integer({ minimum: 1, maximum: 512 }), {
      default: [1, 2, 4, 8],
      minItems: 1,
      maxItems: 16,
      description: 'Of each convolution: how many slices its taps are apart.',
    }),
    dropout: Type.Number({
      default: 0.3,
      minimum: 0,
      maximum: 0.9,
      description: 'Share of each convolution’s outputs that is set to zero while training; the rest is scaled up.',
    }),
  }),
  contract: ({ filters }) => ({ needs: 'embeddings', width: filters }),
  network(words, embeddings, mask, { filters, size, dilations, dropout }) {
    let x = words.dense('projection', embeddings, { units: filters });
    for (const [at, dilation] of dilations.entries()) {
      const y = words.convSteps(`conv_${at + 1}`, words.masked(x, mask), { filters, size, dilation });
      x = words.add(x, words.dropout(`dropout_${at + 1}`, words.relu(y), dropout));
    }
    return x;
  },
});
