import { defineSampler, Type } from '../../src/index.ts';

export default defineSampler({
  name: 'uniform',
  version: 1,
  summary: 'Each slice once an epoch, in an order drawn anew.',
  params: Type.Object({}),
  contract: () => ({ draws: 'slices', prevalence: 'kept' }),
  order: (slices, { random }) => random.shuffle(Array.from(slices, (_, place) => place)),
});
