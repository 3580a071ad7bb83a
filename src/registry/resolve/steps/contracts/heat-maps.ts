import { heatMapsHidden, heatMapsWithoutBackbone } from '../../../diagnostics/findings/heat-maps.ts';
import type { Rule } from './facts.ts';
import { isOn } from './features.ts';

/** Heat maps are of a base network, and lie over pictures that the page may show. */
export const heatMapsShow: Rule = (facts) => {
  const { contract, place, text } = facts;
  if (!isOn(facts, 'evaluation', 'heatMaps')) return [];
  const at = place('evaluation', 'heatMaps');
  if (text('backbone') === 'none') return [heatMapsWithoutBackbone(at)];
  const source = contract('source', 'data.source');
  if (source?.identities !== 'private') return [];
  const asked = source.gives === 'pictures' ? 'showPictures' : 'pictures';
  return isOn(facts, 'data', 'source', asked) ? [] : [heatMapsHidden(at, asked)];
};
