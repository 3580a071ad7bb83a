import { defineSequence, Type } from '../../src/index.ts';

/**
 * Dense layers over a slice's place in its series and the number of its slices: a control that sees no picture. What it
 * predicts is where haemorrhage is found in a head, and no more.
 */
export default defineSequence({
  name: 'position',
  version: 1,
  summary: "Sees only a slice's place in its series and how many slices there are: a control without pictures.",
  params: Type.Object({
    layers: Type.Integer({ default: 2, minimum: 1, maximum: 8, description: 'Dense layers, one on the other.' }),
    units: Type.Integer({ default: 32, minimum: 1, maximum: 4096, description: 'Width of each layer.' }),
  }),
  contract: ({ units }) => ({ needs: 'position', width: units, context: false, embedding: 2 }),
  network(words, position, _mask, { layers, units }) {
    let x = position;
    for (let layer = 1; layer <= layers; layer++) x = words.relu(words.dense(`dense_${layer}`, x, { units }));
    return x;
  },
});
