import type { OpAttribute } from '../attributes.ts';
import { CONSTANTS } from '../constants.ts';
import type { Output } from '../symbols.ts';
import type { Graph } from './graph.ts';
import { keyOf, type Live, type Recorded } from './recorded.ts';

/** A convolution with what is done to each of its values as it is made: a bias, at times a sum, an activation. */
export interface Convolution {
  /** Its last operation, whose value it gives. */
  tail: Recorded;
  /** All of them. */
  chain: readonly Recorded[];
  conv: Recorded;
  bias: Output;
  summand: Output | null;
  activation: 'Relu' | 'Relu6' | null;
}

const SUMS = ['Add', 'AddV2'];

/**
 * Chains convolution, bias, sum, activation of which nobody reads anything but the end. Of a sum of two convolutions the one that was
 * made last has it.
 * @param settled what is computed once is left alone.
 */
export function convolutions(
  graph: Graph,
  operations: readonly Recorded[],
  live: Live,
  settled: ReadonlySet<Recorded>,
): Convolution[] {
  const made = new Map(operations.map((operation) => [BigInt(operation.oper), operation]));
  const taken = new Set<Recorded>();
  /** What made an output that one operation alone reads. */
  const only = (output: Output | undefined, ...ops: string[]): Recorded | null => {
    const maker = output && made.get(BigInt(output.oper));
    return maker && ops.includes(maker.op) && live.uses(output as Output) === 1 && !taken.has(maker) ? maker : null;
  };
  const found: Convolution[] = [];
  for (const tail of operations.toReversed()) {
    if (!live.has(tail.oper) || taken.has(tail) || settled.has(tail)) continue;
    const activation = tail.op === 'Relu' || tail.op === 'Relu6' ? tail.op : null;
    const inner = activation === null ? tail : only(tail.inputs[0], ...SUMS, 'BiasAdd');
    if (inner === null) continue;
    const chain = [tail, inner];
    let [biased, summand]: [Recorded | null, Output | null] = [inner, null];
    if (SUMS.includes(inner.op)) {
      const [a, b] = inner.inputs as [Output, Output];
      if (String(graph.shapeOf(a)) !== String(graph.shapeOf(b))) continue;
      biased = only(b, 'BiasAdd');
      summand = a;
      if (biased === null || only(biased.inputs[0], 'Conv2D') === null) {
        biased = only(a, 'BiasAdd');
        summand = b;
      }
      if (biased !== null) chain.push(biased);
    }
    if (biased?.op !== 'BiasAdd') continue;
    const [input, bias] = biased.inputs as [Output, Output];
    const conv = only(input, 'Conv2D');
    if (conv === null || !isPlain(conv)) continue;
    chain.push(conv);
    for (const each of chain) taken.add(each);
    found.push({ tail, chain, conv, bias, summand, activation });
  }
  return found.toReversed();
}

const attributeOf = ({ attributes }: Recorded, name: string): unknown =>
  attributes.find((one) => one.name === name)?.value;

const isPlain = (conv: Recorded): boolean =>
  attributeOf(conv, 'T') === CONSTANTS.TF_FLOAT && attributeOf(conv, 'data_format') === 'NHWC';

/** What the parts of a chain are to the operation that does all of it. */
export const fusedOps = ({ summand, activation }: Convolution): string[] => [
  'BiasAdd',
  ...(summand ? ['Add'] : []),
  ...(activation ? [activation] : []),
];

/**
 * oneDNN's own operation of a chain, as TensorFlow's layout pass would make it of its own rewriter's.
 * @param constant it may keep the kernel in the form that it computes with: then it takes no other one, ever.
 */
export const fusedAttributes = (convolution: Convolution, constant: boolean): OpAttribute[] => [
  ...convolution.conv.attributes,
  { name: 'num_args', type: CONSTANTS.TF_ATTR_INT, value: convolution.summand ? 2 : 1 },
  { name: 'fused_ops', type: CONSTANTS.TF_ATTR_STRING, value: fusedOps(convolution) },
  { name: 'is_filter_const', type: CONSTANTS.TF_ATTR_BOOL, value: constant },
  { name: '_kernel', type: CONSTANTS.TF_ATTR_STRING, value: 'MklNameChangeOp' },
];

/** Convolutions 1 x 1 of the same map that differ in nothing but their weights: one convolution does them all. */
export function siblings(graph: Graph, all: readonly Convolution[]): Convolution[][] {
  const groups = new Map<string, Convolution[]>();
  for (const each of all) {
    const [x, kernel] = each.conv.inputs as [Output, Output];
    const [height, width] = graph.shapeOf(kernel) ?? [];
    if (height !== 1 || width !== 1 || each.summand !== null) continue;
    const form = [keyOf(x), each.activation, JSON.stringify(each.conv.attributes)].join(' ');
    groups.set(form, [...(groups.get(form) ?? []), each]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}
