import type { Output, Pointer } from '../symbols.ts';
import type { Graph } from './graph.ts';
import { holder, type Variable } from './variables.ts';

/**
 * What follows from the state alone, where no step writes it: kernels with the factor of a batch norm in them. It is computed
 * once after the state was written, kept in variables of its own, and read by every run.
 */
export class Derived {
  /** Operations whose values are the same in every run. */
  readonly #settled = new Set<bigint>();
  /** Of these the ones that are at hand as they are: constants, and the state. */
  readonly #given = new Set<bigint>();
  readonly #kept = new Map<string, Output>();
  /** What is to be run once before the first step, and again after each change of the state. */
  readonly targets: Pointer[] = [];

  constructor(
    private readonly graph: Graph,
    state: Iterable<Variable>,
  ) {
    for (const { value } of state) this.addGiven(value.oper);
  }

  addGiven(oper: Pointer): void {
    this.#settled.add(BigInt(oper));
    this.#given.add(BigInt(oper));
  }

  add(oper: Pointer): void {
    this.#settled.add(BigInt(oper));
  }

  /** Whether what is made of these follows from the state alone. */
  follows(inputs: readonly Output[]): boolean {
    return inputs.length > 0 && inputs.every(({ oper }) => this.#settled.has(BigInt(oper)));
  }

  /** What a run is to read in the place of an output that it would have to compute again. */
  kept(output: Output): Output {
    const oper = BigInt(output.oper);
    if (!this.#settled.has(oper) || this.#given.has(oper)) return output;
    const name = `${oper}:${output.index}`;
    const known = this.#kept.get(name);
    if (known !== undefined) return known;
    const shape = this.graph.shapeOf(output);
    if (shape === null || shape.some((side) => side === null)) return output;
    const { value, assign } = holder(this.graph, `derived/${this.#kept.size}`, output, shape as number[]);
    this.targets.push(assign);
    this.#kept.set(name, value);
    this.addGiven(value.oper);
    return value;
  }
}
