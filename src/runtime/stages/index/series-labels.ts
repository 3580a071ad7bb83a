import { LABELS } from '../../../labels.ts';
import type { LedgerNote } from '../../ledger.ts';
import { number } from '../../notices/words.ts';
import type { Candidate } from './candidate.ts';

/** A few slices next to each other often have the same labels: shorter series say nothing. */
const LEAST_SLICES = 5;
/** In a set of so many. Of the RSNA sample's heads none that is positive is so on all of its slices: the most on 21 of 34. */
const LEAST_SERIES = 10;
/** Where nothing is positive all series are uniform, and of one or two it may be chance. */
const LEAST_POSITIVE = 3;

/** The note where all slices of each series have the same labels: they are probably those of a report, which speaks of a study. */
export function labelsOfSeries(
  file: string,
  slices: Iterable<Pick<Candidate, 'series' | 'labels'>>,
): LedgerNote | null {
  const found = new Map<string, { count: number; labels: Set<string>; positive: boolean }>();
  for (const { series, labels } of slices) {
    if (labels === null) continue;
    const own = found.get(series) ?? { count: 0, labels: new Set(), positive: false };
    found.set(series, own);
    own.count++;
    own.labels.add(LABELS.map((label) => labels[label]).join());
    own.positive ||= LABELS.some((label) => labels[label] === 1);
  }
  const long = [...found.values()].filter(({ count }) => count >= LEAST_SLICES);
  const positive = long.filter((one) => one.positive).length;
  if (long.length < LEAST_SERIES || positive < LEAST_POSITIVE || long.some(({ labels }) => labels.size > 1))
    return null;
  return {
    item: file,
    what: 'file',
    reason: 'labels-of-series',
    message: `In each of the ${number(long.length)} series of ${LEAST_SLICES} and more labelled slices all slices have the same labels, in ${number(positive)} of them positive ones: are they of studies, and not of slices?`,
    kind: 'warning',
    hint: 'A bleed is on some slices of a head: with the labels of a report on all of them a network learns slices without one as positive, and figures of slices mean nothing. Label each slice.',
  };
}
