import { ANY } from '../../labels.ts';
import type { Side } from '../../registry/kinds/split.ts';
import type { PatientRow } from '../artifacts/patients.ts';
import type { JoinedSlice } from '../evaluate/scored.ts';
import { meanSliceLoss } from './slice-loss.ts';

export interface ChosenSeries {
  /** Why it is shown: `Highest loss`. */
  role: string;
  call: PatientRow;
  slices: JoinedSlice[];
}

interface Candidate {
  call: PatientRow;
  slices: JoinedSlice[];
  /** Mean log loss over labelled slices and labels; 0 without labels. */
  loss: number;
}

const BY_OUTCOME =
  'the series with the largest mean log loss, then one of each outcome at the rule (truth: same-rule), where the call is right that with the smallest loss, where it is wrong that with the largest; last, of those without labels, that with the highest score.';

/** How series are chosen, for whoever reads the page. */
export const SERIES_CHOSEN = {
  test: `Of the labelled series are shown ${BY_OUTCOME}`,
  'held-out': `Of the test side are shown ${BY_OUTCOME}`,
  validation: `Of validation are shown ${BY_OUTCOME}`,
  train: `No series of validation has a label, so of the train side are shown ${BY_OUTCOME}`,
  unlabelled: 'No series has a label, so those with the highest, the lowest and the middle score are shown.',
} as const;

/**
 * A handful of series for a reader to look at: the worst first, then one of each outcome, then one of the test set.
 * From the side that is judged; where nothing there has a label, from train; where nothing has one, by score.
 */
export function chooseSeries(
  calls: readonly PatientRow[],
  slices: readonly JoinedSlice[],
  judged: Side = 'validation',
): { how: keyof typeof SERIES_CHOSEN; chosen: ChosenSeries[] } {
  const bySeries = new Map<string, JoinedSlice[]>();
  for (const slice of slices) {
    const known = bySeries.get(slice.series);
    if (known) known.push(slice);
    else bySeries.set(slice.series, [slice]);
  }
  const all = calls.map((call): Candidate => {
    const own = bySeries.get(call.series) ?? [];
    return { call, slices: own, loss: meanSliceLoss(own) };
  });
  const on = (side: Side) => all.filter(({ call }) => call.side === side && call.labelled > 0);
  const first = on(judged === 'test' || judged === 'held-out' ? judged : 'validation');
  const labelled = first.length > 0 ? first : on('train');
  const worst = [...labelled].sort((a, b) => b.loss - a.loss);
  const best = [...worst].reverse();
  const outcome = (called: boolean, truth: boolean) => (one: Candidate) =>
    one.call.call === called && one.call.truthSameRule === truth;
  const others = all.filter(({ call }) => call.labelled === 0).sort((a, b) => b.call.highestAny - a.call.highestAny);

  const chosen: ChosenSeries[] = [];
  const take = (role: string, from: readonly Candidate[], accept: (one: Candidate) => boolean = () => true) => {
    const found = from.find((one) => accept(one) && !chosen.some(({ call }) => call.series === one.call.series));
    if (found) chosen.push({ role, call: found.call, slices: found.slices });
  };
  take('Highest loss', worst);
  take('True positive', best, outcome(true, true));
  take('False negative', worst, outcome(false, true));
  take('False positive', worst, outcome(true, false));
  take('True negative', best, outcome(false, false));
  if (labelled.length > 0) take('Without labels', others);
  else {
    take('Highest score', others);
    take('Lowest score', [...others].reverse());
    take('Middle score', others.slice(Math.floor(others.length / 2)));
  }
  const how =
    first.length > 0
      ? judged === 'test' || judged === 'held-out'
        ? judged
        : 'validation'
      : labelled.length > 0
        ? 'train'
        : 'unlabelled';
  return { how, chosen };
}

/** A slice worth a picture, and why: `highest p(any)`. */
export interface ChosenSlice {
  slice: JoinedSlice;
  why: string;
}

/** How slices are chosen, for whoever reads the page. */
export const slicesChosen = (how: keyof typeof SERIES_CHOSEN): string =>
  how === 'unlabelled'
    ? 'the slice with the highest, and the one in the middle of the series'
    : 'the slice with the highest, of those labelled any that with the lowest (what is missed most), and of the others that with the highest (a false peak)';

/** Slices worth a picture, in order: the three extremes of the final model, each once with all its reasons. */
export function chooseSlices(slices: readonly JoinedSlice[], readable: ReadonlySet<string>): ChosenSlice[] {
  const candidates = slices.filter(({ slice }) => readable.has(slice));
  const any = (slice: JoinedSlice) => slice.probabilities[ANY]!;
  const highest = (of: readonly JoinedSlice[]) => [...of].sort((a, b) => any(b) - any(a))[0];
  const labelled = (value: 0 | 1) => candidates.filter(({ labels }) => labels?.any === value);
  const whys = new Map<JoinedSlice, string[]>();
  const take = (slice: JoinedSlice | undefined, why: string) => {
    if (slice) whys.set(slice, [...(whys.get(slice) ?? []), why]);
  };
  take(highest(candidates), 'highest p(any)');
  take([...labelled(1)].sort((a, b) => any(a) - any(b))[0], 'lowest where any is labelled');
  take(highest(labelled(0)), 'highest where nothing is labelled');
  const middle = candidates[Math.floor(candidates.length / 2)];
  if (whys.size < 3 && middle && !whys.has(middle)) take(middle, 'middle of the series');
  return candidates.flatMap((slice) => {
    const why = whys.get(slice);
    return why ? [{ slice, why: why.join(', ') }] : [];
  });
}
