import { defineAugmentation, Type } from '../../src/index.ts';

/** Anatomically wrong, and harmless for the labels, which know no side; the paper has it (facts 1.2). */
export const transpose = defineAugmentation({
  name: 'transpose',
  version: 1,
  summary: 'Swaps rows and columns: mirrors at the diagonal from the top left.',
  params: Type.Object({}),
  contract: () => ({ changes: 'geometry' }),
  matrix: () => [0, 1, 0, 1, 0, 0],
});

export default transpose;
