import { type Range, rangeId } from '../range.ts';
import type { Divided, Stage } from '../stage.ts';
import { type KeyParts, stageKey } from '../store/key.ts';
import type { KeyedInstance } from './keys.ts';

/** A range of an instance, as a stage with an artifact of its own. */
export interface RangeInstance extends KeyedInstance {
  range: Range;
  whole: KeyedInstance;
}

/** What a range makes stands under a key of its own: that of the whole, and which part of it. */
export function rangeInstance(whole: KeyedInstance, range: Range): RangeInstance {
  const { divided } = whole.stage;
  if (divided === undefined) throw new TypeError(`stage ${whole.stage.name} is not divided`);
  const parts: KeyParts = {
    stage: 'range',
    version: divided.version,
    slice: { stage: whole.stage.name, whole: whole.key, place: range.place, of: range.of },
    inputs: whole.parts.inputs,
  };
  return {
    ...whole,
    id: rangeId(whole.id, range),
    stage: rangeStage(whole.stage, divided, range),
    from: [],
    parts,
    key: stageKey(parts),
    range,
    whole,
  };
}

const rangeStage = ({ name, engine }: Stage, divided: Divided, range: Range): Stage => ({
  name: 'range',
  version: divided.version,
  engine,
  async run(context) {
    await divided.part(context, range);
    // What there is to say of the slices is said once, of the whole.
    return { stage: name, leftOut: [], notes: [] };
  },
});

const isRange = (instance: KeyedInstance): instance is RangeInstance => 'whole' in instance;

/** The instance that this one is a range of, or itself. */
export const wholeOf = (instance: KeyedInstance): KeyedInstance => (isRange(instance) ? instance.whole : instance);

export const rangeOf = (instance: KeyedInstance): Range | null => (isRange(instance) ? instance.range : null);
