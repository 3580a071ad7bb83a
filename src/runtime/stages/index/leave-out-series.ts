import { LABELS } from '../../../labels.ts';
import { THINNEST_MM } from '../../../patient-rule.ts';
import { holesOf, SAME_PLACE_MM } from '../../../series-places.ts';
import type { SeriesRow } from '../../artifacts/series.ts';
import type { Identities } from '../../sources/identities.ts';
import type { LedgerLines } from '../ledger-lines.ts';
import type { Candidate } from './candidate.ts';
import type { JudgedSeries } from './choose-series.ts';
import { leaveOutFiles } from './leave-out.ts';
import { isOneHead } from './one-head.ts';

/**
 * Takes what was not chosen out of the candidates: a line a series, with its rank, or with why it is no stack of axial
 * slices. Studies of which nothing is left, and chosen series with doubts, are noted.
 */
export function leaveOutSeries(
  judged: readonly JudgedSeries[],
  candidates: Map<string, Candidate>,
  identities: Identities,
  ledger: LedgerLines,
): void {
  const studies = new Map<string, JudgedSeries[]>();
  for (const one of judged) {
    const key = JSON.stringify([one.study, one.patient]);
    studies.set(key, [...(studies.get(key) ?? []), one]);
    if (one.chosen) noteDoubts(one, identities, ledger);
    else leaveOut(one, candidates, identities, ledger);
  }
  for (const series of studies.values()) noteOneHead(series, identities, ledger);
  for (const [first, ...others] of studies.values()) {
    if (first === undefined || [first, ...others].some(({ chosen }) => chosen)) continue;
    const why = [...new Set([first, ...others].map(exclusionOf))].join(', ');
    ledger.note({
      item: identities.name('study', first.study),
      what: 'study',
      reason: 'study-without-head',
      message: `Nothing of the study is predicted: ${others.length === 0 ? 'its only series cannot be axial slices' : `none of its ${others.length + 1} series can be axial slices`} of a head (${why}).`,
      kind: 'warning',
      hint: 'Export its axial series, or take every series as it is: data.series.choose: all.',
    });
  }
}

/** Fewer slices one above the other are scouts, or pictures that somebody picked. */
const LEAST_SINGLE = 5;

/**
 * Series of one slice each that make one stack, of which one is taken: an anonymiser that drew the series UIDs anew for each file
 * leaves a head of one slice. They are not joined: nothing in the files says which of several scans each was of.
 */
function noteOneHead(series: readonly JudgedSeries[], identities: Identities, ledger: LedgerLines): void {
  const single = series.filter(({ rank, slices }) => rank !== null && slices.length === 1);
  const [first] = single;
  if (first === undefined || single.length < LEAST_SINGLE || single.every(({ chosen }) => chosen)) return;
  // A stack of the same study, of one UID, is what was scanned.
  if (series.some(({ chosen, slices }) => chosen && slices.length > 1)) return;
  const stack = isOneHead(
    single.map(({ slices }) => slices),
    false,
  );
  if (!stack) return;
  const chosen = single.filter((one) => one.chosen).length;
  ledger.note({
    item: identities.name('study', first.study),
    what: 'study',
    reason: 'head-in-single-slices',
    message: `${single.length} series of one slice each stand one above the other: one head whose slices got series UIDs of their own? Of the study ${chosen} ${chosen === 1 ? 'slice is' : 'slices are'} read.`,
    kind: 'warning',
    hint: 'No setting joins them. Export the study with its series UIDs, or give its slices one: docs/series.md shows how.',
  });
}

const exclusionOf = ({ verdict }: JudgedSeries): string =>
  verdict !== null && 'exclude' in verdict ? verdict.exclude : 'not chosen';

