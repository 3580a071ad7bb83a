import type { Source } from '../../../registry/kinds/source.ts';
import type { Identities } from '../../sources/identities.ts';
import type { LedgerLines } from '../ledger-lines.ts';
import type { Candidate } from './candidate.ts';
import { type ChooseOptions, chooseSeries, type JudgedSeries } from './choose-series.ts';
import { leaveOutSeries } from './leave-out-series.ts';
import { type ArrangedSeries, arrangeSeries } from './series.ts';
import type { Phase } from './series-facts.ts';
import { splitMixed, splitRepeated } from './split-series.ts';
import { type PictureOf, tellApart } from './tell-apart.ts';
import { tellWho } from './tell-who.ts';

export interface SequenceOptions {
  /** Labels name files: no copy is left out (Kaggle's layout). */
  byName: boolean;
  contract: Pick<ReturnType<Source['contract']>, 'series' | 'order'>;
  choice: Pick<ChooseOptions, 'choose' | 'judge'>;
  pictureOf: PictureOf;
  identities: Identities;
  ledger: LedgerLines;
  /** Joined once the slices are told apart, before any series is left out: rows of its slices then have the fate of it. */
  joinLabels?(slices: ReadonlyMap<string, Candidate>): Promise<void>;
  /** Asked where nothing is left: throws where that ends the run. */
  nothingLeft?(): Promise<void>;
}

export interface SlicesInOrder {
  /** By their ids: what a run would use. */
  slices: Map<string, Candidate>;
  /** All that were told apart, also those of series that are not chosen or have no order. */
  told: readonly Candidate[];
  judged: readonly JudgedSeries[];
  arranged: ArrangedSeries;
}

/**
 * From what files hold to slices in their order, for the stage index and for `data inspect`: told apart, whose they are, which
 * series there are, labels, which series is taken, arranged.
 */
export async function slicesInOrder(
  found: readonly Candidate[],
  { byName, contract, choice, pictureOf, identities, ledger, ...asked }: SequenceOptions,
): Promise<SlicesInOrder> {
  const nothingLeft = async () => {
    if (slices.size === 0) await asked.nothingLeft?.();
  };
  const told = await tellApart(found, byName ? 'file-name' : 'sop-instance-uid', pictureOf, identities, ledger);
  const { slices } = told;
  await nothingLeft();
  tellWho(told, identities, ledger);
  const { choose, judge } = choice;
  if (choose !== 'all') splitMixed(slices.values());
  const phases =
    contract.series === false
      ? new Map<string, Phase>()
      : await splitRepeated(slices, byName, pictureOf, identities, ledger);
  await asked.joinLabels?.(slices);
  const all = [...slices.values()];
  const judged = chooseSeries(all, { choose, judge, identities, phases });
  if (choose !== 'all') leaveOutSeries(judged, slices, identities, ledger);
  await nothingLeft();
  const known = new Map(judged.map(({ series, arrangement }) => [series, arrangement]));
  const ordered = contract.series !== false && contract.order !== false;
  const arranged = arrangeSeries(slices, ordered, known, identities, ledger);
  await nothingLeft();
  return { slices, told: all, judged, arranged };
}
