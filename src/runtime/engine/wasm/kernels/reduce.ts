import { floats } from '../backend.ts';
import { input, type KernelCall, type WasmKernel } from './kernel.ts';

/**
 * Sum and mean over axes that lie together and are not the last ones (the gradient of a bias, a global pool): one pass
 * over memory in double precision. tfjs transposes first and adds in single precision.
 */
export const sum: WasmKernel = { name: 'Sum', run: (call) => reduce(call, () => 1) };
export const mean: WasmKernel = { name: 'Mean', run: (call) => reduce(call, (count) => 1 / count) };

function reduce(call: KernelCall, factor: (count: number) => number) {
  const { tf, backend, attributes } = call;
  const x = input(call, 'x');
  const axes = tf.util.parseAxisParam(attributes.axis as number[], x.shape).sort((a, b) => a - b);
  const [first = 0, last = -1] = [axes[0], axes.at(-1)];
  const inner = x.shape.slice(last + 1).reduce((product, size) => product * size, 1);
  if (x.dtype !== 'float32' || inner === 1 || last - first !== axes.length - 1) return call.original();

  const outer = x.shape.slice(0, first).reduce((product, size) => product * size, 1);
  const count = x.shape.slice(first, last + 1).reduce((product, size) => product * size, 1);
  const kept = attributes.keepDims ? axes.map(() => 1) : [];
  const output = backend.makeOutput([...x.shape.slice(0, first), ...kept, ...x.shape.slice(last + 1)], 'float32');
  const to = floats(backend, output);
  const from = floats(backend, x);
  const scale = factor(count);
  const sums = new Float64Array(inner);
  let at = 0;
  for (let block = 0; block < outer; block++) {
    sums.fill(0);
    for (let item = 0; item < count; item++) {
      for (let i = 0; i < inner; i++) sums[i] = (sums[i] as number) + (from[at++] as number);
    }
    for (let i = 0; i < inner; i++) to[block * inner + i] = (sums[i] as number) * scale;
  }
  return output;
}