function leaveOut(
  one: JudgedSeries,
  candidates: Map<string, Candidate>,
  identities: Identities,
  ledger: LedgerLines,
): void {
  const { verdict, rank, of, slices } = one;
  const item = identities.name('series', one.series);
  const line =
    verdict !== null && 'exclude' in verdict
      ? {
          item,
          reason: 'no-axial-series' as const,
          message: `The series is no stack of axial slices: ${verdict.exclude}.`,
          detail: verdict.exclude,
        }
      : {
          item,
          reason: 'series-not-chosen' as const,
          message: `Rank ${rank} of the ${of} series of its study: another one is taken${reasonsAgainst(one)}.`,
        };
  leaveOutFiles(line, slices, identities, ledger);
  const labelled = slices.filter(({ labels }) => labels !== null).length;
  if (labelled > 0) ledger.leaveOut({ ...line, what: 'label-row', count: labelled * LABELS.length });
  for (const { slice } of slices) candidates.delete(slice);
}

function reasonsAgainst({ verdict, facts, against }: JudgedSeries): string {
  const doubts = verdict !== null && 'doubts' in verdict ? verdict.doubts : [];
  const many = `${facts.slices} slices${facts.spacingMm === null ? '' : `, ${Number(facts.spacingMm.toPrecision(3))} mm apart`}`;
  return ` (this one: ${[many, ...against, ...doubts].join(', ')})`;
}

function noteDoubts(one: JudgedSeries, identities: Identities, ledger: LedgerLines): void {
  const { verdict, rank, of } = one;
  if (verdict === null || 'exclude' in verdict || verdict.doubts.length === 0) return;
  ledger.note({
    item: identities.name('series', one.series),
    what: 'series',
    reason: 'doubtful-series',
    message: `Doubtful as a plain head: ${verdict.doubts.join(', ')}${of > 1 ? ` (rank ${rank} of the ${of} series of its study)` : ''}.`,
    kind: 'warning',
    // Without what differs from series to series: `part of a head (40 mm)`.
    details: verdict.doubts.map((doubt) => doubt.replace(/ \(.*\)$/, '')),
    hint: 'What is predicted of it says so. Where the study has a better series, export it as well.',
  });
}

/** Spacing that networks did not learn from. */
const OUTSIDE = "outside of the training's spacing";

interface SeriesBeside {
  refused: ReadonlyMap<string, number>;
  resampled: ReadonlySet<string>;
  generated: boolean;
}

/**
 * The rows of `series.csv`: chosen or not, by study. `refused`: files of a series that were left out for what they are.
 *
 * `resampled`: series whose slices are means of 5 mm or so now. `generated`: phantoms stand as far apart as their recipe asked for.
 */
export function seriesRows(
  judged: readonly JudgedSeries[],
  { refused, resampled, generated }: SeriesBeside,
  identities: Identities,
): SeriesRow[] {
  return judged.map((one): SeriesRow => {
    const { facts, verdict, rank, of, chosen, arrangement } = one;
    const at = arrangement.placed.map((placed) => (arrangement.by === 'instance-number' ? null : placed.at));
    const { holes, missing } = holesOf(at);
    const own = refused.get(one.series) ?? 0;
    const thin =
      !resampled.has(facts.series) &&
      facts.spacingMm !== null &&
      facts.spacingMm > SAME_PLACE_MM &&
      facts.spacingMm < THINNEST_MM;
    return {
      series: facts.series,
      study: identities.name('study', one.study),
      patient: identities.name('patient', one.patient),
      slices: facts.slices,
      refused: own,
      holes,
      missing,
      plane: facts.plane,
      tiltDegrees: facts.tiltDegrees,
      coverageMm: facts.coverageMm,
      spacingMm: facts.spacingMm,
      kernel: facts.kernel,
      contrast: facts.contrast,
      part: facts.part,
      rank,
      of,
      chosen,
      excluded: verdict !== null && 'exclude' in verdict ? verdict.exclude : null,
      doubts: [
        ...(verdict !== null && 'doubts' in verdict ? verdict.doubts.filter((doubt) => doubt !== 'holes') : []),
        ...(holes > 0 ? [`about ${missing} ${missing === 1 ? 'slice' : 'slices'} missing`] : []),
        ...(own > 0 ? [`${own} ${own === 1 ? 'slice' : 'slices'} refused`] : []),
        ...(thin && !generated ? [`${OUTSIDE} (${Number((facts.spacingMm ?? 0).toPrecision(2))} mm)`] : []),
      ],
    };
  });
}
