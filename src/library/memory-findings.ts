import { totalmem } from 'node:os';
import { IchorError } from '../errors.ts';
import type { Diagnostic } from '../registry/diagnostics/diagnostic.ts';
import { endToEndMemory } from '../registry/diagnostics/findings/end-to-end.ts';
import type { Resolution } from '../registry/resolve/resolve.ts';
import { at } from '../registry/values/path.ts';
import { formatBytes } from '../runtime/store/disk.ts';
import { jointCost, stepBytes } from '../runtime/train/network-costs.ts';

/** Where a batch of runs, both networks as one, may take more than this very machine has. */
export function memoryFindings({
  recipe,
  tree,
  registry,
}: Pick<Resolution, 'recipe' | 'tree' | 'registry'>): Diagnostic[] {
  const block = recipe?.train.endToEnd;
  const node = tree && at(tree, ['train', 'endToEnd']);
  if (recipe === null || block === undefined || !node) return [];
  const needed = bytesOf({ recipe, registry }, block.batch);
  if (needed === null || needed <= totalmem()) return [];
  return [endToEndMemory(node.key ?? node.place, block, formatBytes(needed), formatBytes(totalmem()))];
}

/** Null where the networks cannot be described, which other findings say. */
function bytesOf(
  { recipe, registry }: { recipe: NonNullable<Resolution['recipe']>; registry: Resolution['registry'] },
  batch: number,
): number | null {
  if (recipe.backbone !== 'none' && registry.get('backbone', recipe.backbone.type)?.schemaOnly) return null;
  if (recipe.sequence !== 'none' && registry.get('sequence', recipe.sequence.type)?.schemaOnly) return null;
  try {
    const cost = jointCost(recipe, registry);
    return cost && stepBytes(cost, batch);
  } catch (error) {
    if (!(error instanceof IchorError)) throw error;
    return null;
  }
}
