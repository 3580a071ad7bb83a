import type { Chosen } from './components.ts';

/** The scalar of a step by which weights are lessened: learning rate x weight decay. */
export const DECAY = 'weight-decay';

/** The weight decay that a recipe asks for, else that of the optimizer itself, else none. */
export const weightDecayOf = ({ component, params }: Chosen<'optimizer'>): number =>
  params.weightDecay ?? component.weightDecay ?? 0;

/** Whether a weight of this name is lessened: not where `decayExclude` names its last part. */
export function decays(name: string, { params }: Chosen<'optimizer'>): boolean {
  const last = name.slice(name.lastIndexOf('/') + 1);
  return !params.decayExclude?.includes(last);
}

/** What a step is given of its optimizer, by name: the optimizer's own scalars, and that of weight decay where there is some. */
export function stepScalars(
  optimizer: Chosen<'optimizer'>,
  step: number,
  learningRate: number,
): Record<string, number> {
  const decay = weightDecayOf(optimizer);
  return {
    ...optimizer.component.scalars(step, { ...optimizer.params, learningRate }),
    ...(decay === 0 ? {} : { [DECAY]: learningRate * decay }),
  };
}
