import { inUpdates } from '../../registry/kinds/schedule.ts';
import type { ComponentValue } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { type Chosen, choose } from './components.ts';

/** The schedule that an optimizer's block names. */
export const scheduleOf = (registry: Registry, optimizer: ComponentValue): Chosen<'schedule'> =>
  choose(registry, 'schedule', optimizer.schedule as ComponentValue);

/**
 * The learning rate of an update of a training of `updates`: the optimizer's own, as its schedule has it. Warm-up rises from
 * 0 as Keras' `warmup_steps` does: an update that `before` others went before has the share before / warm-up.
 * @param before how many updates went before: 0 for the first.
 */
export function learningRateAt(
  before: number,
  updates: number,
  learningRate: number,
  { component, params }: Chosen<'schedule'>,
): number {
  const warmUp = warmUpOf(params.warmUp, updates);
  if (before < warmUp) return learningRate * (before / warmUp);
  // A schedule that warm-up leaves no room for is at its beginning.
  return learningRate * component.factor(before - warmUp, Math.max(updates - warmUp, 1), params);
}

/** In whole updates. */
export const warmUpOf = (warmUp: number, updates: number): number => Math.round(inUpdates(warmUp, updates));
