import type { HostTensor } from '../../engine.ts';
import { CONSTANTS } from '../constants.ts';
import type { Output, Pointer } from '../symbols.ts';
import { type Graph, type } from './graph.ts';
import { dtypeOf } from './tensors.ts';

/** A tensor of the state in a session: a resource variable with what reads and replaces it. */
export interface Variable {
  handle: Output;
  value: Output;
  dtype: number;
  shape: readonly number[];
  /** What `assign` takes its value from. */
  initial: Output;
  assign: Pointer;
}

export function makeVariable(graph: Graph, name: string, tensor: HostTensor): Variable {
  const dtype = dtypeOf(tensor);
  const shape = [...tensor.shape];
  const scope = `state/${name}`;
  const initial = graph.placeholder(dtype, shape, scope);
  return { ...holder(graph, scope, initial, shape), initial };
}

/** A variable that takes its value from an output of the graph whenever `assign` is run. */
export function holder(graph: Graph, scope: string, from: Output, shape: readonly number[]): Omit<Variable, 'initial'> {
  const dtype = graph.dtypeOf(from);
  const handle = graph.output({
    op: 'VarHandleOp',
    scope,
    attributes: [
      type('dtype', dtype),
      { name: 'shape', type: CONSTANTS.TF_ATTR_SHAPE, value: shape },
      { name: 'shared_name', type: CONSTANTS.TF_ATTR_STRING, value: scope },
    ],
  });
  return {
    handle,
    dtype,
    shape,
    value: graph.output({ op: 'ReadVariableOp', scope, inputs: [handle], attributes: [type('dtype', dtype)] }),
    assign: graph.add({
      op: 'AssignVariableOp',
      scope,
      inputs: [handle, from],
      attributes: [type('dtype', dtype)],
    }),
  };
}
