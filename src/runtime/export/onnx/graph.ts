import { type Element, rawBytes } from './element.ts';

/** A size of an input or output: a number, or the name of what is free. */
export type Dim = number | string;

/** A value of a node's attribute. */
export type Attribute =
  | { int: number }
  | { ints: readonly number[] }
  | { float: number }
  | { text: string }
  | { tensor: TensorFacts };

export interface TensorFacts {
  name: string;
  element: Element;
  dims: readonly number[];
  /** Of numbers: their bytes, little endian. */
  raw?: Uint8Array;
  /** Of texts. */
  texts?: readonly string[];
}

export interface NodeFacts {
  name: string;
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Readonly<Record<string, Attribute>>;
}

export interface Port {
  name: string;
  element: Element;
  dims: readonly Dim[];
  /** What it is, in a sentence. */
  says: string;
}

/**
 * Collects the nodes of one graph, in the order in which they are asked for, which is one in which they can run. Names are
 * unique, and begin with the layer that a node belongs to.
 */
export class Graph {
  readonly nodes: NodeFacts[] = [];
  readonly initializers = new Map<string, TensorFacts>();
  readonly inputs: Port[] = [];
  readonly outputs: Port[] = [];
  /** The number of slices, int64 `[1]`, where somebody has said where it is known from. */
  slices: string | null = null;
  readonly #used = new Set<string>();
  readonly #constants = new Map<string, string>();
  #scope = '';

  input(port: Port): string {
    this.inputs.push(port);
    this.#used.add(port.name);
    return port.name;
  }

  /** Gives what is called `from` out under the port's name. */
  output(port: Port, from: string): void {
    this.outputs.push(port);
    this.#used.add(port.name);
    this.nodes.push({
      name: `output/${port.name}`,
      op: 'Identity',
      inputs: [from],
      outputs: [port.name],
      attributes: {},
    });
  }

  /** Names of what `work` adds begin with `scope`. */
  within<T>(scope: string, work: () => T): T {
    const before = this.#scope;
    this.#scope = before === '' ? scope : `${before}/${scope}`;
    try {
      return work();
    } finally {
      this.#scope = before;
    }
  }

  /** A node with one output, whose name is given back. An empty name stands for an input that is left out. */
  node(op: string, inputs: readonly string[], attributes: NodeFacts['attributes'] = {}): string {
    const name = this.#name(op);
    this.nodes.push({ name, op, inputs, outputs: [name], attributes });
    return name;
  }

  /** Stored numbers under a name of their own; asked for twice they are stored once. */
  weight(name: string, dims: readonly number[], make: () => ArrayLike<number>): string {
    if (this.initializers.has(name)) return name;
    this.#used.add(name);
    this.initializers.set(name, { name, element: 'float32', dims, raw: rawBytes('float32', make()) });
    return name;
  }

  /** Numbers without a name; equal ones are stored once. `dims` left out: a list; `[]`: a single number. */
  constant(
    element: Exclude<Element, 'text'>,
    values: readonly number[] | Float32Array,
    dims: readonly number[] = [values.length],
  ): string {
    const raw = rawBytes(element, values);
    const key = `${element} [${dims}] ${raw.length > 64 ? this.initializers.size : Buffer.from(raw).toString('hex')}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = this.#free(`constant/${element}`);
    this.initializers.set(name, { name, element, dims, raw });
    this.#constants.set(key, name);
    return name;
  }

  scalar = (element: Exclude<Element, 'text'>, value: number): string => this.constant(element, [value], []);

  /** `[steps]` int64, for operators that take axes, sizes and places as inputs. */
  whole = (...values: number[]): string => this.constant('int64', values);

  texts(texts: readonly string[]): string {
    const name = this.#name('Constant');
    const value = { tensor: { name, element: 'text' as const, dims: [texts.length], texts } };
    this.nodes.push({ name, op: 'Constant', inputs: [], outputs: [name], attributes: { value } });
    return name;
  }

  #name(op: string): string {
    return this.#free(this.#scope === '' ? op : `${this.#scope}/${op}`);
  }

  #free(wanted: string): string {
    let name = wanted;
    for (let n = 2; this.#used.has(name); n++) name = `${wanted}_${n}`;
    this.#used.add(name);
    return name;
  }
}
