import type { TObject } from 'typebox';
import { IchorError } from '../../errors.ts';
import type { AugmentationCommon } from '../../registry/kinds/augmentation.ts';
import type { BackboneCommon } from '../../registry/kinds/backbone.ts';
import type { Params } from '../../registry/kinds/base.ts';
import type { ComponentOf } from '../../registry/kinds/component.ts';
import type { Kind } from '../../registry/kinds/kind.ts';
import type { LossCommon } from '../../registry/kinds/loss.ts';
import type { OptimizerCommon } from '../../registry/kinds/optimizer.ts';
import type { ScheduleCommon } from '../../registry/kinds/schedule.ts';
import type { SequenceCommon } from '../../registry/kinds/sequence.ts';
import type { TrackerCommon } from '../../registry/kinds/tracker.ts';
import type { ComponentValue } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';

type CommonOf = {
  augmentation: AugmentationCommon;
  backbone: BackboneCommon;
  sequence: SequenceCommon;
  loss: LossCommon;
  optimizer: OptimizerCommon;
  schedule: ScheduleCommon;
  tracker: TrackerCommon;
};

/** A component with its parameters as the recipe states them, defaults filled in. */
export interface Chosen<K extends Kind> {
  component: ComponentOf<K>;
  params: Params<TObject, K extends keyof CommonOf ? CommonOf[K] : unknown>;
}

/** Throws IchorError `unknown-component`: a resolved recipe names none, unless the registry changed since. */
export function choose<K extends Kind>(registry: Registry, kind: K, { type, ...params }: ComponentValue): Chosen<K> {
  const component = registry.get(kind, type);
  // The recipe was validated against the component's own parameters.
  if (component) return { component, params: params as unknown as Chosen<K>['params'] };
  throw new IchorError(
    'unknown-component',
    `The recipe names the ${kind} ${type}, which is not registered.`,
    `\`ichor list ${kind}\` names those that are.`,
    2,
  );
}
