import type { Layers } from '../../registry/kinds/layers.ts';

/** The same words, each layer's name after a prefix: what is written as `slope` has its weights in `window_0/slope/…`. */
export function scopedLayers<T>(layers: Layers<T>, scope: string): Layers<T> {
  const named = (name: string) => `${scope}/${name}`;
  return {
    shape: (x) => layers.shape(x),
    conv: (name, x, options) => layers.conv(named(name), x, options),
    depthwiseConv: (name, x, options) => layers.depthwiseConv(named(name), x, options),
    batchNorm: (name, x, options) => layers.batchNorm(named(name), x, options),
    dense: (name, x, options) => layers.dense(named(name), x, options),
    relu: (x) => layers.relu(x),
    relu6: (x) => layers.relu6(x),
    sigmoid: (x) => layers.sigmoid(x),
    swish: (x) => layers.swish(x),
    multiply: (x, gate) => layers.multiply(x, gate),
    add: (a, b, scale) => layers.add(a, b, scale),
    concat: (parts) => layers.concat(parts),
    maxPool: (x, options) => layers.maxPool(x, options),
    averagePool: (x, options) => layers.averagePool(x, options),
    pad: (x, amount) => layers.pad(x, amount),
    globalAveragePool: (x, options) => layers.globalAveragePool(x, options),
    dropout: (name, x, rate, options) => layers.dropout(named(name), x, rate, options),
    biLstm: (name, x, mask, options) => layers.biLstm(named(name), x, mask, options),
    biGru: (name, x, mask, options) => layers.biGru(named(name), x, mask, options),
    convSteps: (name, x, options) => layers.convSteps(named(name), x, options),
    masked: (x, mask) => layers.masked(x, mask),
    layerNorm: (name, x, options) => layers.layerNorm(named(name), x, options),
    custom: (name, inputs, layer) => layers.custom(named(name), inputs, layer),
  };
}
