import type { Plain } from '../values/value.ts';

/** A parameter that became one of a component inside of the block. */
export interface NestedParameter {
  /** The common field that holds that component: `schedule`. */
  block: string;
  /** The component, which has a parameter of the same name. */
  type: string;
  /** The component that says what null said. */
  otherwise: string;
  /** A smaller number has no equal today: it is left for a person to decide. */
  minimum?: number;
}

/** How what recipes say changed with one version of a component, as data. `ichor migrate` rewrites files by it. */
export interface Migration {
  /** The version that this leads to. */
  to: number;
  /** One sentence for who reads what was changed. */
  summary: string;
  /** New names of parameters by their old ones. */
  rename?: Readonly<Record<string, string>>;
  /** By parameter, in its new name: new values by the old ones. */
  values?: Readonly<Record<string, Readonly<Record<string, Plain>>>>;
  /** By parameter: it is said by a component's block of its own now, `halfLife: 60` by `schedule: { type: half-life, halfLife: 60 }`. */
  nested?: Readonly<Record<string, NestedParameter>>;
  /** Parameters that there are no more; a value that was stated falls away. */
  removed?: readonly string[];
  /**
   * Defaults that parameters had before, by their new names: written into recipes that relied on them, which can be told
   * only where the version is known that the recipe was made with (`resolved.components`).
   */
  defaults?: Readonly<Record<string, Plain>>;
}
