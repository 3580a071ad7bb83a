import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { profileForm, profileTaken } from '../diagnostics/findings/profiles.ts';
import { notAMap } from '../diagnostics/findings/syntax.ts';
import { fullProfile, noTable, tableProfileKey } from '../diagnostics/findings/tables.ts';
import { type ReadRecipe, readRecipe } from '../resolve/read-recipe.ts';
import { checkSchema } from '../resolve/steps/check-schema.ts';
import { merge } from '../resolve/steps/merge.ts';
import { parse } from '../resolve/steps/parse.ts';
import { SMOKE } from '../resolve/steps/profile.ts';
import { formatPath, type Path } from '../values/path.ts';
import { isNull, isText, type MapNode, type Node, placesOf, plain } from '../values/value.ts';
import { FULL, PROFILE_KEYS, ROW_SHORT, type StatedTable, TABLE } from './language.ts';

export interface LoadedTable {
  file: string;
  /** Null where the text is no table at all. */
  tree: MapNode | null;
  /** What it says under the chosen profiles; null where that is not of the right form. */
  stated: StatedTable | null;
  /** Names of its profiles. */
  profiles: readonly string[];
  sources: Map<string, string>;
  findings: Diagnostic[];
}

/** Reads a table file and merges the named profiles; those that it does not have are left to its recipes. */
export async function loadTable(
  file: string,
  names: readonly string[],
  read: ReadRecipe = readRecipe,
): Promise<LoadedTable> {
  const loaded: LoadedTable = { file, tree: null, stated: null, profiles: [], sources: new Map(), findings: [] };
  const text = await read(file);
  if ('problem' in text) return { ...loaded, findings: [text.problem] };
  loaded.sources.set(file, text.text);
  const { node, findings } = parse(text.text, { file, layer: 'recipe' });
  if (node?.kind !== 'map') {
    const what = node === null || isNull(node) ? 'empty' : node.kind === 'list' ? 'a list' : 'a single value';
    const place = node?.place ?? { file, line: 1, column: 1 };
    return {
      ...loaded,
      findings: findings.length > 0 ? findings : [notAMap(place, what, { of: 'A table', start: 'table: 1' })],
    };
  }
  if (!node.entries.has('table')) {
    const recipe = node.entries.get('recipe');
    return { ...loaded, findings: [...findings, noTable(recipe?.key ?? node.place, recipe !== undefined)] };
  }
  const profiles = profilesOf(node, findings);
  const chosen = withProfiles(node, names, profiles);
  const wrong = checkSchema(chosen, [], TABLE, { owner, homes: () => [] });
  findings.push(...wrong, ...inOtherProfiles(node, names, profiles));
  const stated = wrong.length > 0 ? null : (plain(chosen) as unknown as StatedTable);
  return { ...loaded, tree: chosen, stated, profiles: [...profiles.keys()], findings };
}

const owner = (path: Path): string => (path.length === 0 ? 'a table' : formatPath(path));

function profilesOf(node: MapNode, findings: Diagnostic[]): Map<string, MapNode> {
  const profiles = new Map<string, MapNode>();
  const stated = node.entries.get('profiles');
  if (stated === undefined || isNull(stated)) return profiles;
  if (stated.kind !== 'map') {
    findings.push(profileForm(stated.place, ['profiles']));
    return profiles;
  }
  for (const [name, part] of stated.entries) {
    const path: Path = ['profiles', name];
    if (name === SMOKE) findings.push(profileTaken(part.key ?? part.place, name));
    else if (name === FULL) findings.push(fullProfile(part.key ?? part.place, name, true));
    else if (isNull(part)) profiles.set(name, { ...part, kind: 'map', entries: new Map() });
    else if (part.kind !== 'map') findings.push(profileForm(part.place, path));
    else {
      for (const [key, child] of part.entries) {
        if (!PROFILE_KEYS.includes(key))
          findings.push(tableProfileKey(child.key ?? child.place, [...path, key], key, PROFILE_KEYS));
      }
      const known = [...part.entries].filter(([key]) => PROFILE_KEYS.includes(key));
      profiles.set(name, { ...part, entries: new Map(known) });
    }
  }
  return profiles;
}

/** The table with its profiles merged, rows written out, and without what was removed. */
function withProfiles(node: MapNode, names: readonly string[], profiles: ReadonlyMap<string, MapNode>): MapNode {
  const bare: MapNode = { ...node, entries: new Map([...node.entries].filter(([key]) => key !== 'profiles')) };
  const merged = names.reduce<MapNode>((below, name) => {
    const part = profiles.get(name);
    // The table keeps its own place: it is what findings about the whole point to.
    return part ? (merge(below, { ...part, place: node.place, key: null }, undefined, []) as MapNode) : below;
  }, bare);
  const entries = [...merged.entries].flatMap(([key, child]): [string, Node][] =>
    isNull(child) ? [] : [[key, key === 'rows' ? rowsOf(child) : child]],
  );
  return { ...merged, entries: new Map(entries) };
}

function rowsOf(node: Node): Node {
  if (node.kind !== 'list') return node;
  return {
    ...node,
    items: node.items.map((item): Node => {
      if (!isText(item)) return item;
      const { place, key, layer } = item;
      return { kind: 'map', entries: new Map([[ROW_SHORT, item]]), place, key, layer, shadowed: null };
    }),
  };
}

/** A mistake in a profile that nobody has chosen yet is told as well, where it stands. */
function inOtherProfiles(
  node: MapNode,
  names: readonly string[],
  profiles: ReadonlyMap<string, MapNode>,
): Diagnostic[] {
  return [...profiles].flatMap(([name, part]) => {
    if (names.includes(name)) return [];
    const own = new Set(placesOf(part).map(({ line, column }) => `${line}:${column}`));
    const found = checkSchema(withProfiles(node, [name], profiles), [], TABLE, { owner, homes: () => [] });
    return found.filter(({ line, column }) => own.has(`${line}:${column}`));
  });
}
