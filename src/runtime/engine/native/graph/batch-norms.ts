import type { OpAttribute } from '../attributes.ts';
import { CONSTANTS } from '../constants.ts';
import type { Output } from '../symbols.ts';
import type { Live, Recorded } from './recorded.ts';

/** Batch norms that train and whose map goes through a ReLU alone, with that ReLU: one pass over the map does both. */
export function normsWithRelu(operations: readonly Recorded[], live: Live): Map<Recorded, Recorded> {
  const norms = new Map(
    operations.filter(({ op }) => op === 'FusedBatchNormV3').map((operation) => [BigInt(operation.oper), operation]),
  );
  const found = new Map<Recorded, Recorded>();
  for (const relu of operations) {
    if (relu.op !== 'Relu' || !live.has(relu.oper)) continue;
    const map = relu.inputs[0] as Output;
    const norm = norms.get(BigInt(map.oper));
    if (norm !== undefined && map.index === 0 && live.uses(map) === 1) found.set(norm, relu);
  }
  return found;
}

export const withRelu = ({ attributes }: Recorded): OpAttribute[] => [
  ...attributes,
  { name: 'activation_mode', type: CONSTANTS.TF_ATTR_STRING, value: 'Relu' },
];
