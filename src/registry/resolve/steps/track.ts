import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { trackValue } from '../../diagnostics/findings/trackers.ts';
import { LANGUAGE, shapeAt } from '../../language/language.ts';
import type { Registry } from '../../registry.ts';
import { at } from '../../values/path.ts';
import { type Node, nodeOf, type Place } from '../../values/value.ts';
import { nameOf } from './list-edit.ts';
import { assignAll } from './override.ts';

/** Stands in the place of a file for `--track`; the line counts the arguments. */
export const TRACK_FILE = '--track';

/**
 * Each `--track NAME` or `--track NAME=VALUE`: the tracker behind those of the recipe, or its value in the one that stands there
 * already. What there is no tracker of is found by validation, at this place.
 */
export const addTrackers = (recipe: Node, track: readonly string[], registry: Registry, findings: Diagnostic[]): Node =>
  track.reduce((node, argument, index) => addTracker(node, argument, index + 1, registry, findings), recipe);

function addTracker(recipe: Node, argument: string, line: number, registry: Registry, findings: Diagnostic[]): Node {
  const equals = argument.indexOf('=');
  const name = (equals < 0 ? argument : argument.slice(0, equals)).trim();
  const place: Place = { file: TRACK_FILE, line, column: 1 };
  const parameter = registry.get('tracker', name)?.argument;
  if (equals >= 0 && parameter === undefined && registry.get('tracker', name) !== undefined) {
    findings.push(trackValue(place, argument, name));
    return recipe;
  }
  const value = equals >= 0 && parameter !== undefined ? { [parameter]: argument.slice(equals + 1) } : {};
  const stated = at(recipe, ['tracking']);
  const item = shapeAt(shapeAt(LANGUAGE, 'tracking'), 0);
  const there = stated?.kind === 'list' && stated.items.some((one) => nameOf(one, item) === name);
  const edit = there ? { patch: { [name]: value } } : { append: [{ type: name, ...value }] };
  const assignment = {
    text: 'tracking',
    parts: [{ part: 'tracking', place }],
    value: nodeOf(edit, place, 'command line', place),
  };
  return assignAll(recipe, [assignment], findings);
}
