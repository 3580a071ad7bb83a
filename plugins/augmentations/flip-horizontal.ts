import { defineAugmentation, Type } from '../../src/index.ts';

export const flipHorizontal = defineAugmentation({
  name: 'flip-horizontal',
  version: 1,
  summary: 'Swaps left and right.',
  params: Type.Object({}),
  contract: () => ({ changes: 'geometry' }),
  matrix: (_params, _random, size) => [-1, 0, size - 1, 0, 1, 0],
});

export default flipHorizontal;
