import type { ComponentValue } from '../../registry/recipe.ts';
import { optionsInWords } from './option-words.ts';

/** `level 40, width 80: 0 to 80 HU`; the type and what it is given where it is no linear window. */
export function windowInWords({ type, ...params }: ComponentValue): string {
  const { level, width, margin } = params;
  if (type === 'linear' && typeof level === 'number' && typeof width === 'number') {
    const ends = `level ${level}, width ${width}: ${shown(level - width / 2)} to ${shown(level + width / 2)} HU`;
    return typeof margin === 'number' ? `${ends}, shown with its margin of ${margin}` : ends;
  }
  return [type, optionsInWords(params)].filter(Boolean).join(': ');
}

/** A minus sign, not a hyphen. */
const shown = (value: unknown): string => String(value).replace(/^-(?=\d)/, '−');
