import { channelCount, channelRepeated, layoutUnfit } from '../../../diagnostics/findings/contracts.ts';
import { at } from '../../../values/path.ts';
import { backbonesOf } from './backbones.ts';
import type { Rule } from './facts.ts';

/** The backbone takes as many channels as the recipe has; one alone is repeated. They come last: `[batch, size, size, channels]`. */
export const channelsFit: Rule = (facts) =>
  backbonesOf(facts).flatMap(({ path, backbone }) => {
    if (backbone.layout === 'channels-first') return [layoutUnfit(facts.place(...path), path, backbone.name)];
    const channels = at(facts.recipe, ['channels']);
    if (backbone.channels === 'any' || channels?.kind !== 'list' || !facts.valid(['channels'])) return [];
    const count = channels.items.length;
    if (count === backbone.channels) return [];
    // Weights for three channels are mapped to those of the recipe.
    if (count !== 1 && backbone.channels === 3 && facts.text(...path, 'inputWeights') !== undefined) return [];
    return [
      count === 1
        ? channelRepeated(channels.place, backbone.name, backbone.channels)
        : channelCount(channels.place, backbone.name, backbone.channels, count),
    ];
  });
