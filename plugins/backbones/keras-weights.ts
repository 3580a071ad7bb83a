import type { PublishedWeights } from '../../src/index.ts';

/** Where Keras publishes the weights of its applications. */
const KERAS = 'https://storage.googleapis.com/tensorflow/keras-applications/';

/** What Keras' own code states of a file without a classifier: path (or a whole address), MD5, bytes. */
export const kerasWeights = (
  path: string,
  md5: string,
  bytes: number,
  pixels: PublishedWeights['pixels'],
  besides?: readonly string[],
): PublishedWeights => ({
  url: new URL(path, KERAS).href,
  bytes,
  hash: { md5 },
  licence: 'Apache-2.0 (Keras); trained on ImageNet, whose terms are for research',
  trainedOn: 'ImageNet (ILSVRC-2012), 1,000 classes',
  names: 'keras',
  pixels,
  ...(besides && { besides }),
});
