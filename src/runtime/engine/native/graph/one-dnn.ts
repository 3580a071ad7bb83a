import { cpuInfo, mayComputeWithOneDnn } from '../../../machine.ts';
import { CONSTANTS } from '../constants.ts';
import { TensorFlowError } from '../status.ts';
import type { TensorFlow } from '../symbols.ts';
import { Graph, type } from './graph.ts';
import { Session } from './session.ts';
import { tensorOf } from './tensors.ts';

/**
 * Whether TensorFlow gives convolutions to oneDNN in this process: that depends on how it was built, on the processor, and on
 * TF_ENABLE_ONEDNN_OPTS. It says so nowhere, so it is given a convolution with a sum in it, which its own kernels do not know.
 */
export function computesWithOneDnn(tensorflow: TensorFlow): boolean {
  if (!mayComputeWithOneDnn(cpuInfo(), process.env)) return false;
  const graph = new Graph(tensorflow);
  const session = new Session(graph, { threads: 1, rewrite: false, bfloat16: false });
  const value = (shape: readonly number[]) => {
    const tensor = tensorOf(tensorflow, CONSTANTS.TF_FLOAT, shape, new Float32Array(shape.reduce((a, b) => a * b, 1)));
    try {
      return graph.constant(tensor, CONSTANTS.TF_FLOAT, 'probe');
    } finally {
      tensorflow.TF_DeleteTensor(tensor);
    }
  };
  try {
    const map = value([1, 2, 2, 1]);
    const sum = graph.output({
      op: '_FusedConv2D',
      scope: 'probe',
      inputs: [map, value([1, 1, 1, 1]), value([1]), map],
      attributes: [
        type('T', CONSTANTS.TF_FLOAT),
        { name: 'num_args', type: CONSTANTS.TF_ATTR_INT, value: 2 },
        { name: 'strides', type: CONSTANTS.TF_ATTR_INT, value: [1, 1, 1, 1] },
        { name: 'padding', type: CONSTANTS.TF_ATTR_STRING, value: 'VALID' },
        { name: 'fused_ops', type: CONSTANTS.TF_ATTR_STRING, value: ['BiasAdd', 'Add', 'Relu'] },
      ],
    });
    for (const tensor of session.runNow([sum])) tensorflow.TF_DeleteTensor(tensor);
    return true;
  } catch (error) {
    if (error instanceof TensorFlowError) return false;
    throw error;
  } finally {
    session.delete();
    graph.delete();
  }
}
