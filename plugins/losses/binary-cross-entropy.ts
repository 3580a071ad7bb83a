import { defineLoss, Type } from '../../src/index.ts';
import { crossEntropy } from './cross-entropy.ts';

export default defineLoss({
  name: 'binary-cross-entropy',
  version: 1,
  summary: 'Binary cross-entropy on logits, each of the six labels by itself.',
  params: Type.Object({}),
  contract: () => ({}),
  cells: (tf, logits, labels) => crossEntropy(tf, logits, labels),
});
