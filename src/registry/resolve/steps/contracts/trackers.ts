import { trackerTwice } from '../../../diagnostics/findings/trackers.ts';
import { LANGUAGE, shapeAt } from '../../../language/language.ts';
import { typeOf } from '../../../language/type-of.ts';
import { at } from '../../../values/path.ts';
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
