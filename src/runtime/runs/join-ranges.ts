import { isSystemError, systemReason } from '../../files/system-error.ts';
import type { Emit } from '../events.ts';
import { type Machine, sameMachine } from '../machine.ts';
import type { KeyedInstance } from '../plan/keys.ts';
import { rangeInstance } from '../plan/range-instance.ts';
import { type Range, rangesOf } from '../range.ts';
import type { StageContext } from '../stage.ts';
import type { Cost } from '../store/cost.ts';
import { madeOn } from '../store/made-on.ts';
import { type FoundRange, findRanges, removeRanges } from '../store/ranges.ts';
import { assertSound } from '../store/sound.ts';
import type { Manifest, Store } from '../store/store.ts';

interface JoinContext {
  /** Into how many the work was divided; 1: not at all. */
  ranges: number;
  machine: Machine | null;
  exact: boolean;
  signal: AbortSignal;
  emit: Emit;
}

/** Puts what others have made of it into the folder. Says of which ranges. */
export async function joinedRanges(
  store: Store,
  instance: KeyedInstance,
  context: StageContext,
  { ranges, machine, exact, signal, emit }: JoinContext,
): Promise<FoundRange[]> {
  const { stage, id } = instance;
  const { divided } = stage;
  if (divided?.applies(instance.instance) !== true) return [];
  const expected = ranges > 1 ? rangesOf(ranges).map((range) => rangeInstance(instance, range).key) : [];
  const there = await findRanges(store, { key: instance.key, version: divided.version }, expected);
  const own = machine !== null && exact && stage.engine;
  const found = own ? there.filter(({ manifest }) => madeOn(manifest, machine)) : there;
  if (found.length === 0) return [];
  const missing = expected.length - found.filter(({ artifact: { key } }) => expected.includes(key)).length;
  const message = `${id} is joined of ${found.length} ${found.length === 1 ? 'range' : 'ranges'}${missing === 0 ? '' : `, and makes ${missing} more that ${missing === 1 ? 'is' : 'are'} not there`}`;
  emit({ type: 'note', stage: id, level: 'info', message });
  for (const { artifact } of found) await assertSound(artifact, signal);
  await divided.join(
    context,
    found.map(({ range, artifact: { folder } }) => ({ range, folder })),
  );
  return found;
}

/** Those that worked on ranges, beside this one and those that worked here before. */
export function otherMachines(ranges: readonly FoundRange[], machine: Machine, before: readonly Machine[]): Machine[] {
  const others: Machine[] = [];
  for (const { manifest } of ranges)
    for (const one of [
      ...(manifest.machinesBefore ?? []),
      ...(manifest.machine === undefined ? [] : [manifest.machine]),
    ])
      if (![machine, ...before, ...others].some((known) => sameMachine(known, one))) others.push(one);
  return others;
}

/** Its share of the whole; what it looks at is told of the whole alone. */
export function costOfRange(cost: Cost | null, range: Range | null): Cost | null {
  if (cost === null || range === null) return cost;
  return { bytes: cost.bytes / range.of, seconds: cost.seconds / range.of };
}

type Took = Pick<Manifest, 'seconds' | 'resumed' | 'peakBytes' | 'ranges'>;

/** What the whole took, as if one process had made it: later estimates go by that. */
export function withRanges(ranges: readonly FoundRange[], own: Took): Took {
  const all = [own, ...ranges.map(({ manifest }) => manifest)];
  return {
    ...(ranges.length === 0 ? {} : { ranges: ranges.length }),
    seconds: Math.round(all.reduce((sum, { seconds }) => sum + seconds, 0) * 1000) / 1000,
    resumed: all.some(({ resumed }) => resumed),
    peakBytes: Math.max(...all.map(({ peakBytes }) => peakBytes)),
  };
}

/** What is joined stands in the whole. Where it cannot be removed, garbage collection does that. */
export async function clearRanges(store: Store, ranges: readonly FoundRange[], emit: Emit): Promise<void> {
  try {
    await removeRanges(store, ranges);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const message = `Ranges that were joined cannot be removed, ${systemReason(error)}: \`ichor store gc\` does that.`;
    emit({ type: 'note', level: 'info', message });
  }
}
