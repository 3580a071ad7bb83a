import { type AttributeSetters, graphSetters, type OpAttribute, setAttribute } from '../attributes.ts';
import { CONSTANTS, dtypeName } from '../constants.ts';
import { Status } from '../status.ts';
import type { Output, Pointer, TensorFlow } from '../symbols.ts';
import { type OpDefinition, opDefinitions } from './op-definitions.ts';

/** An operation to be: inputs in the order of the op's definition, lists laid flat. */
export interface NewOperation {
  op: string;
  /** What stands before the op's name in the graph: the layer. */
  scope: string;
  inputs?: readonly Output[];
  attributes?: readonly OpAttribute[];
  /** Operations that must have run before. */
  after?: readonly Pointer[];
}

/**
 * A `TF_Graph`, filled operation by operation. TensorFlow infers each output's shape at once, so that a shape that does
 * not fit is an error here, with the operation's name and inputs. Nothing can be taken out again.
 */
export class Graph {
  readonly pointer: Pointer;
  readonly status: Status;
  /** How many operations it holds. */
  operations = 0;
  readonly #setters: AttributeSetters;
  readonly #definition: (op: string) => OpDefinition;

  constructor(readonly tensorflow: TensorFlow) {
    this.pointer = tensorflow.TF_NewGraph();
    this.status = new Status(tensorflow);
    this.#setters = graphSetters(tensorflow);
    this.#definition = opDefinitions(tensorflow, this.status, () => this.pointer);
  }

  /** @throws TensorFlowError where inputs or attributes do not fit. */
  add({ op, scope, inputs = [], attributes = [], after = [] }: NewOperation): Pointer {
    const { tensorflow, status } = this;
    const definition = this.#definition(op);
    const name = `${named(scope)}/${op}_${this.operations++}`;
    const description = tensorflow.TF_NewOperation(this.pointer, op, name);
    let unfinished = true;
    try {
      let [place, filled] = [0, false];
      for (const argument of definition.inputs) {
        if (argument === 'one') {
          const input = inputs[place++];
          if (input === undefined) throw new Error(`${op} was given ${inputs.length} inputs, and takes more.`);
          tensorflow.TF_AddInput(description, input);
          continue;
        }
        // Of several lists the first has them all: what the others are for nobody here asks for.
        const count = filled ? 0 : inputs.length - definition.inputs.filter((one) => one === 'one').length;
        filled = true;
        tensorflow.TF_AddInputList(description, packOutputs(inputs.slice(place, place + count)), count);
        place += count;
      }
      for (const operation of after) tensorflow.TF_AddControlInput(description, operation);
      for (const attribute of attributes) {
        if (!definition.implied.has(attribute.name)) setAttribute(this.#setters, description, attribute);
      }
      unfinished = false;
      const operation = tensorflow.TF_FinishOperation(description, status.pointer);
      status.check(() => `${op}(${inputs.map((input) => this.#describe(input)).join(', ')})`);
      return operation;
    } finally {
      // Frees the description, whatever TensorFlow thinks of it.
      if (unfinished) tensorflow.TF_FinishOperation(description, status.pointer);
    }
  }

  /** The same where only the first output is wanted. */
  output(operation: NewOperation): Output {
    return { oper: this.add(operation), index: 0 };
  }

  placeholder(dtype: number, shape: readonly number[], scope: string): Output {
    const attributes = [type('dtype', dtype), { name: 'shape', type: CONSTANTS.TF_ATTR_SHAPE, value: shape }];
    return this.output({ op: 'Placeholder', scope, attributes });
  }

  /** @param tensor a `TF_Tensor`, copied into the graph. */
  constant(tensor: Pointer, dtype: number, scope: string): Output {
    const { tensorflow, status } = this;
    const name = `${named(scope)}/Const_${this.operations++}`;
    const description = tensorflow.TF_NewOperation(this.pointer, 'Const', name);
    tensorflow.TF_SetAttrTensor(description, 'value', tensor, status.pointer);
    tensorflow.TF_SetAttrType(description, 'dtype', dtype);
    const operation = tensorflow.TF_FinishOperation(description, status.pointer);
    status.check(() => `A constant of ${dtypeName(dtype)}`);
    return { oper: operation, index: 0 };
  }

  /** What TensorFlow knows of an output: a side that it does not know is null, and a rank that it does not know null. */
  shapeOf(output: Output): (number | null)[] | null {
    const { tensorflow } = this;
    // Of its own: an error that is being told of must stay what it is, and TensorFlow does not clear the status here.
    const status = new Status(tensorflow);
    const rank = tensorflow.TF_GraphGetTensorNumDims(this.pointer, output, status.pointer);
    const sides = new BigInt64Array(Math.max(0, rank));
    if (rank > 0) tensorflow.TF_GraphGetTensorShape(this.pointer, output, sides, rank, status.pointer);
    status.delete();
    if (rank < 0) return null;
    return Array.from(sides, (side) => (side < 0n ? null : Number(side)));
  }

  dtypeOf(output: Output): number {
    return this.tensorflow.TF_OperationOutputType(output);
  }

  /** Once no session uses it any more. */
  delete(): void {
    this.tensorflow.TF_DeleteGraph(this.pointer);
  }

  /** For messages. */
  #describe(output: Output): string {
    const shape = this.shapeOf(output)?.map((side) => side ?? '?');
    return `${dtypeName(this.dtypeOf(output))}[${shape ?? '?'}]`;
  }
}

export const type = (name: string, value: number): OpAttribute => ({ name, type: CONSTANTS.TF_ATTR_TYPE, value });

/** A layer's name as TensorFlow takes it in the name of an operation. */
function named(scope: string): string {
  const allowed = scope.replace(/[^A-Za-z0-9_.\\/>-]/g, '_');
  return /^[A-Za-z0-9.]/.test(allowed) ? allowed : `.${allowed}`;
}

/** `TF_Output[]`: an address, an int, four bytes of padding. */
export function packOutputs(outputs: readonly Output[]): BigUint64Array {
  const packed = new BigUint64Array(Math.max(1, outputs.length * 2));
  outputs.forEach(({ oper, index }, place) => {
    packed[place * 2] = BigInt(oper);
    packed[place * 2 + 1] = BigInt(index);
  });
  return packed;
}
