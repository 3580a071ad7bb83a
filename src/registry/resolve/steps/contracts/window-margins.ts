import { windowMarginTooSmall, windowMarginUnused } from '../../../diagnostics/findings/contracts.ts';
import { at } from '../../../values/path.ts';
import { isText } from '../../../values/value.ts';
import { marginOf, shownRange } from '../../../window-margin.ts';
import type { Rule } from './facts.ts';

/** 0.1 + 0.2 / 2 is to be 0.2. */
const ROUNDING = 1e-9;

/** What an augmentation looks at beyond a window has to lie in the shards. The first channel that has too little is told. */
export const marginsReach: Rule = ({ recipe, contract, place }) => {
  const augment = at(recipe, ['augment']);
  const channels = at(recipe, ['channels']);
  if (augment?.kind !== 'list' || channels?.kind !== 'list') return [];
  const pictures = contract('source', 'data.source')?.gives === 'pictures';
  return augment.items.flatMap((_, index) => {
    const path = ['augment', index];
    const augmentation = contract('augmentation', `augment[${index}]`);
    const reads = augmentation?.beyondWindow ?? 0;
    if (augmentation === null || reads <= ROUNDING) return [];
    for (const channel of channels.items) {
      const name = at(channel, ['window']);
      if (!isText(name)) continue;
      const window = pictures ? null : contract('window', `windows.${name.value}`);
      // A window that is missing or wrong by itself is told by itself.
      if (window === null && !pictures) continue;
      const margin = window === null ? null : marginOf(shownRange(window));
      if (margin !== null && margin >= reads - ROUNDING) continue;
      return [windowMarginTooSmall(place(...path), path, augmentation.name, reads, { name: name.value, margin })];
    }
    return [];
  });
};

/** A margin that nothing looks at costs grey levels. One that is a little larger than it need be is no matter. */
export const marginsAreUsed: Rule = ({ recipe, contract, place }) => {
  const augment = at(recipe, ['augment']);
  const windows = at(recipe, ['windows']);
  if (augment?.kind !== 'list' || windows?.kind !== 'map') return [];
  const augmentations = augment.items.map((_, index) => contract('augmentation', `augment[${index}]`));
  // One that is not known may look at any of it.
  if (augmentations.includes(null)) return [];
  const looked = Math.max(0, ...augmentations.map((one) => one?.beyondWindow ?? 0));
  return [...windows.entries.keys()].flatMap((name) => {
    const window = contract('window', `windows.${name}`);
    const margin = window === null ? 0 : marginOf(shownRange(window));
    if (margin <= 2 * looked + ROUNDING) return [];
    const path = ['windows', name, 'margin'];
    return [windowMarginUnused(place(...path), path, name, margin, looked)];
  });
};
