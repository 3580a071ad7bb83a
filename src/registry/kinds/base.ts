import type { Static, TObject } from 'typebox';
import type { Migration } from './migration.ts';

/** Parameters that do not go together: the one that is shown in the recipe, and why, as a sentence; `instead`, what to write. */
export interface Contradiction {
  param: string;
  says: string;
  instead?: string;
}

/** What a component of any kind has. */
export interface Base<P extends TObject> {
  /** As a recipe writes it: lower case, words joined by hyphens. */
  name: string;
  /** Raised when the component computes something else, or a default changes: part of the keys. */
  version: number;
  /** One sentence for `ichor list`. */
  summary: string;
  /** The component's own parameters: a TypeBox object; each with type, default, range, description (and `unit`). */
  params: P;
  /**
   * What parameters cannot say together, where each alone is right: which of them, and a sentence; null where they agree. Asked
   * by `ichor check` before `contract`, with nothing but its argument.
   */
  contradiction?(params: Static<P>): Contradiction | null;
  /** What recipes that were written for earlier versions said otherwise: `ichor migrate` rewrites them by it. */
  migrations?: readonly Migration[];
  /** Set by the loader, never by an author: the hash of a local plugin's files, part of the keys as the version is. */
  code?: string;
  /** Set by the loader: known from a plugin's published schema alone, so that none of its functions may be called. */
  schemaOnly?: true;
}

/** Common fields stand beside the component's own parameters in what its functions receive. */
export type Params<P extends TObject, Common = unknown> = Static<P> & Common;
