import { IchorError } from '../../../errors.ts';
import type { Layers, Padding, Pair, WeightSpec } from '../../../registry/kinds/layers.ts';
import { count, DEFAULTS, margins, pair, slide } from './geometry.ts';
import type { NetworkWeight, Shape } from './spec.ts';

/** What a run over shapes found. */
export interface Found {
  weights: NetworkWeight[];
  /** Of one item, forward; see NetworkSpec. */
  multiplyAdds: number;
  /** Of those, what comes before each layer with weights; see NetworkSpec. */
  starts: Record<string, number>;
  /** Numbers in the maps of one item; see NetworkSpec. */
  maps: number;
  /** The largest of its batch norms; see NetworkSpec. */
  batchNormMomentum: number | null;
}

/**
 * The words of a network over shapes alone. `found` fills while the network runs.
 * @throws IchorError `network-invalid` where a layer's name is used twice or a shape does not fit, naming the component.
 */
export function shapeLayers(component: string): { layers: Layers<Shape>; found: Found } {
  const found: Found = { weights: [], multiplyAdds: 0, starts: {}, maps: 0, batchNormMomentum: null };
  const names = new Set<string>();
  const invalid = (message: string, hint = 'Correct the network in the component’s file.'): never => {
    throw new IchorError('network-invalid', `The network of ${component} is not valid: ${message}.`, hint, 2);
  };
  const open = (name: string) => {
    if (names.has(name))
      invalid(`two of its layers are named ${name}`, 'Give each layer of a network a name of its own.');
    names.add(name);
    found.starts[name] = found.multiplyAdds;
    return (
      weight: string,
      shape: readonly number[],
      initializer: WeightSpec['initializer'],
      trainable = true,
      epsilon?: number,
    ) => {
      const own = { name: `${name}/${weight}`, shape, initializer, trainable };
      found.weights.push(epsilon === undefined ? own : { ...own, epsilon });
    };
  };
  const known = (side: number | null | undefined, where: string): number =>
    side ?? invalid(`${where} needs a size that is not known`);
  const image = (x: Shape, where: string): [number, number, number] => {
    if (x.length !== 4) invalid(`${where} takes [batch, height, width, channels], not a shape of ${x.length} axes`);
    return [known(x[1], where), known(x[2], where), known(x[3], where)];
  };
  const slideOver = (where: string, [h, w]: [number, number], size: Pair, stride: Pair, padding: Padding) => {
    const [kh, kw] = pair(size);
    const [sh, sw] = pair(stride);
    const side: [number, number] = [slide(h, kh, sh, padding), slide(w, kw, sw, padding)];
    if (side[0] < 1 || side[1] < 1) {
      invalid(`the map of ${h} x ${w} is smaller than the window ${kh} x ${kw} of ${where}`, 'Use larger images.');
    }
    return side;
  };
  const pool =
    (word: string): Layers<Shape>['maxPool'] =>
    (x, { size, stride = size, padding = DEFAULTS.padding }) => {
      const [h, w, channels] = image(x, word);
      return [x[0] ?? null, ...slideOver(word, [h, w], size, stride, padding), channels];
    };

  /** The width of `[batch, steps, in]`, with a mask that fits. */
  const stepWidth = (x: Shape, where: string, mask: Shape = x.slice(0, 2)): number => {
    if (x.length !== 3) invalid(`${where} takes [batch, steps, in], not a shape of ${x.length} axes`);
    if (String(mask) !== String(x.slice(0, 2))) invalid(`the mask [${mask}] of ${where} does not fit [${x}]`);
    return known(x[2], where);
  };

  const layers: Layers<Shape> = {
    shape: (x) => x,
    conv(name, x, { filters, kernel, stride = DEFAULTS.stride, padding = DEFAULTS.padding, bias = true }) {
      const weight = open(name);
      const [h, w, channels] = image(x, name);
      const [kh, kw] = pair(kernel);
      const [oh, ow] = slideOver(name, [h, w], kernel, stride, padding);
      weight('kernel', [kh, kw, channels, filters], 'glorot-uniform');
      if (bias) weight('bias', [filters], 'zeros');
      found.multiplyAdds += oh * ow * kh * kw * channels * filters;
      return [x[0] ?? null, oh, ow, filters];
    },
    depthwiseConv(name, x, { kernel, stride = DEFAULTS.stride, padding = DEFAULTS.padding, bias = true }) {
      const weight = open(name);
      const [h, w, channels] = image(x, name);
      const [kh, kw] = pair(kernel);
      const [oh, ow] = slideOver(name, [h, w], kernel, stride, padding);
      weight('depthwise_kernel', [kh, kw, channels, 1], 'glorot-uniform');
      if (bias) weight('bias', [channels], 'zeros');
      found.multiplyAdds += oh * ow * kh * kw * channels;
      return [x[0] ?? null, oh, ow, channels];
    },
    batchNorm(name, x, { scale = true, momentum = DEFAULTS.momentum, epsilon = DEFAULTS.epsilon } = {}) {
      const weight = open(name);
      found.batchNormMomentum = Math.max(found.batchNormMomentum ?? 0, momentum);
      const channels = known(x.at(-1), name);
      if (scale) weight('gamma', [channels], 'ones');
      weight('beta', [channels], 'zeros');
      weight('moving_mean', [channels], 'zeros', false);
      weight('moving_variance', [channels], 'ones', false, epsilon);
      return x;
    },
    dense(name, x, { units, bias = true }) {
      const weight = open(name);
      const width = known(x.at(-1), name);
      weight('kernel', [width, units], 'glorot-uniform');
      if (bias) weight('bias', [units], 'zeros');
      found.multiplyAdds += count(x.slice(1, -1).map((side) => known(side, name))) * width * units;
      return [...x.slice(0, -1), units];
    },
    relu: (x) => x,
    relu6: (x) => x,
    sigmoid: (x) => x,
    swish: (x) => x,
    multiply(x, gate) {
      const perChannel = x.length === 4 && String(gate) === String([x[0], 1, 1, x[3]]);
      if (!perChannel && String(x) !== String(gate)) invalid(`it multiplies shapes [${x}] and [${gate}]`);
      return x;
    },
    add(a, b) {
      if (String(a) !== String(b)) invalid(`it adds shapes [${a}] and [${b}]`);
      return a;
    },
    concat(parts) {
      const [first] = parts;
      if (!first) return invalid('it joins no parts');
      for (const part of parts) {
        if (String(part.slice(0, -1)) !== String(first.slice(0, -1)))
          invalid(`it joins shapes [${first}] and [${part}]`);
      }
      return [...first.slice(0, -1), parts.reduce((sum, part) => sum + known(part.at(-1), 'concat'), 0)];
    },
    maxPool: pool('maxPool'),
    averagePool: pool('averagePool'),
    pad(x, amount) {
      const [h, w, channels] = image(x, 'pad');
      const [[top, bottom], [left, right]] = margins(amount);
      return [x[0] ?? null, h + top + bottom, w + left + right, channels];
    },
    globalAveragePool(x, { keep = false } = {}) {
      const [, , channels] = image(x, 'globalAveragePool');
      return keep ? [x[0] ?? null, 1, 1, channels] : [x[0] ?? null, channels];
    },
    dropout(name, x, rate) {
      open(name);
      if (!(rate >= 0 && rate < 1)) invalid(`the dropout rate ${rate} of ${name} is not in 0 <= rate < 1`);
      return x;
    },
    biGru(name, x, mask, { cells }) {
      const weight = open(name);
      const width = stepWidth(x, name, mask);
      for (const direction of ['forward', 'backward']) {
        weight(`${direction}/kernel`, [width, 3 * cells], 'glorot-uniform');
        weight(`${direction}/recurrent_kernel`, [cells, 3 * cells], 'orthogonal');
        weight(`${direction}/bias`, [2, 3 * cells], 'zeros');
        found.multiplyAdds += known(x[1], name) * (width + cells) * 3 * cells;
      }
      return [x[0] ?? null, x[1] ?? null, 2 * cells];
    },
    convSteps(name, x, { filters, size, bias = true }) {
      const weight = open(name);
      const width = stepWidth(x, name);
      weight('kernel', [size, width, filters], 'glorot-uniform');
      if (bias) weight('bias', [filters], 'zeros');
      found.multiplyAdds += known(x[1], name) * size * width * filters;
      return [x[0] ?? null, x[1] ?? null, filters];
    },
    masked(x, mask) {
      stepWidth(x, 'masked', mask);
      return x;
    },
    layerNorm(name, x) {
      const weight = open(name);
      const width = known(x.at(-1), name);
      weight('gamma', [width], 'ones');
      weight('beta', [width], 'zeros');
      return x;
    },
    biLstm(name, x, mask, { cells }) {
      const weight = open(name);
      const width = stepWidth(x, name, mask);
      for (const direction of ['forward', 'backward']) {
        weight(`${direction}/kernel`, [width, 4 * cells], 'glorot-uniform');
        weight(`${direction}/recurrent_kernel`, [cells, 4 * cells], 'orthogonal');
        weight(`${direction}/bias`, [4 * cells], 'lstm-bias');
        found.multiplyAdds += known(x[1], name) * (width + cells) * 4 * cells;
      }
      return [x[0] ?? null, x[1] ?? null, 2 * cells];
    },
    custom(name, inputs, layer) {
      const weight = open(name);
      for (const [key, { shape, initializer, trainable }] of Object.entries(layer.weights ?? {})) {
        weight(key, shape, initializer, trainable);
      }
      found.multiplyAdds += layer.multiplyAdds?.(inputs) ?? 0;
      return layer.shape(inputs);
    },
  };
  return { layers: countingMaps(layers, found), found };
}

/** The words that give what they were given, or say a size. */
const GIVES_NOTHING: readonly (keyof Layers<Shape>)[] = ['shape'];

/** The same words, each counting what its map holds: backward takes most of them. */
function countingMaps(layers: Layers<Shape>, found: Found): Layers<Shape> {
  const counted = Object.entries(layers).map(([word, run]) => {
    if (GIVES_NOTHING.some((one) => one === word)) return [word, run];
    const counting = (...given: unknown[]) => {
      const shape = (run as (...of: unknown[]) => Shape)(...given);
      // What is no shape is told by whoever looks at it.
      if (Array.isArray(shape)) found.maps += count(shape.slice(1).map((side) => side ?? 1));
      return shape;
    };
    return [word, counting];
  });
  return Object.fromEntries(counted) as Layers<Shape>;
}
