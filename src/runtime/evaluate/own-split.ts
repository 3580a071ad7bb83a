import type { ResolvedRecipe } from '../../registry/recipe.ts';

/** The sequence model validates on other patients than the backbone: `sequence.split`. */
export const hasOwnSplit = ({ sequence }: Pick<ResolvedRecipe, 'sequence'>): boolean =>
  sequence !== 'none' && sequence.split !== undefined && sequence.split !== 'same';
