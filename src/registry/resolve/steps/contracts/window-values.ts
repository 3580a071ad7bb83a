import { windowClipped, windowFailed } from '../../../diagnostics/findings/contracts.ts';
import { at, type Path } from '../../../values/path.ts';
import { isText } from '../../../values/value.ts';
import type { Rule } from './facts.ts';

/** Hounsfield units of everything in a head, and beyond what any scanner writes. */
const SAMPLES = Array.from({ length: 97 }, (_, i) => -2048 + 64 * i);

/** A window gives numbers from 0 to 1: the runtime clips others, which a figure would not show. */
export const windowValues: Rule = ({ recipe, scale, place }) => {
  const channels = at(recipe, ['channels']);
  if (channels?.kind !== 'list') return [];
  const names = new Set(
    channels.items.flatMap((one) => at(one, ['window']) ?? []).flatMap((one) => (isText(one) ? one.value : [])),
  );
  return [...names].flatMap((name) => {
    const own = scale(name);
    const path: Path = ['windows', name];
    if (!own) return [];
    try {
      const wrong = SAMPLES.map((hu) => ({ hu, value: own(hu) })).find(
        ({ value }) => !(value >= -1e-9 && value <= 1 + 1e-9),
      );
      return wrong ? [windowClipped(place(...path), path, name, wrong)] : [];
    } catch (error) {
      return [windowFailed(place(...path), path, error)];
    }
  });
};
