import { currentLayer } from '../../layer-scope.ts';
import type { Binding, NodeBinding, OutputInfo } from '../binding.ts';
import { CONSTANTS } from '../constants.ts';
import { FIRST_ID, type Given, type GivenValues } from '../given-values.ts';
import type { Output, Pointer } from '../symbols.ts';
import type { Values } from '../tensors.ts';
import { type Graph, type NewOperation, type } from './graph.ts';
import type { Recorded } from './recorded.ts';
import { tensorOf } from './tensors.ts';

/** A step that cannot be one graph: it wants a value while it is being recorded, or an op that has no graph form. */
export class NotTraceable extends Error {
  override readonly name = 'NotTraceable';
  constructor(
    /** What it does, as a clause: `reads the values of …`. */
    readonly what: string,
    /** The layer or component that it does it in; null outside of all. */
    readonly layer: string | null,
  ) {
    super(`${layer === null ? 'The step' : layer} ${what}`);
  }
}

let next = FIRST_ID;

/** Constants as short as this are made once for equal values: shapes, axes, learning rates. */
const SHORT = 64;

/**
 * What stands in the place of the eager binding while a step is recorded: each op that a kernel of tfjs-node executes becomes
 * an operation of the graph, and the kernel gets the shape that TensorFlow infers. Nothing is computed.
 */
export class Recorder {
  readonly #outputs = new Map<number, Output>();
  /** Layers of the forward pass by the operation that they made, for names of what their gradient needs. */
  readonly #layers = new Map<bigint, string>();
  readonly #constants = new Map<string, number>();
  /** All that it has put into the graph, in order. */
  readonly operations: Recorded[] = [];

  constructor(
    private readonly graph: Graph,
    private readonly given: GivenValues,
    /** A copy of an eager tensor, for one that was made before the record began. */
    private readonly eager: (id: number) => Given,
  ) {}

  /** As the backend of tfjs-node calls it. */
  binding(version: string): NodeBinding {
    const methods: Binding = {
      createTensor: (shape, dtype, values) => this.#createTensor(shape, dtype, values),
      deleteTensor: (id) => void this.given.forget(id),
      tensorDataSync: (id) => this.#valuesOf(id),
      executeOp: (name, attributes, inputs, count) => {
        const oper = this.add({ op: name, inputs: inputs.map((id) => this.outputOf(id)), attributes });
        return Array.from({ length: count }, (_, index) => this.adopt({ oper, index }));
      },
      isUsingGpuDevice: () => false,
      getNumOfTensors: () => this.#outputs.size,
    };
    return { ...CONSTANTS, TF_Version: version, ...methods };
  }

  /** Where an operation belongs: the open layer, else that which made the last of its inputs. */
  #scope(inputs: readonly Output[]): string {
    const layer = currentLayer();
    if (layer !== null) return layer;
    for (const { oper } of inputs.toReversed()) {
      const made = this.#layers.get(BigInt(oper));
      if (made !== undefined) return `gradients/${made}`;
    }
    return 'step';
  }

  /** A tensor of the graph, made known under an id. */
  adopt(output: Output): OutputInfo {
    const id = next++;
    this.#outputs.set(id, output);
    const shape = this.graph.shapeOf(output);
    const dtype = this.graph.dtypeOf(output);
    if (shape?.some((side) => side === null)) {
      throw new NotTraceable('makes a tensor whose shape depends on values', currentLayer());
    }
    // Without a rank are only parts that the graph alone looks into, such as what a batch norm keeps for its gradient.
    return { id, shape: (shape ?? [0]) as number[], dtype };
  }

  /** The output of the graph that an id stands for. */
  outputOf(id: number): Output {
    const own = this.#outputs.get(id);
    if (own !== undefined) return own;
    const values = this.given.get(id) ?? (id < FIRST_ID ? this.eager(id) : undefined);
    if (values === undefined) throw new NotTraceable('uses a tensor that an earlier step made', currentLayer());
    const output = this.#constant(values);
    this.#outputs.set(id, output);
    return output;
  }

  add(operation: Omit<NewOperation, 'scope'>): Pointer {
    const { op, inputs = [], attributes = [] } = operation;
    const scope = this.#scope(inputs);
    const oper = this.graph.add({ ...operation, scope });
    this.operations.push({ oper, op, scope, inputs, attributes });
    const layer = currentLayer();
    if (layer !== null) this.#layers.set(BigInt(oper), layer);
    return oper;
  }

  /** Bytes as the int32 that a step knows them as. */
  widened(bytes: Output): Output {
    const attributes = [type('SrcT', CONSTANTS.TF_UINT8), type('DstT', CONSTANTS.TF_INT32)];
    return { oper: this.add({ op: 'Cast', inputs: [bytes], attributes }), index: 0 };
  }

  #createTensor(shape: readonly number[], dtype: number, values: Exclude<Values, BigInt64Array>): number {
    const short = !Array.isArray(values) && values.byteLength <= SHORT;
    const same = short
      ? `${dtype} [${shape}] ${Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex')}`
      : null;
    const id = next++;
    const made = same === null ? undefined : this.#constants.get(same);
    const output = made === undefined ? this.#constant({ shape, dtype, values }) : this.outputOf(made);
    this.#outputs.set(id, output);
    this.given.set(id, { shape, dtype, values });
    if (same !== null && made === undefined) this.#constants.set(same, this.adopt(output).id);
    return id;
  }

  #valuesOf(id: number): Values {
    const given = this.given.get(id) ?? (id < FIRST_ID ? this.eager(id) : undefined);
    if (given === undefined) throw new NotTraceable('reads the values of a tensor', currentLayer());
    return given.values;
  }

  #constant({ shape, dtype, values }: Given): Output {
    if (Array.isArray(values)) throw new NotTraceable('makes a tensor of strings', currentLayer());
    const { tensorflow } = this.graph;
    const tensor = tensorOf(tensorflow, dtype, shape, values);
    try {
      const scope = currentLayer() ?? 'step';
      const output = this.graph.constant(tensor, dtype, scope);
      this.operations.push({ oper: output.oper, op: 'Const', scope, inputs: [], attributes: [] });
      return output;
    } finally {
      tensorflow.TF_DeleteTensor(tensor);
    }
  }
}
