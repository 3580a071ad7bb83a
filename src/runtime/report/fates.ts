import { countOf } from '../artifacts/ledger.ts';
import type { LedgerNote, LedgerPart, LeftOut } from '../ledger.ts';

/** What stages left out, or noted, for one reason. */
export interface Group<T> {
  stage: string;
  reason: string;
  what: LedgerNote['what'];
  /** Null for what was left out. */
  kind: LedgerNote['kind'] | null;
  items: T[];
  /** What the items stand for: one may speak for a whole study. */
  count: number;
}

/** Left out items by stage and reason, in the order in which they came up. */
export function groupLeftOut(parts: readonly LedgerPart[], what: LeftOut['what']): Group<LeftOut>[] {
  return group(
    parts.map(({ stage, leftOut }) => ({ stage, items: leftOut.filter((item) => item.what === what) })),
    () => null,
    countOf,
  );
}

export function groupNotes(parts: readonly LedgerPart[]): Group<LedgerNote>[] {
  return group(
    parts.map(({ stage, notes }) => ({ stage, items: notes })),
    ({ kind }) => kind,
    ({ count }) => count ?? 1,
  );
}

function group<T extends { reason: string; what: LedgerNote['what'] }>(
  parts: readonly { stage: string; items: readonly T[] }[],
  kindOf: (item: T) => LedgerNote['kind'] | null,
  count: (item: T) => number,
): Group<T>[] {
  const groups = new Map<string, Group<T>>();
  for (const { stage, items } of parts) {
    for (const item of items) {
      const { reason, what } = item;
      const kind = kindOf(item);
      const key = JSON.stringify([stage, kind, reason, what]);
      const found = groups.get(key) ?? { stage, reason, what, kind, items: [], count: 0 };
      found.items.push(item);
      found.count += count(item);
      groups.set(key, found);
    }
  }
  return [...groups.values()];
}
