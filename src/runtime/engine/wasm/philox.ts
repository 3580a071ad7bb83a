/**
 * The numbers of TensorFlow's StatelessRandomUniform: Philox4x32-10 (Salmon et al., SC11, as in
 * `tensorflow/core/lib/random/philox_random.h`), key and counter scrambled out of the seed as GenerateKey in
 * `core/kernels/stateless_random_ops.cc` does, 23 bits of each word as a float in [0, 1).
 */
export function philoxUniform(seed0: number, seed1: number, into: Float32Array): void {
  const block = new Uint32Array(4);
  // An int32 seed is widened to 64 bits with its sign.
  philox(block, seed0, seed0 < 0 ? -1 : 0, seed1, seed1 < 0 ? -1 : 0, 0x3ec8f720, 0x02461e29);
  const [key0, key1, counter2, counter3] = [...block] as [number, number, number, number];
  // Four numbers a count; the low two words of the counter count, from 0.
  for (let at = 0, count = 0; at < into.length; at += 4, count++) {
    philox(block, count, 0, counter2, counter3, key0, key1);
    for (let i = 0; i < 4 && at + i < into.length; i++) into[at + i] = ((block[i] as number) & 0x7fffff) / 0x800000;
  }
}

/** Ten rounds over four 32-bit words. */
function philox(out: Uint32Array, c0: number, c1: number, c2: number, c3: number, key0: number, key1: number): void {
  let [a, b, c, d] = [c0, c1, c2, c3];
  let [k0, k1] = [key0, key1];
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(a, 0xd2511f53);
    const high1 = mulHigh(c, 0xcd9e8d57);
    const low0 = Math.imul(a, 0xd2511f53);
    const low1 = Math.imul(c, 0xcd9e8d57);
    a = high1 ^ b ^ k0;
    b = low1;
    c = high0 ^ d ^ k1;
    d = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  out[0] = a;
  out[1] = b;
  out[2] = c;
  out[3] = d;
}

/** The high 32 bits of the product of two unsigned 32-bit numbers. */
function mulHigh(a: number, b: number): number {
  const [aHigh, aLow] = [a >>> 16, a & 0xffff];
  const [bHigh, bLow] = [b >>> 16, b & 0xffff];
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const cross = (middle % 0x10000) + aLow * bHigh;
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000)) | 0;
}
