import { trackerSecret, trackerTwice } from '../../../diagnostics/findings/trackers.ts';
import { PASSWORD_IN_ADDRESS } from '../../../diagnostics/hide-passwords.ts';
import { LANGUAGE, shapeAt } from '../../../language/language.ts';
import { typeOf } from '../../../language/type-of.ts';
import { at, type Path } from '../../../values/path.ts';
import { isText, type Node } from '../../../values/value.ts';
import type { Rule } from './facts.ts';

/** What a tracker has kept of a run is found by its name. */
export const trackersDiffer: Rule = ({ recipe, place }) => {
  const tracking = at(recipe, ['tracking']);
  if (tracking?.kind !== 'list') return [];
  const shape = shapeAt(shapeAt(LANGUAGE, 'tracking'), 0);
  const names = tracking.items.map((item) =>
    item.kind === 'map' && shape?.is === 'component' ? typeOf(item, shape) : undefined,
  );
  return names.flatMap((name, index) =>
    name === undefined || names.indexOf(name) === index
      ? []
      : [trackerTwice(place('tracking', index), ['tracking', index], name, names.indexOf(name))],
  );
};

/** A recipe is kept in run.json, in the store and on the page, and goes where the run is sent. */
export const trackersKeepNoSecret: Rule = ({ recipe }) => {
  const tracking = at(recipe, ['tracking']);
  if (tracking === undefined) return [];
  return textsOf(tracking, ['tracking']).flatMap(({ node, path }) =>
    PASSWORD_IN_ADDRESS.test(node.value) ? [trackerSecret(node.place, path)] : [],
  );
};

function textsOf(node: Node, path: Path): { node: Node & { value: string }; path: Path }[] {
  if (isText(node)) return [{ node, path }];
  if (node.kind === 'scalar') return [];
  const children = node.kind === 'list' ? node.items.entries() : node.entries.entries();
  return [...children].flatMap(([key, child]) => textsOf(child, [...path, key]));
}
