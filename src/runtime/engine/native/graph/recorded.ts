import type { OpAttribute } from '../attributes.ts';
import type { Output, Pointer } from '../symbols.ts';

/** An operation that a record put into a graph. A constant has no inputs. */
export interface Recorded {
  oper: Pointer;
  op: string;
  scope: string;
  inputs: readonly Output[];
  attributes: readonly OpAttribute[];
}

/** An output as a key. */
export const keyOf = ({ oper, index }: Output): string => `${oper}:${index}`;

/** What of a record leads to what is wanted of it. A record may hold much that does not: TensorFlow leaves it out of a run. */
export class Live {
  readonly #opers = new Set<bigint>();
  readonly #uses = new Map<string, number>();

  constructor(operations: readonly Recorded[], wanted: readonly Output[]) {
    const use = (output: Output) => {
      this.#opers.add(BigInt(output.oper));
      this.#uses.set(keyOf(output), this.uses(output) + 1);
    };
    wanted.forEach(use);
    for (const operation of operations.toReversed()) if (this.has(operation.oper)) operation.inputs.forEach(use);
  }

  has(oper: Pointer): boolean {
    return this.#opers.has(BigInt(oper));
  }

  /** How often an output is read. */
  uses(output: Output): number {
    return this.#uses.get(keyOf(output)) ?? 0;
  }
}
