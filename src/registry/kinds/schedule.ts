import type { TObject } from 'typebox';
import type { Base, Params } from './base.ts';
import { definer, type Written } from './definer.ts';
import { Type } from './type.ts';

/** Common fields of schedules. */
export interface ScheduleCommon {
  /** From 1 on updates, below 1 a share of the whole training: `inUpdates`. */
  warmUp: number;
}

/** The same as a recipe may state them: no component has a parameter of one of these names. */
export const SCHEDULE_COMMON: TObject = Type.Object({
  warmUp: Type.Number({
    default: 0,
    minimum: 0,
    description:
      'The learning rate rises from 0 to its full size in so many updates, evenly, before the schedule begins; below 1 it is a share of the whole training (0.1: a tenth).',
  }),
});

/** How the learning rate goes over a training: see `defineSchedule`. */
export interface Schedule<P extends TObject = TObject> extends Base<P> {
  kind: 'schedule';
  contract(params: Params<P, ScheduleCommon>): Record<string, never>;
  /**
   * What the learning rate is multiplied by, from 0 to 1. A pure function.
   * @param update how many updates went before, warm-up not counted: 0 for the first one.
   * @param updates how many there are in all, warm-up not counted; at least 1.
   */
  factor(update: number, updates: number, params: Params<P, ScheduleCommon>): number;
}

/**
 * A length of time as recipes state it: from 1 on it is in updates, below 1 a share of the whole.
 * @param updates of the whole training.
 */
export const inUpdates = (length: number, updates: number): number => (length < 1 ? length * updates : length);

/**
 * Defines a schedule: how the learning rate of any optimizer goes over a training, counted in updates, whatever a batch
 * holds. Warm-up goes before it, and the runtime does that.
 *
 * @example
 * ```ts
 * import { defineSchedule, inUpdates, Type } from 'ichor';
 *
 * export default defineSchedule({
 *   name: 'acme/drop',
 *   version: 1,
 *   summary: 'The learning rate drops once.',
 *   params: Type.Object({
 *     after: Type.Number({ default: 0.5, exclusiveMinimum: 0, description: 'Updates; below 1 a share of the training.' }),
 *     to: Type.Number({ default: 0.1, minimum: 0, maximum: 1, description: 'What is left of it.' }),
 *   }),
 *   contract: () => ({}),
 *   factor: (update, updates, { after, to }) => (update < inUpdates(after, updates) ? 1 : to),
 * });
 * ```
 */
export const defineSchedule = <P extends TObject>(c: Written<Schedule<P>, ScheduleCommon>) =>
  definer('schedule')(c) as Schedule<P>;
