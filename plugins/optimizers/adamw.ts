import { defineOptimizer, Type } from '../../src/index.ts';
import { ADAM, ADAM_PARAMS } from './adam-update.ts';

/** Loshchilov and Hutter 2019, as Keras' AdamW: PyTorch's default decay is 0.01, and its epsilon stands elsewhere. */
export default defineOptimizer({
  name: 'adamw',
  version: 1,
  summary: 'Adam with weight decay beside the gradient (decoupled), 0.004 unless weightDecay says otherwise.',
  params: Type.Object(ADAM_PARAMS),
  contract: () => ({}),
  weightDecay: 0.004,
  ...ADAM,
});
