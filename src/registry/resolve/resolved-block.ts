import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { componentVersion } from '../diagnostics/findings/resolved.ts';
import { slots } from '../language/slots.ts';
import type { Registry } from '../registry.ts';
import { at } from '../values/path.ts';
import { isText, type Node, type Plain, plain } from '../values/value.ts';
import type { SweepPoint } from './steps/sweep.ts';

/** `resolved:` of a resolved recipe: how it came about. No step reads values from it. */
export interface Resolved {
  by: string;
  profile?: readonly string[];
  set?: readonly string[];
  point?: Readonly<Record<string, Plain>>;
  components: Readonly<Record<string, number>>;
}

export interface ResolvedOptions {
  by: string;
  profile: readonly string[];
  set: readonly string[];
  point: SweepPoint | null;
  /** The block of the file that was resolved, where that was a resolved recipe itself: what it tells stays. */
  before: Node | undefined;
}

export function resolvedBlock(tree: Node, registry: Registry, options: ResolvedOptions): Resolved {
  const profile = [...textsAt(options.before, 'profile'), ...options.profile];
  const set = [...textsAt(options.before, 'set'), ...options.set];
  const before = at(options.before, ['point']);
  const { point: own } = options;
  const point = own
    ? { ...own.values, ...(own.seed === null ? {} : { seed: own.seed }) }
    : before && (plain(before) as Record<string, Plain>);
  return {
    by: options.by,
    ...(profile.length > 0 ? { profile } : {}),
    ...(set.length > 0 ? { set } : {}),
    ...(point ? { point } : {}),
    components: componentVersions(tree, registry),
  };
}

function textsAt(block: Node | undefined, key: string): string[] {
  const list = at(block, [key]);
  return list?.kind === 'list' ? list.items.flatMap((item) => (isText(item) ? [item.value] : [])) : [];
}

/** `backbone small-cnn` to its version, of each component that the recipe names. */
function componentVersions(tree: Node, registry: Registry): Record<string, number> {
  const found = new Map<string, number>();
  for (const { node, shape } of slots(tree)) {
    const type = at(node, ['type']);
    const component = isText(type) ? registry.get(shape.kind, type.value) : undefined;
    if (component) found.set(`${shape.kind} ${component.name}`, component.version);
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A resolved recipe that other versions of its components made gives other results: warnings. */
export function versionFindings(before: Node | undefined, now: Resolved): Diagnostic[] {
  const stated = at(before, ['components']);
  if (stated?.kind !== 'map') return [];
  return [...stated.entries].flatMap(([component, node]) => {
    const then = plain(node);
    const current = now.components[component];
    if (typeof then !== 'number' || current === undefined || then === current) return [];
    return [componentVersion(node.place, component, then, current)];
  });
}
