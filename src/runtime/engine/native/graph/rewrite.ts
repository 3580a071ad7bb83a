import { CONSTANTS } from '../constants.ts';
import type { Output, Pointer } from '../symbols.ts';
import { normsWithRelu, withRelu } from './batch-norms.ts';
import { type Convolution, convolutions, fusedAttributes, siblings } from './convolutions.ts';
import type { Derived } from './derived.ts';
import { type Graph, type NewOperation, type } from './graph.ts';
import { keyOf, Live, type Recorded } from './recorded.ts';
import { tensorOf } from './tensors.ts';

export interface Rewriting {
  graph: Graph;
  operations: readonly Recorded[];
  /** What a run is to give. */
  wanted: readonly Output[];
  /** What follows from the state alone, for a state that no step writes. */
  derived: Derived | null;
  /** Whether oneDNN's own operations are there. */
  fused: boolean;
  /** Whether kernels of so many bytes may be kept once more, in the form that oneDNN computes with. */
  keep(bytes: number): boolean;
}

export interface Rewritten {
  /** Where what was wanted is now, in its order. */
  wanted: Output[];
  /** The operations that read an output and are run. */
  readersOf(output: Output): readonly Pointer[];
}

/**
 * Puts what leads to the outputs of a record into the graph once more, better: what follows from the state alone is read, and
 * convolutions do their bias, sum and activation themselves, batch norms their ReLU. Of the record itself no more is run.
 */
export function rewrite({ graph, operations, wanted, derived, fused, keep }: Rewriting): Rewritten {
  const live = new Live(operations, wanted);
  const settled = derived === null ? new Set<Recorded>() : settle(derived, operations);
  const chains = fused ? convolutions(graph, operations, live, settled) : [];
  const byTail = new Map(chains.map((one) => [one.tail, one]));
  const inside = new Set(chains.flatMap(({ chain }) => chain));
  const norms = fused ? normsWithRelu(graph, operations, live) : new Map<Recorded, Recorded>();
  const groups = new Map<Convolution, Convolution[]>();
  if (derived !== null) for (const group of siblings(graph, chains)) for (const each of group) groups.set(each, group);

  const places = new Map<bigint, (index: number) => Output>();
  const readers = new Map<string, Pointer[]>();
  const placeOf = (output: Output): Output =>
    places.get(BigInt(output.oper))?.(output.index) ?? derived?.kept(output) ?? output;
  const add = (operation: NewOperation): Pointer => {
    const made = graph.add(operation);
    for (const input of operation.inputs ?? []) {
      const known = readers.get(keyOf(input));
      if (known) known.push(made);
      else readers.set(keyOf(input), [made]);
    }
    return made;
  };
  const bytes = chains.reduce((sum, { conv }) => sum + bytesOf(graph, conv.inputs[1] as Output), 0);
  const constant = derived !== null && chains.length > 0 && keep(bytes);
  const convolve = (one: Convolution, kernel: Output, bias: Output): Output => {
    const inputs = [one.conv.inputs[0] as Output, kernel, bias, ...(one.summand ? [one.summand] : [])].map(placeOf);
    const attributes = fusedAttributes(one, constant);
    return { oper: add({ op: '_MklNativeFusedConv2D', scope: one.tail.scope, inputs, attributes }), index: 0 };
  };

  for (const operation of operations) {
    const oper = BigInt(operation.oper);
    if (!live.has(operation.oper) || operation.inputs.length === 0 || settled.has(operation) || places.has(oper)) {
      continue;
    }
    const own = byTail.get(operation);
    if (own === undefined) {
      if (inside.has(operation)) continue;
      const { scope } = operation;
      const inputs = operation.inputs.map(placeOf);
      const relu = norms.get(operation);
      const made = relu
        ? add({ op: '_FusedBatchNormEx', scope, attributes: withRelu(operation), inputs })
        : add({ op: operation.op, scope, attributes: operation.attributes, inputs });
      places.set(oper, (index) => ({ oper: made, index }));
      if (relu) places.set(BigInt(relu.oper), () => ({ oper: made, index: 0 }));
      continue;
    }
    const group = groups.get(own);
    if (group === undefined || derived === null) {
      const made = convolve(own, own.conv.inputs[1] as Output, own.bias);
      places.set(oper, () => made);
      continue;
    }
    // One convolution in the place of several, and its map in parts.
    const { scope } = operation;
    const kernels = group.map(({ conv }) => conv.inputs[1] as Output);
    const biases = group.map(({ bias }) => bias);
    const whole = convolve(own, joined(graph, derived, kernels, 3, scope), joined(graph, derived, biases, 0, scope));
    const sizes = kernels.map((kernel) => graph.shapeOf(kernel)?.[3] as number);
    const parts = split(graph, whole, sizes, scope);
    group.forEach(({ tail }, index) => {
      places.set(BigInt(tail.oper), () => ({ oper: parts, index }));
    });
  }
  return { wanted: wanted.map(placeOf), readersOf: (output) => readers.get(keyOf(output)) ?? [] };
}

/** Tells `derived` of what follows from the state alone. */
function settle(derived: Derived, operations: readonly Recorded[]): Set<Recorded> {
  const settled = new Set<Recorded>();
  for (const operation of operations) {
    if (operation.inputs.length === 0) derived.addGiven(operation.oper);
    if (!derived.follows(operation.inputs)) continue;
    derived.add(operation.oper);
    settled.add(operation);
  }
  return settled;
}

function joined(graph: Graph, derived: Derived, parts: readonly Output[], axis: number, scope: string): Output {
  const oper = graph.add({
    op: 'ConcatV2',
    scope,
    inputs: [...parts, integers(graph, [axis], [], scope)],
    attributes: [type('T', CONSTANTS.TF_FLOAT), type('Tidx', CONSTANTS.TF_INT32)],
  });
  derived.add(oper);
  return { oper, index: 0 };
}

/** In parts along the channels. */
const split = (graph: Graph, whole: Output, sizes: readonly number[], scope: string) =>
  graph.add({
    op: 'SplitV',
    scope,
    inputs: [whole, integers(graph, sizes, [sizes.length], scope), integers(graph, [3], [], scope)],
    attributes: [
      type('T', CONSTANTS.TF_FLOAT),
      type('Tlen', CONSTANTS.TF_INT32),
      { name: 'num_split', type: CONSTANTS.TF_ATTR_INT, value: sizes.length },
    ],
  });

function integers(graph: Graph, values: readonly number[], shape: readonly number[], scope: string): Output {
  const { tensorflow } = graph;
  const tensor = tensorOf(tensorflow, CONSTANTS.TF_INT32, shape, Int32Array.from(values));
  try {
    return graph.constant(tensor, CONSTANTS.TF_INT32, scope);
  } finally {
    tensorflow.TF_DeleteTensor(tensor);
  }
}

/** Of a tensor of float32. */
const bytesOf = (graph: Graph, output: Output): number =>
  (graph.shapeOf(output) ?? []).reduce<number>((product, side) => product * (side ?? 1), 4);
