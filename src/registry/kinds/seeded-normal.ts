import type { Tensor } from '@tensorflow/tfjs';
import type { TF } from './layers.ts';

/** A prime whose square is exact in float32, as each product below is: so that engines agree to the bit about the integers. */
const PRIME = 2039;
/** One for each round; primes too. */
const FACTORS = [977, 619, 853, 491];

/**
 * Normal numbers of mean 0 and variance 1 on the engine, `[batch, ...shape]`, which depend on nothing but each image's own two seeds: for augmentations that
 * need a number a pixel. `seeds` `[batch, 2]` in 0..1, each image's drawn by `random.uniform()`. An image has the same numbers alone and beside
 * others, on each engine to rounding. Nothing is further out than 4.1.
 *
 * A counter goes through four rounds of a Feistel cipher over two numbers modulo 2039, keyed by the seeds, and Box-Muller makes normal
 * numbers of the two: 4,157,521 numbers an image at most. Good enough for noise, and for nothing that has to be secret.
 * @throws RangeError where an image has more numbers than that
 */
export function seededNormal(tf: TF, seeds: Tensor, shape: readonly number[]): Tensor {
  const count = shape.reduce((product, side) => product * side, 1);
  if (count > PRIME ** 2)
    throw new RangeError(`An image of [${shape.join(', ')}] has more than ${PRIME ** 2} numbers.`);
  const whole = (value: Tensor): Tensor => tf.floor(tf.div(tf.add(value, 0.5), PRIME));
  const modulo = (value: Tensor): Tensor => tf.sub(value, tf.mul(whole(value), PRIME));
  // Each seed has 24 bits, a key 11.
  const scaled = tf.mul(seeds, PRIME);
  const high = tf.floor(scaled);
  const low = tf.floor(tf.mul(tf.sub(scaled, high), PRIME));
  const keys = [...tf.split(high, 2, 1), ...tf.split(low, 2, 1)] as Tensor[];
  const counter = tf.reshape(tf.range(0, count), [1, count]);
  let x: Tensor = modulo(counter);
  let y: Tensor = whole(counter);
  for (const [round, factor] of FACTORS.entries()) {
    const [first, second] = [keys[round % 4] as Tensor, keys[(round + 1) % 4] as Tensor];
    const square = modulo(tf.square(modulo(tf.add(y, first))));
    const mixed = modulo(tf.mul(tf.add(square, second), factor));
    [x, y] = [y, modulo(tf.add(x, mixed))];
  }
  const uniform = (value: Tensor): Tensor => tf.div(tf.add(value, 0.5), PRIME);
  const radius = tf.sqrt(tf.mul(tf.log(uniform(x)), -2));
  return tf.reshape(tf.mul(radius, tf.cos(tf.mul(uniform(y), 2 * Math.PI))), [-1, ...shape]);
}
