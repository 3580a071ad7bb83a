import type { Layers } from '../../../registry/kinds/layers.ts';
import type { HostTensors } from '../../engine/engine.ts';
import { DEFAULTS, margins, pair, slide } from '../../train/layers/geometry.ts';
import type { Attribute, Graph } from '../onnx/graph.ts';
import { GraphTensor } from './graph-tensor.ts';
import { noForm } from './no-form.ts';
import { customTensors, graphTf } from './tf.ts';

export interface GraphWordsOptions {
  graph: Graph;
  /** By name, as NetworkSpec lists them. */
  weights: HostTensors;
  /** Of the network, for messages. */
  component: string;
  /** Put before each layer's name, where several networks share a file. */
  prefix?: string;
}

/**
 * The words of a network as nodes of an ONNX graph: the third way in which a network runs, beside shapes and tensors.
 * Inference alone: statistics are fixed, nothing is dropped, and no step is masked (one series a call).
 *
 * @throws IchorError `export-no-form` where a custom layer uses what has no form, naming component and layer.
 */
export function graphWords({ graph, weights, component, prefix = '' }: GraphWordsOptions): Layers<GraphTensor> {
  const host = (name: string) => {
    const found = weights[name];
    if (!found) throw noForm(component, `its weights do not hold ${name}`, 'These weights belong to another network.');
    return found;
  };
  /** A weight as it is stored, or as `turned` orders it. */
  const weight = (name: string, turned?: (data: Float32Array, shape: readonly number[]) => Turned): string => {
    const { data, shape } = host(name);
    const made = turned?.(data as Float32Array, shape) ?? { dims: shape, data: data as Float32Array };
    return graph.weight(`${prefix}${name}`, made.dims, () => made.data);
  };
  const of = (name: string, shape: readonly number[], order: 'last' | 'planar' = 'last') =>
    new GraphTensor(graph, name, shape, 'float32', order);
  const inLayer = <T>(name: string, work: () => T): T => graph.within(name, work);
  const elementwise = (op: string, x: GraphTensor, more: string[] = []): GraphTensor =>
    x.isPlanar()
      ? of(graph.node(op, [x.planar(), ...more]), x.shape, 'planar')
      : of(graph.node(op, [x.last(), ...more]), x.shape);
  const together = (op: string, a: GraphTensor, b: GraphTensor): GraphTensor =>
    a.rank === 4 && (a.isPlanar() || b.isPlanar())
      ? of(graph.node(op, [a.planar(), b.planar()]), a.shape, 'planar')
      : of(graph.node(op, [a.last(), b.last()]), a.shape);

  /** What lies before and after each axis so that TensorFlow's `same` comes out: what is left over stands behind. */
  const around = (x: GraphTensor, kernel: [number, number], stride: [number, number], same: boolean): Margins => {
    const along = (axis: 0 | 1): [number, number] => {
      if (!same) return [0, 0];
      const side = x.shape[axis + 1] as number;
      const outputs = Math.ceil(side / stride[axis]);
      const beyond = Math.max((outputs - 1) * stride[axis] + kernel[axis] - side, 0);
      return [Math.floor(beyond / 2), beyond - Math.floor(beyond / 2)];
    };
    return [along(0), along(1)];
  };
  /** What was padded with zeros, by what came of it: where a window slides over that, the window does it. */
  const padded = new Map<GraphTensor, { x: GraphTensor; margins: Margins }>();
  const windowed = (
    given: GraphTensor,
    size: [number, number],
    stride: [number, number],
    padding: 'same' | 'valid',
  ): { x: GraphTensor; zeros: Margins | null; attributes: Record<string, Attribute>; sides: [number, number] } => {
    const own = padding === 'valid' ? padded.get(given) : undefined;
    const x = own?.x ?? given;
    const [[top, bottom], [left, right]] = own?.margins ?? around(x, size, stride, padding === 'same');
    const [, height = 0, width = 0] = given.shape;
    return {
      x,
      zeros: own?.margins ?? null,
      attributes: {
        kernel_shape: { ints: size },
        strides: { ints: stride },
        pads: { ints: [top, left, bottom, right] },
      },
      sides: [slide(height, size[0], stride[0], padding), slide(width, size[1], stride[1], padding)],
    };
  };
  const pool =
    (op: 'MaxPool' | 'AveragePool'): Layers<GraphTensor>['maxPool'] =>
    (given, { size, stride = size, padding = DEFAULTS.padding }) => {
      const slid = windowed(given, pair(size), pair(stride), padding);
      const shape = [given.shape[0] as number, ...slid.sides, given.shape[3] as number];
      // What `same` adds beyond the edge counts in no mean; zeros that the network itself put there do.
      const counted = { count_include_pad: { int: slid.zeros ? 1 : 0 } };
      const y = graph.node(op, [slid.x.planar()], { ...slid.attributes, ...(op === 'AveragePool' ? counted : {}) });
      if (op === 'AveragePool' || slid.zeros === null) return of(y, shape, 'planar');
      const floor = zeroWhereOutside(given, slid.zeros, pair(size), pair(stride), slid.sides);
      return of(graph.node('Max', [y, graph.constant('float32', floor, [1, 1, ...slid.sides])]), shape, 'planar');
    };
  const matMul = (x: string, kernel: string, bias: string | null): string => {
    const y = graph.node('MatMul', [x, kernel]);
    return bias === null ? y : graph.node('Add', [y, bias]);
  };

  /** Keras' Bidirectional over one whole series: `[batch, steps, in]` -> `[batch, steps, 2 cells]`. */
  const bidirectional = (
    op: 'LSTM' | 'GRU',
    name: string,
    x: GraphTensor,
    cells: number,
    {
      gates,
      bias,
      attributes,
    }: { gates: readonly number[]; bias: 'input' | 'both'; attributes: Record<string, Attribute> },
  ): GraphTensor =>
    inLayer(name, () => {
      const directions = ['forward', 'backward'].map((direction) => ({
        kernel: host(`${name}/${direction}/kernel`),
        recurrent: host(`${name}/${direction}/recurrent_kernel`),
        bias: host(`${name}/${direction}/bias`),
      }));
      const stacked = (part: 'kernel' | 'recurrent') => {
        const sides = directions.map((one) =>
          gatesFirst(one[part].data as Float32Array, one[part].shape, cells, gates),
        );
        return graph.weight(
          `${prefix}${name}/${part === 'kernel' ? 'W' : 'R'}`,
          [2, ...(sides[0] as Turned).dims],
          () => joined(sides.map(({ data }) => data)),
        );
      };
      const count = gates.length * cells;
      const biases = graph.weight(`${prefix}${name}/B`, [2, 2 * count], () =>
        joined(
          directions.map(({ bias: { data } }) => {
            const input = gateOrder(data.subarray(0, count) as Float32Array, cells, gates);
            // An LSTM has one bias: ONNX adds two of them.
            const state =
              bias === 'both' ? gateOrder(data.subarray(count) as Float32Array, cells, gates) : new Float32Array(count);
            return joined([input, state]);
          }),
        ),
      );
      const steps = graph.node('Transpose', [x.last()], { perm: { ints: [1, 0, 2] } });
      const y = graph.node(op, [steps, stacked('kernel'), stacked('recurrent'), biases], {
        direction: { text: 'bidirectional' },
        hidden_size: { int: cells },
        ...attributes,
      });
      // [steps, directions, batch, cells]
      const beside = graph.node('Transpose', [y], { perm: { ints: [2, 0, 1, 3] } });
      const flat = graph.node('Reshape', [beside, graph.whole(0, 0, 2 * cells)]);
      return of(flat, [x.shape[0] as number, x.shape[1] as number, 2 * cells]);
    });

  return {
    shape: (x) => x.shape.map((size) => (size >= 2 ** 29 ? null : size)),
    conv: (name, x, { filters, kernel, stride = DEFAULTS.stride, padding = DEFAULTS.padding, bias = true }) =>
      inLayer(name, () => {
        const slid = windowed(x, pair(kernel), pair(stride), padding);
        const inputs = [
          slid.x.planar(),
          weight(`${name}/kernel`, channelsFirst),
          ...(bias ? [weight(`${name}/bias`)] : []),
        ];
        const y = graph.node('Conv', inputs, slid.attributes);
        return of(y, [x.shape[0] as number, ...slid.sides, filters], 'planar');
      }),
    depthwiseConv: (name, x, { kernel, stride = DEFAULTS.stride, padding = DEFAULTS.padding, bias = true }) =>
      inLayer(name, () => {
        const slid = windowed(x, pair(kernel), [stride, stride], padding);
        const channels = x.shape[3] as number;
        const inputs = [
          slid.x.planar(),
          weight(`${name}/depthwise_kernel`, depthFirst),
          ...(bias ? [weight(`${name}/bias`)] : []),
        ];
        const y = graph.node('Conv', inputs, { ...slid.attributes, group: { int: channels } });
        return of(y, [x.shape[0] as number, ...slid.sides, channels], 'planar');
      }),
    batchNorm: (name, x, { epsilon = DEFAULTS.epsilon, scale = true } = {}) =>
      inLayer(name, () => {
        const channels = x.shape.at(-1) as number;
        if (x.rank === 4) {
          const gamma = scale
            ? weight(`${name}/gamma`)
            : graph.constant('float32', new Array<number>(channels).fill(1));
          const statistics = ['beta', 'moving_mean', 'moving_variance'].map((one) => weight(`${name}/${one}`));
          const y = graph.node('BatchNormalization', [x.planar(), gamma, ...statistics], {
            epsilon: { float: epsilon },
          });
          return of(y, x.shape, 'planar');
        }
        // ONNX has it for channels that stand second: elsewhere it is a factor and a summand.
        const [beta, mean, variance] = ['beta', 'moving_mean', 'moving_variance'].map(
          (one) => host(`${name}/${one}`).data,
        );
        const gamma = scale ? host(`${name}/gamma`).data : null;
        const slope = Float32Array.from(
          { length: channels },
          (_, i) => (gamma?.[i] ?? 1) / Math.sqrt((variance?.[i] as number) + epsilon),
        );
        const shift = slope.map((by, i) => (beta?.[i] as number) - (mean?.[i] as number) * by);
        const scaled = graph.node('Mul', [x.last(), graph.weight(`${prefix}${name}/slope`, [channels], () => slope)]);
        return of(
          graph.node('Add', [scaled, graph.weight(`${prefix}${name}/shift`, [channels], () => shift)]),
          x.shape,
        );
      }),
    dense: (name, x, { units, bias = true }) =>
      inLayer(name, () => {
        const y = matMul(x.last(), weight(`${name}/kernel`), bias ? weight(`${name}/bias`) : null);
        return of(y, [...x.shape.slice(0, -1), units]);
      }),
    relu: (x) => elementwise('Relu', x),
    relu6: (x) => elementwise('Clip', x, [graph.scalar('float32', 0), graph.scalar('float32', 6)]),
    sigmoid: (x) => elementwise('Sigmoid', x),
    swish: (x) => together('Mul', x, elementwise('Sigmoid', x)),
    multiply: (x, gate) => together('Mul', x, gate),
    add: (a, b, scale = 1) =>
      together('Add', a, scale === 1 ? b : elementwise('Mul', b, [graph.scalar('float32', scale)])),
    concat(parts) {
      const [first] = parts as [GraphTensor];
      const shape = [...first.shape.slice(0, -1), parts.reduce((sum, part) => sum + (part.shape.at(-1) as number), 0)];
      const planar = first.rank === 4 && parts.some((part) => part.isPlanar());
      const names = parts.map((part) => (planar ? part.planar() : part.last()));
      return of(graph.node('Concat', names, { axis: { int: planar ? 1 : -1 } }), shape, planar ? 'planar' : 'last');
    },
    maxPool: pool('MaxPool'),
    averagePool: pool('AveragePool'),
    pad(x, amount) {
      const [[top, bottom], [left, right]] = margins(amount);
      const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
      const add = () => {
        // onnxruntime joins a pad of zeros and a pool behind it as if nothing had been added: between them stands an axis.
        const apart = graph.node('Unsqueeze', [x.planar(), graph.whole(0)]);
        const wide = graph.node('Pad', [apart, graph.whole(0, 0, 0, top, left, 0, 0, 0, bottom, right)]);
        return graph.node('Squeeze', [wide, graph.whole(0)]);
      };
      const shape = [batch, height + top + bottom, width + left + right, channels];
      const y = new GraphTensor(graph, add, shape, 'float32', 'planar');
      padded.set(y, {
        x,
        margins: [
          [top, bottom],
          [left, right],
        ],
      });
      return y;
    },
    globalAveragePool(x, { keep = false } = {}) {
      const y = graph.node('GlobalAveragePool', [x.planar()]);
      const [batch = 0, , , channels = 0] = x.shape;
      if (keep) return of(y, [batch, 1, 1, channels], 'planar');
      return of(graph.node('Flatten', [y], { axis: { int: 1 } }), [batch, channels]);
    },
    dropout: (_name, x) => x,
    // Keras' i, f, c, o to ONNX's i, o, f, c.
    biLstm: (name, x, _mask, { cells }) =>
      bidirectional('LSTM', name, x, cells, { gates: [0, 3, 1, 2], bias: 'input', attributes: {} }),
    // z, r, h in both; Keras' reset_after is what ONNX calls linear_before_reset.
    biGru: (name, x, _mask, { cells }) =>
      bidirectional('GRU', name, x, cells, {
        gates: [0, 1, 2],
        bias: 'both',
        attributes: { linear_before_reset: { int: 1 } },
      }),
    convSteps: (name, x, { filters, size, dilation = 1, bias = true }) =>
      inLayer(name, () => {
        const beyond = (size - 1) * dilation;
        const before = Math.floor(beyond / 2);
        const steps = graph.node('Transpose', [x.last()], { perm: { ints: [0, 2, 1] } });
        const inputs = [steps, weight(`${name}/kernel`, stepsLast), ...(bias ? [weight(`${name}/bias`)] : [])];
        const y = graph.node('Conv', inputs, {
          kernel_shape: { ints: [size] },
          dilations: { ints: [dilation] },
          pads: { ints: [before, beyond - before] },
        });
        const turned = graph.node('Transpose', [y], { perm: { ints: [0, 2, 1] } });
        return of(turned, [x.shape[0] as number, x.shape[1] as number, filters]);
      }),
    // Every step of the one series is real.
    masked: (x) => x,
    layerNorm: (name, x, { epsilon = DEFAULTS.epsilon } = {}) =>
      inLayer(name, () => {
        const y = graph.node('LayerNormalization', [x.last(), weight(`${name}/gamma`), weight(`${name}/beta`)], {
          axis: { int: -1 },
          epsilon: { float: epsilon },
        });
        return of(y, x.shape);
      }),
    custom: (name, inputs, layer) =>
      inLayer(name, () => {
        const where = { component, layer: name };
        const own = Object.keys(layer.weights ?? {}).map((key) => {
          const stored = weight(`${name}/${key}`);
          return [key, new GraphTensor(graph, stored, host(`${name}/${key}`).shape)] as const;
        });
        const [given, weights_] = customTensors(graph, where, inputs, Object.fromEntries(own));
        return layer.apply(graphTf(graph, where), given, weights_) as unknown as GraphTensor;
      }),
  };
}

