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

/**
 * A handful of series for a reader to look at: the worst first, then one of each outcome, then one of the test set.
 * From validation; where nothing there has a label, from train; where nothing has one, by score.
 */
export function chooseSeries(calls: readonly PatientRow[], slices: readonly JoinedSlice[]): ChosenSeries[] {
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
  const labelled = on('validation').length > 0 ? on('validation') : on('train');
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
  return chosen;
}

/** Slices worth a picture: the highest score, the one farthest from its label, the middle of the series; in order. */
export function chooseSlices(slices: readonly JoinedSlice[], readable: ReadonlySet<string>): JoinedSlice[] {
  const candidates = slices.filter(({ slice }) => readable.has(slice));
  const any = (slice: JoinedSlice) => slice.probabilities[ANY]!;
  const highest = [...candidates].sort((a, b) => any(b) - any(a))[0];
  const farthest = candidates
    .filter((slice) => slice.labels !== null && slice !== highest)
    .sort((a, b) => Math.abs(b.labels!.any - any(b)) - Math.abs(a.labels!.any - any(a)))[0];
  const wanted = new Set([highest, farthest, candidates[Math.floor(candidates.length / 2)]]);
  return candidates.filter((slice) => wanted.has(slice));
}
