import type { Element } from '../onnx/element.ts';
import type { Graph } from '../onnx/graph.ts';

/**
 * A value of a graph, with the shape that ichor's layers know it by: channels last. Convolutions of ONNX have them first; what
 * passes from one to the next stays so, and is turned only where somebody asks for the other order.
 */
export class GraphTensor {
  private lastName: string | (() => string) | null;
  private planarName: string | (() => string) | null;

  constructor(
    readonly graph: Graph,
    /** Or what adds it to the graph, where somebody asks for it. */
    name: string | (() => string),
    /** Free sizes as `SLICES`. */
    readonly shape: readonly number[],
    readonly element: Element = 'float32',
    order: 'last' | 'planar' = 'last',
  ) {
    this.lastName = order === 'last' ? name : null;
    this.planarName = order === 'planar' ? name : null;
  }

  get rank(): number {
    return this.shape.length;
  }

  get dtype(): string {
    return this.element;
  }

  /** Its name where channels stand last. */
  last(): string {
    if (typeof this.lastName === 'function') this.lastName = this.lastName();
    this.lastName ??= this.graph.node('Transpose', [this.planar()], { perm: { ints: [0, 2, 3, 1] } });
    return this.lastName;
  }

  /** Its name where channels stand first; of rank 4. */
  planar(): string {
    if (typeof this.planarName === 'function') this.planarName = this.planarName();
    this.planarName ??= this.graph.node('Transpose', [this.last()], { perm: { ints: [0, 3, 1, 2] } });
    return this.planarName;
  }

  /** Whether it is at hand with channels first. */
  isPlanar(): boolean {
    return this.planarName !== null;
  }
}
