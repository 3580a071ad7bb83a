import type { Tensor } from '@tensorflow/tfjs';
import type { TF } from '../../../registry/kinds/layers.ts';
import type { Tensors } from '../../engine/engine.ts';
import type { Element } from '../onnx/element.ts';
import type { Graph } from '../onnx/graph.ts';
import { GraphTensor } from './graph-tensor.ts';
import { noForm } from './no-form.ts';
import { beyondSlices, isFree, isLost } from './size.ts';

/** Whose layer it is, for messages. */
export interface LayerPlace {
  component: string;
  layer: string;
}

type Value = GraphTensor | number;
type Axes = number | readonly number[] | undefined;

/**
 * The functions of TensorFlow.js that a custom layer, an input mode or a learned window is written in, as nodes of a graph. A
 * function that is not among them is refused by its name, where it is asked for.
 */
export function graphTf(graph: Graph, place: LayerPlace): TF {
  const words = wordsOf(graph, place);
  return new Proxy(words, {
    get: (known, name) => {
      if (typeof name === 'symbol' || name === 'then') return undefined;
      const word = known[name];
      if (word === undefined) throw refused(place, `uses tf.${name}, which has no form in ONNX here`);
      return word;
    },
  }) as unknown as TF;
}

/** Tensors of a custom layer: whoever calls `x.add(y)` is answered as by `tf.add(x, y)`. */
export function customTensors(
  graph: Graph,
  place: LayerPlace,
  inputs: readonly GraphTensor[],
  weights: Readonly<Record<string, GraphTensor>>,
): [Tensor[], Tensors] {
  const words = wordsOf(graph, place);
  const chained = (tensor: GraphTensor) => chainable(tensor, words, place) as unknown as Tensor;
  return [
    inputs.map(chained),
    Object.fromEntries(Object.entries(weights).map(([name, tensor]) => [name, chained(tensor)])),
  ];
}

const refused = ({ component, layer }: LayerPlace, does: string) => noForm(component, `its layer ${layer} ${does}`);

type Words = Record<string, (...args: never[]) => unknown>;

const HOLDS = new Set([
  'graph',
  'shape',
  'element',
  'rank',
  'dtype',
  'last',
  'planar',
  'isPlanar',
  'lastName',
  'planarName',
]);

function chainable(tensor: GraphTensor, words: Words, place: LayerPlace): GraphTensor {
  return new Proxy(tensor, {
    get(target, name) {
      if (typeof name === 'symbol' || name === 'then' || name === 'constructor') return Reflect.get(target, name);
      if (HOLDS.has(name)) return Reflect.get(target, name, target);
      const word = words[name];
      if (word === undefined) throw refused(place, `asks a tensor for ${name}, which has no form in ONNX here`);
      return (...args: unknown[]) => (word as (...all: unknown[]) => unknown)(tensor, ...args);
    },
  });
}

/** Functions of one tensor that ONNX has under a name of its own. */
const UNARY = {
  neg: 'Neg',
  exp: 'Exp',
  log: 'Log',
  sqrt: 'Sqrt',
  abs: 'Abs',
  sigmoid: 'Sigmoid',
  tanh: 'Tanh',
  relu: 'Relu',
  softplus: 'Softplus',
  floor: 'Floor',
  ceil: 'Ceil',
  round: 'Round',
  sign: 'Sign',
  sin: 'Sin',
  cos: 'Cos',
  atan: 'Atan',
  erf: 'Erf',
  reciprocal: 'Reciprocal',
} as const;

const BINARY = { add: 'Add', sub: 'Sub', mul: 'Mul', div: 'Div', minimum: 'Min', maximum: 'Max', pow: 'Pow' } as const;

const COMPARED = {
  greater: 'Greater',
  greaterEqual: 'GreaterOrEqual',
  less: 'Less',
  lessEqual: 'LessOrEqual',
  equal: 'Equal',
} as const;

const REDUCED = { mean: 'ReduceMean', max: 'ReduceMax', min: 'ReduceMin', prod: 'ReduceProd' } as const;

const ELEMENT_OF: Readonly<Record<string, Element>> = { float32: 'float32', int32: 'int32', bool: 'bool' };

