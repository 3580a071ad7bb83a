import { defineAugmentation, Type } from '../../src/index.ts';

export const flipVertical = defineAugmentation({
  name: 'flip-vertical',
  version: 1,
  summary: 'Swaps front and back: anatomically wrong, and harmless for the labels, which know no side.',
  params: Type.Object({}),
  contract: () => ({ changes: 'geometry' }),
  matrix: (_params, _random, size) => [1, 0, 0, 0, -1, size - 1],
});

export default flipVertical;
