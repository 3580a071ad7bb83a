import { dirname } from 'node:path';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import {
  contrastBroken,
  contrastDiffers,
  contrastEqual,
  contrastMissing,
} from '../../diagnostics/findings/contrasts.ts';
import { show } from '../../diagnostics/findings/finding.ts';
import { nearest } from '../../diagnostics/nearest.ts';
import { relativeFile } from '../../diagnostics/relative-file.ts';
import { NOT_COMPARED } from '../../language/language.ts';
import { type Difference, differences } from '../../values/differences.ts';
import { at, formatPath, type Path, parsePath, startsWith } from '../../values/path.ts';
import { isText, type MapNode, type Node, type Plain, plain } from '../../values/value.ts';

/** A neighbour as the contrast step needs it: resolved, broken (its first error), or no such file (the nearest name). */
export type Neighbour = { tree: Node } | { broken: Diagnostic } | { near: string | null };

/**
 * Step 11: two recipes differ in nothing but what their `contrast` claims. Both trees are complete and without `--set`.
 * `profile`: a profile may make claimed paths equal, which is no mistake.
 */
export function checkContrast(
  recipe: Node,
  key: string,
  claim: Node,
  neighbour: Neighbour,
  profile: boolean,
): Diagnostic[] {
  const place = claim.key ?? claim.place;
  if ('near' in neighbour) return [contrastMissing(place, key, neighbour.near)];
  if ('broken' in neighbour) return [contrastBroken(place, key, neighbour.broken)];
  const found = differences(compared(recipe), compared(neighbour.tree));
  const claimed = claimsOf(claim);
  const unclaimed = found.filter(({ path }) => !claimed.some((one) => startsWith(path, one.prefix)));
  const findings = unclaimed.map(({ path, left, right }) =>
    contrastDiffers(place, key, formatPath(path), showSide(left), showSide(right), where(recipe, path)),
  );
  if (profile) return findings;
  for (const { prefix, node, index } of claimed) {
    if (found.some(({ path }) => startsWith(path, prefix) || startsWith(prefix, path))) continue;
    const near = nearestPath(prefix, found);
    findings.push(contrastEqual(node.place, ['contrast', key, index], key, formatPath(prefix), near));
  }
  return findings;
}

function compared(tree: Node): Plain {
  const value = plain(tree) as { [key: string]: Plain };
  const ignored: readonly string[] = NOT_COMPARED;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !ignored.includes(key)));
}

function claimsOf(claim: Node): { prefix: Path; node: Node; index: number }[] {
  if (claim.kind !== 'list') return [];
  return claim.items.flatMap((node, index) => {
    if (!isText(node)) return [];
    const parts = parsePath(node.value);
    return [{ prefix: parts?.map(({ part }) => part) ?? [node.value], node, index }];
  });
}

const showSide = (value: Plain | undefined): string => (value === undefined ? 'not there' : show(value));

function where(recipe: Node, path: Path): string {
  for (let length = path.length; length > 0; length--) {
    const node = at(recipe, path.slice(0, length));
    if (node)
      return `${node.layer === 'default' ? 'a default of the block at' : 'set at'} ${fromFolder(recipe, node)}:${node.place.line}`;
  }
  return 'not set here';
}

/** A file as it is named from the recipe's own folder. */
const fromFolder = (recipe: Node, { place }: Node): string => relativeFile(place.file, dirname(recipe.place.file));

const nearestPath = (prefix: Path, found: readonly Difference[]): string | null =>
  nearest(formatPath(prefix), [
    ...new Set(found.flatMap(({ path }) => path.map((_, i) => formatPath(path.slice(0, i + 1))))),
  ]);

/** The claims of a recipe: key and list. */
export function contrastsOf(recipe: Node): [string, Node][] {
  const contrast = at(recipe, ['contrast']);
  return contrast?.kind === 'map' ? [...(contrast as MapNode).entries] : [];
}