function wordsOf(graph: Graph, place: LayerPlace): Words {
  const words: Words = {};
  const of = (name: string, shape: readonly number[], element: Element = 'float32'): GraphTensor =>
    chainable(new GraphTensor(graph, name, shape, element), words, place);
  const value = (x: Value): GraphTensor => (typeof x === 'number' ? of(graph.scalar('float32', x), []) : x);
  const unary = (op: string, x: Value): GraphTensor => {
    const one = value(x);
    return of(graph.node(op, [one.last()]), one.shape, one.element);
  };
  const broadcast = (a: readonly number[], b: readonly number[]): number[] => {
    const rank = Math.max(a.length, b.length);
    return Array.from({ length: rank }, (_, i) => {
      const [one, other] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
      if (one !== other && one !== 1 && other !== 1)
        throw refused(place, `puts shapes together that do not fit, [${shown(a)}] and [${shown(b)}]`);
      return one === 1 ? other : one;
    });
  };
  const binary = (op: string, x: Value, y: Value, element?: Element): GraphTensor => {
    const [a, b] = [value(x), value(y)];
    return of(graph.node(op, [a.last(), b.last()]), broadcast(a.shape, b.shape), element ?? a.element);
  };
  /** Sizes as an input of a node: known ones are stored, those with the number of slices in them are reckoned. */
  const sizes = (list: readonly number[]): string => {
    for (const size of list)
      if (isLost(size)) throw refused(place, 'makes a shape of a product with the number of slices');
    if (!list.some(isFree)) return graph.whole(...list);
    const parts = list.map((size) => {
      const beyond = beyondSlices(size);
      if (beyond === null) return graph.whole(size);
      return beyond === 0 ? slices() : graph.node('Add', [slices(), graph.whole(beyond)]);
    });
    return parts.length === 1 ? (parts[0] as string) : graph.node('Concat', parts, { axis: { int: 0 } });
  };
  /** The number of slices, `[1]`: of any input that has it in its shape. */
  const slices = (): string => {
    if (graph.slices === null) throw refused(place, 'asks for a number of slices that is not known here');
    return graph.slices;
  };
  const axesOf = (x: GraphTensor, axis: Axes): number[] => {
    const list = axis === undefined ? x.shape.map((_, i) => i) : typeof axis === 'number' ? [axis] : [...axis];
    return list.map((one) => (one < 0 ? one + x.rank : one));
  };
  const without = (x: GraphTensor, axes: readonly number[], keep: boolean): number[] =>
    x.shape.flatMap((side, i) => (axes.includes(i) ? (keep ? [1] : []) : [side]));

  for (const [name, op] of Object.entries(UNARY)) words[name] = (x: Value) => unary(op, x);
  for (const [name, op] of Object.entries(BINARY)) words[name] = (x: Value, y: Value) => binary(op, x, y);
  for (const [name, op] of Object.entries(COMPARED)) words[name] = (x: Value, y: Value) => binary(op, x, y, 'bool');
  for (const [name, op] of Object.entries(REDUCED))
    words[name] = (x: GraphTensor, axis?: Axes, keep = false) => {
      const axes = axesOf(x, axis);
      const y = graph.node(op, [x.last()], { axes: { ints: axes }, keepdims: { int: keep ? 1 : 0 } });
      return of(y, without(x, axes, keep), x.element);
    };
  const more: Words = {
    sum(x: GraphTensor, axis?: Axes, keep = false) {
      const axes = axesOf(x, axis);
      const y = graph.node('ReduceSum', [x.last(), graph.whole(...axes)], { keepdims: { int: keep ? 1 : 0 } });
      return of(y, without(x, axes, keep), x.element);
    },
    addN: (list: readonly GraphTensor[]) =>
      of(
        graph.node(
          'Sum',
          list.map((x) => x.last()),
        ),
        (list[0] as GraphTensor).shape,
        (list[0] as GraphTensor).element,
      ),
    square: (x: Value) => binary('Mul', x, x),
    squaredDifference: (x: Value, y: Value) => more.square?.(binary('Sub', x, y) as never),
    rsqrt: (x: Value) => unary('Reciprocal', unary('Sqrt', x)),
    log1p: (x: Value) => unary('Log', binary('Add', x, 1)),
    expm1: (x: Value) => binary('Sub', unary('Exp', x), 1),
    relu6: (x: GraphTensor) => more.clipByValue?.(x as never, 0 as never, 6 as never),
    clipByValue: (x: GraphTensor, low: number, high: number) =>
      of(graph.node('Clip', [x.last(), graph.scalar('float32', low), graph.scalar('float32', high)]), x.shape),
    softmax: (x: GraphTensor, axis = -1) => of(graph.node('Softmax', [x.last()], { axis: { int: axis } }), x.shape),
    where: (condition: GraphTensor, x: GraphTensor, y: GraphTensor) => {
      const shape = broadcast(condition.shape, broadcast(x.shape, y.shape));
      const real = condition.element === 'bool' ? condition : more.cast?.(condition as never, 'bool' as never);
      return of(
        graph.node('Where', [(real as GraphTensor).last(), value(x).last(), value(y).last()]),
        shape,
        x.element,
      );
    },
    logicalNot: (x: GraphTensor) => of(graph.node('Not', [x.last()]), x.shape, 'bool'),
    logicalAnd: (x: GraphTensor, y: GraphTensor) => binary('And', x, y, 'bool'),
    logicalOr: (x: GraphTensor, y: GraphTensor) => binary('Or', x, y, 'bool'),
    cast: (x: GraphTensor, dtype: string) => {
      const element = ELEMENT_OF[dtype];
      if (element === undefined) throw refused(place, `casts to ${dtype}`);
      return element === x.element
        ? x
        : of(graph.node('Cast', [x.last()], { to: { int: castTo(element) } }), x.shape, element);
    },
    clone: (x: GraphTensor) => x,
    concat(list: readonly GraphTensor[], axis = 0) {
      const [first] = list as [GraphTensor];
      const along = axis < 0 ? axis + first.rank : axis;
      const shape = first.shape.map((side, i) =>
        i === along ? list.reduce((sum, part) => sum + (part.shape[i] as number), 0) : side,
      );
      const names = list.map((part) => part.last());
      return of(graph.node('Concat', names, { axis: { int: along } }), shape, first.element);
    },
    stack: (list: readonly GraphTensor[], axis = 0) =>
      more.concat?.(list.map((x) => more.expandDims?.(x as never, axis as never)) as never, axis as never),
    expandDims(x: GraphTensor, axis = 0) {
      const along = axis < 0 ? axis + x.rank + 1 : axis;
      return of(graph.node('Unsqueeze', [x.last(), graph.whole(along)]), x.shape.toSpliced(along, 0, 1), x.element);
    },
    squeeze(x: GraphTensor, axis?: Axes) {
      const axes = axis === undefined ? x.shape.flatMap((side, i) => (side === 1 ? [i] : [])) : axesOf(x, axis);
      return of(graph.node('Squeeze', [x.last(), graph.whole(...axes)]), without(x, axes, false), x.element);
    },
    reshape(x: GraphTensor, shape: readonly number[]) {
      const known = x.shape.filter((side) => !isFree(side)).reduce((product, side) => product * side, 1);
      const stated = shape.filter((side) => side !== -1 && !isFree(side)).reduce((product, side) => product * side, 1);
      const free = x.shape.some(isFree);
      const left = shape.some(isFree) || !free ? known / stated : null;
      const resolved = shape.map((side) => (side === -1 ? (left ?? x.shape.find(isFree) ?? 1) : side));
      if (left === null && known !== stated)
        throw refused(place, 'makes a shape of a product with the number of slices');
      return of(
        graph.node('Reshape', [x.last(), sizes(shape.map((side, i) => (side === -1 ? -1 : (resolved[i] as number))))]),
        resolved,
        x.element,
      );
    },
    transpose(x: GraphTensor, perm: readonly number[] = x.shape.map((_, i) => x.rank - 1 - i)) {
      const y = graph.node('Transpose', [x.last()], { perm: { ints: perm } });
      return of(
        y,
        perm.map((axis) => x.shape[axis] as number),
        x.element,
      );
    },
    slice(x: GraphTensor, begin: number | readonly number[], size?: number | readonly number[]) {
      const from = typeof begin === 'number' ? [begin] : [...begin];
      const given = size === undefined ? [] : typeof size === 'number' ? [size] : [...size];
      const start = x.shape.map((_, i) => from[i] ?? 0);
      const taken = x.shape.map((side, i) =>
        given[i] === undefined || given[i] === -1 ? side - (start[i] as number) : (given[i] as number),
      );
      const axes = x.shape.flatMap((side, i) => (start[i] === 0 && taken[i] === side ? [] : [i]));
      if (axes.length === 0) return x;
      const only = (list: readonly number[]) => sizes(axes.map((axis) => list[axis] as number));
      const ends = taken.map((side, i) => side + (start[i] as number));
      return of(graph.node('Slice', [x.last(), only(start), only(ends), graph.whole(...axes)]), taken, x.element);
    },
    tile(x: GraphTensor, reps: readonly number[]) {
      if (reps.every((times) => times === 1)) return x;
      return of(
        graph.node('Tile', [x.last(), graph.whole(...reps)]),
        x.shape.map((side, i) => (reps[i] === 1 ? side : side * (reps[i] as number))),
        x.element,
      );
    },
    pad(x: GraphTensor, amounts: readonly (readonly [number, number])[], fill = 0) {
      const pads = [...amounts.map(([before]) => before), ...amounts.map(([, after]) => after)];
      const shape = x.shape.map((side, i) => side + (amounts[i]?.[0] ?? 0) + (amounts[i]?.[1] ?? 0));
      const y = graph.node('Pad', [x.last(), graph.whole(...pads), graph.scalar('float32', fill)]);
      return of(y, shape, x.element);
    },
    reverse(x: GraphTensor, axis?: Axes) {
      const axes = axesOf(x, axis);
      const all = (number: number) => graph.whole(...axes.map(() => number));
      const y = graph.node('Slice', [x.last(), all(-1), all(-(2 ** 31)), graph.whole(...axes), all(-1)]);
      return of(y, x.shape, x.element);
    },
    matMul(x: GraphTensor, y: GraphTensor, transposeX = false, transposeY = false) {
      const turned = (one: GraphTensor, turn: boolean): GraphTensor =>
        turn
          ? (more.transpose?.(
              one as never,
              one.shape.map((_, i) => (i < one.rank - 2 ? i : 2 * one.rank - 3 - i)) as never,
            ) as GraphTensor)
          : one;
      const [a, b] = [turned(x, transposeX), turned(y, transposeY)];
      const shape = [
        ...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)),
        a.shape.at(-2) as number,
        b.shape.at(-1) as number,
      ];
      return of(graph.node('MatMul', [a.last(), b.last()]), shape);
    },
    scalar: (x: number) => of(graph.scalar('float32', x), []),
    tensor: (given: unknown, shape?: readonly number[]) => {
      const flat = flattened(given);
      return of(graph.constant('float32', flat, shape ?? shapeOf(given)), shape ?? shapeOf(given));
    },
    fill: (shape: readonly number[], number: number) => {
      const one = graph.constant('float32', [number], []);
      return of(graph.node('Expand', [one, sizes(shape)]), shape);
    },
    zeros: (shape: readonly number[]) => more.fill?.(shape as never, 0 as never),
    ones: (shape: readonly number[]) => more.fill?.(shape as never, 1 as never),
    zerosLike: (x: GraphTensor) => more.fill?.(x.shape as never, 0 as never),
    onesLike: (x: GraphTensor) => more.fill?.(x.shape as never, 1 as never),
    tidy: (work: unknown, other?: unknown) => ((typeof work === 'function' ? work : other) as () => unknown)(),
  };
  for (const rank of ['1d', '2d', '3d', '4d']) {
    const tensor = more.tensor as (...args: never[]) => unknown;
    more[`tensor${rank}`] = tensor;
    more[`as${rank.toUpperCase()}`] = (x: GraphTensor, ...shape: number[]) =>
      more.reshape?.(x as never, shape as never);
  }
  return Object.assign(words, more);
}

const shown = (shape: readonly number[]): string => shape.map((side) => (isFree(side) ? 'slices' : side)).join(', ');

/** Numbers of ONNX's types, for Cast. */
const CAST: Partial<Record<Element, number>> = { float32: 1, int32: 6, bool: 9 };
const castTo = (element: Element): number => CAST[element] as number;

const flattened = (given: unknown): number[] =>
  typeof given === 'number' ? [given] : Array.from(given as ArrayLike<unknown>).flatMap(flattened);

const shapeOf = (given: unknown): number[] => {
  if (typeof given === 'number') return [];
  const list = given as ArrayLike<unknown>;
  return [list.length, ...(list.length > 0 ? shapeOf(list[0]) : [])];
};
