import { IchorError } from '../../errors.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Engine } from '../engine/engine.ts';
import { jointCost, networkCosts } from './network-costs.ts';

/**
 * Refuses a recipe whose networks are too large for the engine, before the first stage.
 * Throws IchorError `network-too-large` (exit 2) with the figures and the engine's limits.
 */
export function assertFits(
  recipe: ResolvedRecipe,
  registry: Registry,
  { kind, limits }: Pick<Engine, 'kind' | 'limits'>,
): void {
  const costs = { ...networkCosts(recipe, registry), endToEnd: jointCost(recipe, registry) };
  for (const stage of ['backbone', 'sequence', 'endToEnd'] as const) {
    const [cost, block] = [costs[stage], recipe.train[stage]];
    if (!cost || !block) continue;
    const { batch } = block;
    const reasons: string[] = [];
    if (limits.parameters !== null && cost.parameters > limits.parameters) {
      reasons.push(`${millions(cost.parameters)} parameters, and this engine takes ${millions(limits.parameters)}`);
    }
    const perStep = cost.multiplyAdds * batch;
    if (limits.multiplyAddsPerStep !== null && perStep > limits.multiplyAddsPerStep) {
      reasons.push(
        `${millions(perStep)} multiply-adds in a step of ${batch}, and this engine takes ${millions(limits.multiplyAddsPerStep)}`,
      );
    }
    if (reasons.length === 0) continue;
    throw new IchorError(
      'network-too-large',
      `The network of ${cost.name} is too large for the engine ${kind}: it has ${reasons.join('; ')}.`,
      `Install the native engine (\`ichor engine install\`), or choose a smaller network, image size or train.${stage}.batch.`,
      2,
    );
  }
}

const millions = (count: number) => `${(count / 1e6).toLocaleString('en-GB', { maximumFractionDigits: 1 })} million`;
