import { imageTooSmall, jpegChannels } from '../../../diagnostics/findings/contracts.ts';
import { at } from '../../../values/path.ts';
import { backbonesOf } from './backbones.ts';
import type { Rule } from './facts.ts';

export const imageFits: Rule = (facts) => {
  const size = facts.number('data', 'image', 'size');
  return backbonesOf(facts).flatMap(({ backbone }) =>
    size === undefined || size >= backbone.minimumSize
      ? []
      : [imageTooSmall(facts.place('data', 'image', 'size'), backbone.name, backbone.minimumSize, size)],
  );
};

/** Pictures that go through a JPEG are grey or have three colours. */
export const jpegFits: Rule = ({ recipe, text, place, valid }) => {
  if (text('data', 'image', 'storage') !== 'jpeg') return [];
  const channels = at(recipe, ['channels']);
  if (channels?.kind !== 'list' || !valid(['channels']) || [1, 3].includes(channels.items.length)) return [];
  return [jpegChannels(place('data', 'image', 'storage'), channels.items.length)];
};
