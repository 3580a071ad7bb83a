import type { Layers } from '../registry/kinds/layers.ts';
import { shapeWords } from './words.ts';

/** What a word of a network gave. */
export interface Recorded {
  /** `conv stem`, `relu`. */
  word: string;
  shape: readonly (number | null)[];
}

/** The same words; what each gives is noted in the order of the calls. */
export function recordShapes<T>(layers: Layers<T>): { layers: Layers<T>; shapes: Recorded[] } {
  const shapes: Recorded[] = [];
  const noted = (word: string, name: unknown, result: T): T => {
    shapes.push({ word: typeof name === 'string' ? `${word} ${name}` : word, shape: [...layers.shape(result)] });
    return result;
  };
  return {
    shapes,
    layers: {
      shape: (x) => layers.shape(x),
      conv: (name, x, options) => noted('conv', name, layers.conv(name, x, options)),
      depthwiseConv: (name, x, options) => noted('depthwiseConv', name, layers.depthwiseConv(name, x, options)),
      batchNorm: (name, x, options) => noted('batchNorm', name, layers.batchNorm(name, x, options)),
      dense: (name, x, options) => noted('dense', name, layers.dense(name, x, options)),
      relu: (x) => noted('relu', null, layers.relu(x)),
      relu6: (x) => noted('relu6', null, layers.relu6(x)),
      sigmoid: (x) => noted('sigmoid', null, layers.sigmoid(x)),
      swish: (x) => noted('swish', null, layers.swish(x)),
      multiply: (x, gate) => noted('multiply', null, layers.multiply(x, gate)),
      add: (a, b, scale) => noted('add', null, layers.add(a, b, scale)),
      concat: (parts) => noted('concat', null, layers.concat(parts)),
      maxPool: (x, options) => noted('maxPool', null, layers.maxPool(x, options)),
      averagePool: (x, options) => noted('averagePool', null, layers.averagePool(x, options)),
      pad: (x, amount) => noted('pad', null, layers.pad(x, amount)),
      globalAveragePool: (x, options) => noted('globalAveragePool', null, layers.globalAveragePool(x, options)),
      dropout: (name, x, rate, options) => noted('dropout', name, layers.dropout(name, x, rate, options)),
      biLstm: (name, x, mask, options) => noted('biLstm', name, layers.biLstm(name, x, mask, options)),
      biGru: (name, x, mask, options) => noted('biGru', name, layers.biGru(name, x, mask, options)),
      convSteps: (name, x, options) => noted('convSteps', name, layers.convSteps(name, x, options)),
      masked: (x, mask) => noted('masked', null, layers.masked(x, mask)),
      layerNorm: (name, x, options) => noted('layerNorm', name, layers.layerNorm(name, x, options)),
      custom: (name, inputs, layer) => noted('custom', name, layers.custom(name, inputs, layer)),
    },
  };
}

/** The first place where a run over shapes and one over tensors part. */
export function shapesDiffer(planned: readonly Recorded[], seen: readonly Recorded[]): string[] {
  if (String(planned.map(({ word }) => word)) !== String(seen.map(({ word }) => word))) {
    return [
      'the network is built of other layers on the engine than over shapes; it must be one function of its parameters, whatever runs it.',
    ];
  }
  const at = planned.findIndex(({ shape }, i) => String(shape) !== String(seen[i]?.shape));
  const [plan, given] = [planned[at], seen[at]];
  if (!plan || !given) return [];
  return [
    `${plan.word} gives ${shapeWords(given.shape)} on the engine, and its \`shape\` says ${shapeWords(plan.shape)}; correct the one or the other.`,
  ];
}