type Margins = readonly [readonly [number, number], readonly [number, number]];

/** The least number of 32 bits that is one. */
const LEAST = -3.4028234663852886e38;

/**
 * What the highest of a window is at least: 0 where the window reaches into zeros around the map, which ONNX's own padding of
 * a MaxPool leaves out.
 */
function zeroWhereOutside(
  given: GraphTensor,
  [[top, bottom], [left, right]]: Margins,
  [high, wide]: [number, number],
  [down, across]: [number, number],
  [height, width]: [number, number],
): Float32Array {
  const [, rows = 0, columns = 0] = given.shape;
  const outside = (from: number, length: number, side: number, before: number, after: number) =>
    from < before || from + length > side - after;
  return Float32Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width) * down, (i % width) * across];
    return outside(y, high, rows, top, bottom) || outside(x, wide, columns, left, right) ? 0 : LEAST;
  });
}

interface Turned {
  dims: readonly number[];
  data: Float32Array;
}

/** `[h, w, in, out]` -> `[out, in, h, w]`. */
const channelsFirst = (data: Float32Array, shape: readonly number[]): Turned => permuted(data, shape, [3, 2, 0, 1]);
/** `[h, w, channels, 1]` -> `[channels, 1, h, w]`. */
const depthFirst = (data: Float32Array, shape: readonly number[]): Turned => permuted(data, shape, [2, 3, 0, 1]);
/** `[size, in, out]` -> `[out, in, size]`. */
const stepsLast = (data: Float32Array, shape: readonly number[]): Turned => permuted(data, shape, [2, 1, 0]);

