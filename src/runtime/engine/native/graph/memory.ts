import { totalmem } from 'node:os';
import type { Output } from '../symbols.ts';
import type { Graph } from './graph.ts';
import { Live, type Recorded } from './recorded.ts';

/** Operations whose first output is never written over an input of theirs. */
const OWN_MEMORY = new Set([
  'Conv2D',
  'Conv2DBackpropInput',
  'Conv2DBackpropFilter',
  'DepthwiseConv2dNative',
  'DepthwiseConv2dNativeBackpropInput',
  'FusedBatchNormV3',
  'FusedBatchNormGradV3',
  'MatMul',
  'ConcatV2',
  'MaxPool',
  'MaxPoolGrad',
  'AvgPool',
  'AvgPoolGrad',
]);

/**
 * Bytes that a record has to hold at once, at the least: each map from when it is made to when it is last read, without those that
 * may take an input's place.
 */
export function leastBytes(graph: Graph, operations: readonly Recorded[], wanted: readonly Output[]): number {
  const live = new Live(operations, wanted);
  const freed = new Map<number, number>();
  const last = new Map<bigint, number>();
  operations.forEach(({ oper, inputs }, place) => {
    if (live.has(oper)) for (const input of inputs) last.set(BigInt(input.oper), place);
  });
  let [held, most] = [0, 0];
  operations.forEach(({ oper, op }, place) => {
    if (live.has(oper) && OWN_MEMORY.has(op)) {
      const shape = graph.shapeOf({ oper, index: 0 }) ?? [];
      const bytes = shape.reduce<number>((product, side) => product * (side ?? 1), 4);
      held += bytes;
      most = Math.max(most, held);
      const end = last.get(BigInt(oper)) ?? operations.length;
      freed.set(end, (freed.get(end) ?? 0) + bytes);
    }
    held -= freed.get(place) ?? 0;
  });
  return most;
}

/**
 * What TensorFlow would not survive: where oneDNN's operations find no memory for their result, they go on without one.
 * @throws Error that says that memory is out, with both figures.
 */
export function assertFitsMemory(bytes: number, memory = memoryHere()): void {
  if (bytes <= memory) return;
  throw new Error(
    `out of memory: its tensors take at least ${gigabytes(bytes)} at once, and this machine has ${gigabytes(memory)}.`,
  );
}

/** Of the machine, or of the container that this process is kept to. */
const memoryHere = (): number => {
  const kept = process.constrainedMemory?.() ?? 0;
  return kept > 0 ? Math.min(kept, totalmem()) : totalmem();
};

const gigabytes = (bytes: number): string =>
  `${(bytes / 1e9).toLocaleString('en-GB', { maximumFractionDigits: 1 })} GB`;
