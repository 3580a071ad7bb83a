import { defineOptimizer, Type } from '../../src/index.ts';
import { ADAM, ADAM_PARAMS } from './adam-update.ts';

export default defineOptimizer({
  name: 'adam',
  version: 2,
  summary: "Adam in Keras' form: epsilon is added before the correction of bias.",
  params: Type.Object(ADAM_PARAMS),
  migrations: [
    {
      to: 2,
      summary: 'How the learning rate goes over a training is a schedule, of every optimizer.',
      nested: {
        halfLife: { block: 'schedule', type: 'half-life', otherwise: 'constant', minimum: 1 },
      },
    },
  ],
  contract: () => ({}),
  ...ADAM,
});