/** Axes in another order: axis i of what comes out is axis `order[i]` of what went in. */
export function permuted(data: Float32Array, shape: readonly number[], order: readonly number[]): Turned {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1));
  const dims = order.map((axis) => shape[axis] as number);
  const by = order.map((axis) => strides[axis] as number);
  const result = new Float32Array(data.length);
  const place = new Array<number>(dims.length).fill(0);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = data[from] as number;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      from += by[axis] as number;
      place[axis] = (place[axis] as number) + 1;
      if ((place[axis] as number) < (dims[axis] as number)) break;
      from -= (by[axis] as number) * (dims[axis] as number);
      place[axis] = 0;
    }
  }
  return { dims, data: result };
}

/** `[in, gates x cells]` -> `[gates x cells, in]`, the gates in another order. */
function gatesFirst(data: Float32Array, shape: readonly number[], cells: number, gates: readonly number[]): Turned {
  const turned = permuted(data, shape, [1, 0]);
  const width = shape[0] as number;
  return { dims: turned.dims, data: gateOrder(turned.data, cells * width, gates) };
}

/** Blocks of `length` numbers in another order. */
const gateOrder = (data: Float32Array, length: number, gates: readonly number[]): Float32Array =>
  joined(gates.map((gate) => data.subarray(gate * length, (gate + 1) * length)));

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
