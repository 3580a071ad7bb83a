import type { Component } from '../kinds/component.ts';
import type { Migration, NestedParameter } from '../kinds/migration.ts';
import { fieldsOf } from '../language/fields.ts';

/** What became of a parameter that a component had before: its name today, or null where it has none. */
export interface Outdated {
  migration: Migration;
  now: string | null;
  /** It is a parameter of the component in the block `now`. */
  nested?: NestedParameter;
}

/** In the order of versions. */
export const migrationsOf = (component: Component): readonly Migration[] =>
  [...(component.migrations ?? [])].sort((a, b) => a.to - b.to);

/** Null for a key that the component takes today, and for one that it never had. */
export function outdatedKey(component: Component, key: string): Outdated | null {
  const fields = fieldsOf(component);
  if (Object.hasOwn(fields, key)) return null;
  let name = key;
  let found: Outdated | null = null;
  for (const migration of migrationsOf(component)) {
    const now: string | undefined =
      migration.rename && Object.hasOwn(migration.rename, name) ? migration.rename[name] : undefined;
    if (now !== undefined) {
      found = { migration, now };
      name = now;
    } else if (migration.nested && Object.hasOwn(migration.nested, name)) {
      const nested = migration.nested[name] as NestedParameter;
      return { migration, now: nested.block, nested };
    } else if (migration.removed?.includes(name)) return { migration, now: null };
  }
  return found;
}
