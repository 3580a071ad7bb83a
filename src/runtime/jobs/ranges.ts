import type { KeyedInstance } from '../plan/keys.ts';
import { rangeInstance } from '../plan/range-instance.ts';
import { rangesOf } from '../range.ts';
import type { Store } from '../store/store.ts';
import type { PointStage } from './graph.ts';

/** Of the whole's time the joining takes so much: it links shards, copies vectors, and looks at each file of the source. */
const JOIN_SHARE = 0.01;

/**
 * A stage of a point, with the ranges before it that it is divided into. One that is there, or is not to be divided, is as it was; of ranges that
 * are there nothing is left.
 */
export async function withRanges(
  stage: PointStage,
  instance: KeyedInstance,
  { ranges, store }: { ranges: number; store: Store },
): Promise<PointStage[]> {
  const { divided } = instance.stage;
  if (ranges < 2 || !stage.left || divided?.applies(instance.instance) !== true) return [stage];
  const share = (of: number | null, part: number) => (of === null ? null : of * part);
  const parts: PointStage[] = [];
  for (const range of rangesOf(ranges)) {
    const { id, key } = rangeInstance(instance, range);
    parts.push({
      id,
      stage: 'range',
      key,
      reads: stage.reads,
      left: (await store.find('range', key)) === null,
      seconds: share(stage.seconds, 1 / ranges),
      bytes: share(stage.bytes, 1 / ranges),
      peakBytes: stage.peakBytes,
      whole: { stage: stage.stage, key: stage.key },
    });
  }
  const joined: PointStage = {
    ...stage,
    reads: [...stage.reads, ...parts.map(({ id }) => id)],
    seconds: share(stage.seconds, JOIN_SHARE),
  };
  return [...parts, joined];
}
