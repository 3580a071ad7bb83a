/**
 * The child process in which libraries are tried before they count as installed: what crashes here crashes nobody.
 * Its parent is try-libraries.ts; what it finds goes there as one message.
 */
import { join } from 'node:path';
import type { Tensor4D } from '@tensorflow/tfjs';
import type { TriedLibraries, TryResult } from './try-libraries.ts';

async function attempt({ folder, cc, framework }: TriedLibraries): Promise<TryResult> {
  const { default: koffi } = await import('koffi');
  const version = koffi.load(join(folder, cc)).func('const char *TF_Version()')() as string;
  const { openNativeEngine } = await import('../native/open.ts');
  const engine = await openNativeEngine({ folder, cc, framework, version });
  const { tf } = engine;
  // By hand: [[1, 2], [3, 4]] · [[5, 6], [7, 8]].
  const product = tf.tidy(() => [
    ...tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])).dataSync(),
  ]);
  // By hand: each output is the sum of a 2×2 square of ones; this one goes through oneDNN.
  const image = tf.tidy(() => [
    ...tf.conv2d(tf.fill([1, 3, 3, 1], 1) as Tensor4D, tf.fill([2, 2, 1, 1], 1) as Tensor4D, 1, 'valid').dataSync(),
  ]);
  engine.close();
  if (product.join() !== '19,22,43,50' || image.join() !== '4,4,4,4') {
    return { ok: false, reason: `they compute wrong numbers: ${product.join()} and ${image.join()}` };
  }
  return { ok: true, version };
}

process.once('message', (libraries: TriedLibraries) => {
  attempt(libraries)
    .catch(
      (error: unknown): TryResult => ({ ok: false, reason: error instanceof Error ? error.message : String(error) }),
    )
    .then((result) => process.send?.(result, () => process.exit(0)));
});
