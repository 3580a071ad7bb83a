import type { SeriesFacts, SeriesVerdict } from '../../../registry/kinds/series-rule.ts';
import type { Candidate } from './candidate.ts';

interface Ranked {
  facts: SeriesFacts;
  slices: readonly Candidate[];
  verdict: SeriesVerdict;
}

/** What is said of a series that is not taken for another one, in words. */
export interface ScanBeside {
  /** Among the doubts of the one that is taken. */
  doubt: string;
  /** Beside the one that is not. */
  against: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** A night between two scans: what was begun before midnight and ended after it is one examination. */
const NIGHT_MS = DAY_MS / 2;

/**
 * What the choice of one series for another one hides: that the other is of another day, or that nothing but its id
 * speaks against it. Null where neither is so. No date is said, only how many days lie between two.
 */
export function scanBeside(taken: Ranked, other: Ranked): ScanBeside | null {
  const days = daysBetween(taken.slices, other.slices);
  if (days !== null && days !== 0) {
    const apart = `${Math.abs(days)} ${Math.abs(days) === 1 ? 'day' : 'days'} ${days > 0 ? 'later' : 'earlier'}`;
    return {
      doubt: `its study holds a scan of another day (${apart})`,
      against: `scanned ${apart} than the one that is taken`,
    };
  }
  if (!areAlike(taken, other)) return null;
  const times = [taken, other].map(({ slices }) => startOf(slices));
  // Two pictures of one scan, of two kernels of one kind or for two windows: either shows the same head.
  if (times[0] !== null && times[0] === times[1]) return null;
  const what = times.includes(null) ? 'series' : 'scan';
  return {
    doubt: `another ${what} like it was not chosen (${other.facts.slices} slices)`,
    against: 'like the one that is taken, whose id comes first',
  };
}

/** As far as a rule, and what breaks its ties, can tell: only ids differ. */
function areAlike({ facts: a, verdict: one }: Ranked, { facts: b, verdict: other }: Ranked): boolean {
  if ('exclude' in one || 'exclude' in other || one.score !== other.score || a.places < 2) return false;
  return (
    a.places === b.places &&
    a.slices === b.slices &&
    a.phase === b.phase &&
    a.plane === b.plane &&
    a.kernel === b.kernel &&
    a.spacingMm === b.spacingMm &&
    a.coverageMm === b.coverageMm
  );
}

/** When its first slice was acquired, in ms of its day; null where a slice does not say. */
function startOf(slices: readonly Candidate[]): number | null {
  let first = Number.POSITIVE_INFINITY;
  for (const { acquisition } of slices) {
    if (acquisition.timeMs === null) return null;
    first = Math.min(first, acquisition.timeMs);
  }
  return Number.isFinite(first) ? first : null;
}

/** Days from one series to another, by the first date that both state: of acquisition, of the series, of content. Null where none is. */
export function daysBetween(one: readonly Candidate[], other: readonly Candidate[]): number | null {
  for (const which of [0, 1, 2] as const) {
    const [a, b] = [dayOf(one, which), dayOf(other, which)];
    if (a === null || b === null) continue;
    // The time is that of the acquisition.
    if (which > 0 || a.timeMs === null || b.timeMs === null) return b.day - a.day;
    const apart = (b.day - a.day) * DAY_MS + b.timeMs - a.timeMs;
    if (Math.abs(apart) < NIGHT_MS) return 0;
    return b.day === a.day ? 0 : Math.sign(apart) * Math.max(1, Math.round(Math.abs(apart) / DAY_MS));
  }
  return null;
}

/** The day on which a series begins; null where a slice states none, or they are of many days: what stands there is no date of a scan. */
function dayOf(slices: readonly Candidate[], which: 0 | 1 | 2): { day: number; timeMs: number | null } | null {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { acquisition } of slices) {
    const day = acquisition.days[which];
    if (day === null) return null;
    [first, last] = [Math.min(first, day), Math.max(last, day)];
  }
  if (!(last - first <= 1)) return null;
  return { day: first, timeMs: startOf(slices.filter(({ acquisition }) => acquisition.days[which] === first)) };
}
