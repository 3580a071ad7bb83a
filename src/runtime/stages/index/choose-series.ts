import { IchorError } from '../../../errors.ts';
import type { SeriesFacts, SeriesVerdict } from '../../../registry/kinds/series-rule.ts';
import type { Source } from '../../../registry/kinds/source.ts';
import type { ResolvedRecipe, SeriesChoice } from '../../../registry/recipe.ts';
import type { Registry } from '../../../registry/registry.ts';
import type { Identities } from '../../sources/identities.ts';
import { type Arrangement, arrange } from './arrange.ts';
import type { Candidate } from './candidate.ts';
import { goesOn } from './goes-on.ts';
import { scanBeside } from './scans-beside.ts';
import { factsOf, type Phase } from './series-facts.ts';

/** A series of a study: what is known of it, and what the rule says. Ids stand in clear. */
export interface JudgedSeries {
  series: string;
  study: string;
  patient: string;
  slices: readonly Candidate[];
  arrangement: Arrangement;
  facts: SeriesFacts;
  /** What is to be known of it beside the one that is taken in its place. */
  against: readonly string[];
  /** Null where no rule was asked: all series are taken. */
  verdict: SeriesVerdict | null;
  /** From 1 among the series of its study that are not excluded, the best first; null: excluded, or nobody asked. */
  rank: number | null;
  /** How many series its study has, excluded ones among them. */
  of: number;
  chosen: boolean;
}

export interface ChooseOptions {
  choose: Exclude<SeriesChoice, 'by-source'>;
  /** What the recipe names as `data.series.rule`; never asked where all are taken. */
  judge(study: readonly SeriesFacts[]): readonly SeriesVerdict[];
  identities: Pick<Identities, 'name'>;
  /** Which scan of the same places a series is (`splitRepeated`). */
  phases?: ReadonlyMap<string, Phase>;
}

/** What `data.series` of a recipe comes to for its source. Throws IchorError `component-failed` where the rule gives no verdicts. */
export function seriesChoice(
  { data }: ResolvedRecipe,
  registry: Registry,
  contract: Pick<ReturnType<Source['contract']>, 'labels' | 'chooseSeries' | 'series'>,
): Pick<ChooseOptions, 'choose' | 'judge'> {
  const { choose, rule } = data.series;
  const bySource = contract.chooseSeries ?? (contract.labels ? 'all' : 'best');
  const judge = (study: readonly SeriesFacts[]) => {
    const component = registry.get('series-rule', rule.type);
    if (component === undefined) throw new TypeError(`series rule ${rule.type} is not registered`);
    const verdicts = component.judge(study, rule);
    if (verdicts.length === study.length && verdicts.every(isVerdict)) return verdicts;
    throw new IchorError(
      'component-failed',
      `The series rule ${rule.type} gives no verdict on each of ${study.length} series.`,
      'Its judge gives { score, doubts } or { exclude } for every series, in their order: test it with ichor/testing.',
    );
  };
  // Of a source that does not know which slices are of one series there are none to choose from.
  if (contract.series === false) return { choose: 'all', judge };
  return { choose: choose === 'by-source' ? bySource : choose, judge };
}

const isVerdict = (verdict: SeriesVerdict): boolean =>
  typeof verdict === 'object' &&
  verdict !== null &&
  ('exclude' in verdict ? typeof verdict.exclude === 'string' : Number.isFinite(verdict.score));

/**
 * Every series of these candidates, by study, with its facts, its rank, and whether it is chosen: of each study of each patient
 * the best (`best`), all that are not excluded (`suitable`), or all. What was made of a study's UID that several patients share
 * is judged by patient. Equal scores: the one with more places, then more slices, then the earlier scan, then the first id.
 */
