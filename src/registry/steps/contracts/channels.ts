import { channelCount, channelRepeated, layoutUnfit } from '../../findings/contracts.ts';
import { at } from '../../path.ts';
import type { Rule } from './facts.ts';

/** The backbone takes as many channels as the recipe has; one alone is repeated. They come last: `[batch, size, size, channels]`. */
export const channelsFit: Rule = (facts) => {
  const backbone = facts.contract('backbone', 'backbone');
  if (backbone?.layout === 'channels-first') return [layoutUnfit(facts.place('backbone'), backbone.name)];
  const channels = at(facts.recipe, ['channels']);
  if (!backbone || backbone.channels === 'any' || channels?.kind !== 'list' || !facts.valid(['channels'])) return [];
  const count = channels.items.length;
  if (count === backbone.channels) return [];
  return [
    count === 1
      ? channelRepeated(channels.place, backbone.name, backbone.channels)
      : channelCount(channels.place, backbone.name, backbone.channels, count),
  ];
};
