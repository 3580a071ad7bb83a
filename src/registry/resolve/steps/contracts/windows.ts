import { unknownWindow } from '../../../diagnostics/findings/contracts.ts';
import { at } from '../../../values/path.ts';
import { isText } from '../../../values/value.ts';
import type { Rule } from './facts.ts';

/** Each channel names a window of this recipe. */
export const windowsExist: Rule = ({ recipe, place }) => {
  const windows = at(recipe, ['windows']);
  const channels = at(recipe, ['channels']);
  if (windows?.kind !== 'map' || channels?.kind !== 'list') return [];
  const names = [...windows.entries.keys()];
  return channels.items.flatMap((channel, index) => {
    const name = at(channel, ['window']);
    if (!isText(name) || names.includes(name.value)) return [];
    const path = ['channels', index, 'window'];
    return [unknownWindow(place(...path), path, name.value, names)];
  });
};
