import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { type HounsfieldRule, hounsfieldTable } from '../dicom/hounsfield.ts';
import type { WindowTable } from './resize.ts';

/** A channel of the recipe: HU to 0..1. */
export interface Channel {
  name: string;
  scale(hu: number): number;
}

/** The recipe's channels in their order. */
export function channelsOf(recipe: ResolvedRecipe, registry: Registry): Channel[] {
  return recipe.channels.map(({ window: name }) => {
    const params = recipe.windows[name];
    const component = params === undefined ? undefined : registry.get('window', params.type);
    // The recipe was validated: this is a mistake of the program, not of its user.
    if (params === undefined || component === undefined) throw new TypeError(`window ${name} is not registered`);
    return { name, scale: (hu) => component.scale(hu, params) };
  });
}

/**
 * 0..255 of every stored bit pattern, not rounded: rounding comes after the resize. In memory that workers share.
 */
export function windowTable(channels: readonly Channel[], rule: HounsfieldRule): WindowTable {
  const hounsfield = hounsfieldTable(rule);
  const values = new Float32Array(new SharedArrayBuffer(4 * hounsfield.length * channels.length));
  const step = channels.length;
  channels.forEach(({ scale }, channel) => {
    for (let bits = 0, at = channel; bits < hounsfield.length; bits++, at += step)
      values[at] = Math.min(1, Math.max(0, scale(hounsfield[bits] as number))) * 255;
  });
  return { values, channels: channels.length };
}
