import type { OpAttribute } from '../attributes.ts';
import { CONSTANTS } from '../constants.ts';
import type { Output } from '../symbols.ts';
import type { Graph } from './graph.ts';
import type { Live, Recorded } from './recorded.ts';

/**
 * What the number of channels has to be a multiple of. TensorFlow takes multiples of 4; of 8 oneDNN computes them with the kernel
 * of a plain batch norm, to the same bits.
 */
const CHANNELS = 8;

/** Batch norms that train and whose map goes through a ReLU alone, with that ReLU: one pass over the map does both. */
export function normsWithRelu(graph: Graph, operations: readonly Recorded[], live: Live): Map<Recorded, Recorded> {
  const norms = new Map(
    operations.filter(({ op }) => op === 'FusedBatchNormV3').map((operation) => [BigInt(operation.oper), operation]),
  );
  const found = new Map<Recorded, Recorded>();
  for (const relu of operations) {
    if (relu.op !== 'Relu' || !live.has(relu.oper)) continue;
    const map = relu.inputs[0] as Output;
    const norm = norms.get(BigInt(map.oper));
    if (norm === undefined || map.index !== 0 || live.uses(map) !== 1) continue;
    if (Number(graph.shapeOf(map)?.at(-1)) % CHANNELS === 0) found.set(norm, relu);
  }
  return found;
}

export const withRelu = ({ attributes }: Recorded): OpAttribute[] => [
  ...attributes,
  { name: 'activation_mode', type: CONSTANTS.TF_ATTR_STRING, value: 'Relu' },
];
