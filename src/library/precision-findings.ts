import type { Diagnostic } from '../registry/diagnostics/diagnostic.ts';
import { finding } from '../registry/diagnostics/findings/finding.ts';
import type { Resolution } from '../registry/resolve/resolve.ts';
import { at } from '../registry/values/path.ts';
import { bfloat16Gains } from '../runtime/machine.ts';
import { PRECISION_SLOW } from '../runtime/plan/precision.ts';

/** Where a recipe asks for numbers that this very machine is no faster with: no rule of the language could know that. */
export function precisionFindings({ recipe, tree }: Pick<Resolution, 'recipe' | 'tree'>): Diagnostic[] {
  if (recipe === null || tree === null || bfloat16Gains()) return [];
  return (['backbone', 'sequence', 'endToEnd'] as const).flatMap((stage) => {
    const path = ['train', stage, 'precision'];
    const node = at(tree, path);
    const trains = stage === 'endToEnd' || recipe[stage] !== 'none';
    if (!trains || recipe.train[stage]?.precision !== 'bfloat16' || node === undefined) return [];
    return [finding('warning', 'precision-slow', node.place, path, PRECISION_SLOW.message, PRECISION_SLOW.hint)];
  });
}
