import type { Component, ComponentOf, Kind } from './kinds.ts';

/** The components that a recipe may name. Plain and immutable: two registries never share state. */
export interface Registry {
  get<K extends Kind>(kind: K, name: string): ComponentOf<K> | undefined;
  names(kind: Kind): readonly string[];
  all(): readonly Component[];
}
