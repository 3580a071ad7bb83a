import { windowEmpty, windowNarrow } from '../../../diagnostics/findings/contracts.ts';
import { at } from '../../../values/path.ts';
import type { Rule } from './facts.ts';

/** Nothing of a head is above or below: dense bone stays below 2000 HU, air is at -1000. */
const DENSEST = 2000;
const AIR = -1000;
/** HU are whole numbers: between two of them there is nothing to see. */
const NARROWEST = 1;

/** A window that shows nothing of a head: most often its level and width are exchanged. Or one that shows two greys. */
export const windowsShowSomething: Rule = ({ recipe, contract, number, place }) => {
  const windows = at(recipe, ['windows']);
  if (windows?.kind !== 'map') return [];
  return [...windows.entries.keys()].flatMap((name) => {
    const path = ['windows', name];
    const hu = contract('window', `windows.${name}`)?.hu;
    if (!hu) return [];
    if (hu[0] < DENSEST && hu[1] > AIR)
      return hu[1] - hu[0] < NARROWEST ? [windowNarrow(place(...path), path, name, hu[1] - hu[0])] : [];
    const [level, width] = [number(...path, 'level'), number(...path, 'width')];
    const other = level !== undefined && width !== undefined && level > 0 ? { level: width, width: level } : null;
    const helps = other && other.level - other.width / 2 < DENSEST && other.level + other.width / 2 > AIR;
    return [windowEmpty(place(...path), path, name, hu, helps ? other : null)];
  });
};