export function chooseSeries(candidates: Iterable<Candidate>, options: ChooseOptions): JudgedSeries[] {
  const { choose, judge, identities, phases } = options;
  const judged: JudgedSeries[] = [];
  for (const found of studiesOf(candidates)) {
    const series = found.map(([id, slices]) => {
      const arrangement = arrange(slices);
      const facts = factsOf(identities.name('series', id), slices, arrangement, phases?.get(id));
      return { id, slices, arrangement, facts };
    });
    const verdicts = choose === 'all' ? null : judge(series.map(({ facts }) => facts));
    const ranks =
      verdicts === null
        ? null
        : ranksOf(
            series.map(({ facts }) => facts),
            verdicts,
          );
    const beside = choose === 'best' && verdicts !== null ? scansBeside(series, verdicts, ranks ?? []) : NONE_BESIDE;
    series.forEach(({ id, slices, arrangement, facts }, i) => {
      const rank = ranks?.[i] ?? null;
      const chosen = ranks === null || (rank !== null && (choose === 'suitable' || rank === 1));
      const verdict = verdicts?.[i] ?? null;
      // Where one series of several is taken, what lies above or below it is missing from the head.
      const rest =
        chosen && choose === 'best' && verdict !== null && 'doubts' in verdict
          ? [
              ...goesOn(
                { facts, slices },
                series.filter((_, other) => other !== i && ranks?.[other] != null),
              ),
              ...beside.doubts,
            ]
          : [];
      const { study: uid, patient } = slices[0] as Candidate;
      judged.push({
        series: id,
        study: uid,
        patient,
        slices,
        arrangement,
        facts,
        against: beside.against.get(i) ?? [],
        verdict:
          rest.length > 0 && verdict !== null && 'doubts' in verdict
            ? { ...verdict, doubts: [...verdict.doubts, ...rest] }
            : verdict,
        rank,
        of: series.length,
        chosen,
      });
    });
  }
  return judged;
}

interface Beside {
  doubts: readonly string[];
  against: ReadonlyMap<number, readonly string[]>;
}
const NONE_BESIDE: Beside = { doubts: [], against: new Map() };

/** What the choice of the first for the others hides, by their places in `series`. */
function scansBeside(
  series: readonly Pick<JudgedSeries, 'facts' | 'slices'>[],
  verdicts: readonly SeriesVerdict[],
  ranks: readonly (number | null)[],
): Beside {
  const ranked = series.map(({ facts, slices }, i) => ({ facts, slices, verdict: verdicts[i] as SeriesVerdict }));
  const taken = ranked[ranks.indexOf(1)];
  const found = ranked.flatMap((other, i) => {
    const rank = ranks[i] ?? null;
    const beside = taken === undefined || rank === null || rank === 1 ? null : scanBeside(taken, other);
    return beside === null ? [] : [{ i, ...beside }];
  });
  return {
    doubts: [...new Set(found.map(({ doubt }) => doubt))],
    against: new Map(found.map(({ i, against }) => [i, [against]])),
  };
}

/** Series by study and patient, by their ids. A series of several studies or patients that is one head is of the first. */
function studiesOf(candidates: Iterable<Candidate>): [id: string, slices: Candidate[]][][] {
  const series = [...grouped(candidates, (one) => one.series)].sort(([a], [b]) => (a < b ? -1 : 1));
  const studies = new Map<string, [string, Candidate[]][]>();
  for (const [id, slices] of series) {
    const [first] = slices.map(({ study, patient }) => JSON.stringify([study, patient])).sort() as [string];
    const study = studies.get(first) ?? [];
    studies.set(first, study);
    study.push([id, slices]);
  }
  return [...studies.values()];
}

function ranksOf(facts: readonly SeriesFacts[], verdicts: readonly SeriesVerdict[]): (number | null)[] {
  const places = facts
    .flatMap((of, i) => {
      const verdict = verdicts[i] as SeriesVerdict;
      return 'exclude' in verdict ? [] : [{ i, score: verdict.score, of }];
    })
    .sort(
      (a, b) =>
        b.score - a.score ||
        b.of.places - a.of.places ||
        b.of.slices - a.of.slices ||
        a.of.phase - b.of.phase ||
        // Series come by their ids, which a private source's hashes do not keep.
        a.i - b.i,
    );
  const ranks: (number | null)[] = facts.map(() => null);
  places.forEach(({ i }, place) => {
    ranks[i] = place + 1;
  });
  return ranks;
}

function grouped(candidates: Iterable<Candidate>, key: (one: Candidate) => string): Map<string, Candidate[]> {
  const groups = new Map<string, Candidate[]>();
  for (const one of candidates) {
    const group = groups.get(key(one));
    if (group === undefined) groups.set(key(one), [one]);
    else group.push(one);
  }
  return groups;
}
