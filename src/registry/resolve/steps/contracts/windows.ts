import { channelTwice, unknownWindow } from '../../../diagnostics/findings/contracts.ts';
import { unknownPicture } from '../../../diagnostics/findings/needs.ts';
import { at } from '../../../values/path.ts';
import { isText } from '../../../values/value.ts';
import type { Rule } from './facts.ts';

/** Each channel names a window of this recipe, or a picture of a source that gives pictures. */
export const windowsExist: Rule = ({ recipe, contract, place }) => {
  const windows = at(recipe, ['windows']);
  const channels = at(recipe, ['channels']);
  if (windows?.kind !== 'map' || channels?.kind !== 'list') return [];
  const source = contract('source', 'data.source');
  const pictures = source?.gives === 'pictures' ? Object.keys(source.pictures ?? {}) : null;
  const names = pictures ?? [...windows.entries.keys()];
  return channels.items.flatMap((channel, index) => {
    const name = at(channel, ['window']);
    if (!isText(name) || names.includes(name.value)) return [];
    const path = ['channels', index, 'window'];
    const unknown = pictures === null ? unknownWindow : unknownPicture;
    return [unknown(place(...path), path, name.value, names)];
  });
};

/** A window that stands in channels again adds a channel and nothing that the network could see in it. */
export const channelsDiffer: Rule = ({ recipe, contract, place }) => {
  const channels = at(recipe, ['channels']);
  // Of two pictures a backbone that takes three channels is given one twice.
  if (channels?.kind !== 'list' || contract('source', 'data.source')?.gives === 'pictures') return [];
  const names = channels.items.map((channel) => {
    const name = at(channel, ['window']);
    return isText(name) ? name.value : null;
  });
  return names.flatMap((name, index) => {
    const before = names.indexOf(name);
    if (name === null || before === index) return [];
    const path = ['channels', index];
    return [channelTwice(place(...path), path, name, before)];
  });
};
