import { windowEmpty, windowExchanged, windowNarrow } from '../../../diagnostics/findings/contracts.ts';
import { at } from '../../../values/path.ts';
import type { Rule } from './facts.ts';

/** Nothing of a head is above or below: dense bone stays below 2000 HU, air is at -1000. */
const DENSEST = 2000;
const AIR = -1000;
/** HU are whole numbers: between two of them there is nothing to see. */
const NARROWEST = 1;

/**
 * Windows of heads that are in use (facts 1.3; Kaggle's notebooks, scanners' presets): [name, level, width]. Exchanged, none of them is
 * another one.
 */
const STANDARD: readonly (readonly [name: string, level: number, width: number])[] = [
  ['brain', 40, 80],
  ['brain', 35, 80],
  ['brain', 40, 70],
  ['brain', 40, 100],
  ['brain', 40, 120],
  ['subdural', 80, 200],
  ['subdural', 75, 215],
  ['subdural', 100, 300],
  ['subdural', 50, 130],
  ['soft tissue', 40, 380],
  ['soft tissue', 40, 350],
  ['soft tissue', 40, 400],
  ['soft tissue', 50, 350],
  ['soft tissue', 60, 400],
  ['soft tissue', 20, 350],
  ['stroke', 32, 8],
  ['bone', 600, 2800],
  ['bone', 600, 2000],
  ['bone', 500, 2000],
  ['bone', 480, 2500],
  ['bone', 300, 1500],
];

/** A window that shows nothing of a head: most often its level and width are exchanged. Or one that shows two greys. */
export const windowsShowSomething: Rule = ({ recipe, contract, number, place }) => {
  const windows = at(recipe, ['windows']);
  if (windows?.kind !== 'map') return [];
  return [...windows.entries.keys()].flatMap((name) => {
    const path = ['windows', name];
    const hu = contract('window', `windows.${name}`)?.hu;
    if (!hu) return [];
    const [level, width] = [number(...path, 'level'), number(...path, 'width')];
    if (hu[0] < DENSEST && hu[1] > AIR) {
      if (hu[1] - hu[0] < NARROWEST) return [windowNarrow(place(...path), path, name, hu[1] - hu[0])];
      const [standard] = STANDARD.find(([, middle, extent]) => level === extent && width === middle) ?? [];
      if (standard === undefined || level === undefined || width === undefined) return [];
      return [windowExchanged(place(...path), path, name, { level, width }, standard)];
    }
    const other = level !== undefined && width !== undefined && level > 0 ? { level: width, width: level } : null;
    const helps = other && other.level - other.width / 2 < DENSEST && other.level + other.width / 2 > AIR;
    return [windowEmpty(place(...path), path, name, hu, helps ? other : null)];
  });
};
