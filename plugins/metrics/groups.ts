import {
  LABELS,
  type Label,
  type MetricFigure,
  type MetricInput,
  patientsOf,
  patientTruth,
  ruleScore,
  type ScoredSeries,
  seriesTruth,
  Type,
} from '../../src/index.ts';

export type Level = 'slice' | 'series' | 'patient';
type Truth = MetricInput['patient']['truth'][number];

export interface LevelParams {
  level: Level;
  score: 'rule' | 'highest';
}

/** Parameters of every metric that scores slices, series or patients, label by label. */
export const levelParams = {
  level: Type.Union([Type.Literal('slice'), Type.Literal('series'), Type.Literal('patient')], {
    default: 'slice',
    description: 'What has a score and a truth: each slice, each series, or each patient (the highest of its series).',
  }),
  score: Type.Union([Type.Literal('rule'), Type.Literal('highest')], {
    default: 'rule',
    description:
      'Of a series. rule: the highest threshold below which evaluation.patient calls it (for consecutive the highest of the lowest of so many neighbours); highest: that of its highest slice.',
  }),
};

const NEEDS = { slice: 'slices', series: 'series', patient: 'patients' } as const;
const COUNTED = { slice: 'slices', series: 'series', patient: 'patients' } as const;

export const needsOf = ({ level }: LevelParams): { needs: readonly ('slices' | 'series' | 'patients')[] } => ({
  needs: [NEEDS[level]],
});

/** What is scored for one label, by one reading of the truth: a score, a truth and a patient each. */
export interface Group {
  label: Label;
  truth?: Truth;
  scores: Float64Array;
  truths: Uint8Array;
  /** Place of its patient in `patientsOf`. */
  patients: Int32Array;
  /** How many patients there are. */
  people: number;
  /** Of series and patients: so many more are left out, since slices without a label leave their truth open. */
  unknown: number;
}

/** Label by label in the order of LABELS, for each reading of the truth that is asked for. Slices have only their own. */
export function groupsOf(input: MetricInput, params: LevelParams): Group[] {
  return params.level === 'slice' ? sliceGroups(input) : seriesGroups(input, params);
}

function sliceGroups({ slices }: MetricInput): Group[] {
  const { patients, people } = placesOf(slices);
  return LABELS.map((label, column) => ({
    label,
    scores: Float64Array.from(slices, ({ probabilities }) => probabilities[column]!),
    truths: Uint8Array.from(slices, ({ labels }) => labels[label]),
    patients,
    people,
    unknown: 0,
  }));
}

function seriesGroups(input: MetricInput, { level, score }: LevelParams): Group[] {
  const { patient: rule, unlabelledSeries = [] } = input;
  // Behind those with labels: the order of patients is theirs.
  const series = level === 'patient' ? [...input.series, ...unlabelledSeries] : input.series;
  const { patients: owners, people } = placesOf(series);
  return rule.truth.flatMap((truth) =>
    LABELS.map((label, column): Group => {
      const scores = Float64Array.from(series, ({ positions, along }) => {
        const all = positions.map(({ probabilities }) => probabilities[column]!);
        return score === 'rule' ? ruleScore(all, rule, along) : all.reduce((most, one) => Math.max(most, one), 0);
      });
      const truths = series.map((one) => truthOf(one, label, truth, rule));
      if (level === 'series') return { label, truth, ...known(scores, truths, owners), people };
      // A patient is what any of its series is.
      const own = { scores: new Float64Array(people), truths: Array.from({ length: people }, (): Known[] => []) };
      owners.forEach((owner, i) => {
        own.scores[owner] = Math.max(own.scores[owner]!, scores[i]!);
        own.truths[owner]!.push(truths[i]!);
      });
      const places = Int32Array.from({ length: people }, (_, place) => place);
      return { label, truth, ...known(own.scores, own.truths.map(patientTruth), places), people };
    }),
  );
}

/** Null: slices without a label leave it open. */
type Known = boolean | null;

const truthOf = ({ positions, along }: ScoredSeries, label: Label, truth: Truth, rule: MetricInput['patient']): Known =>
  seriesTruth(
    positions.map(({ labels }) => labels?.[label] ?? null),
    truth,
    rule,
    along,
  );

/** Without those whose truth nobody knows. */
function known(
  scores: Float64Array,
  truths: readonly Known[],
  patients: Int32Array,
): Pick<Group, 'scores' | 'truths' | 'patients' | 'unknown'> {
  const is = (_: unknown, i: number) => truths[i] !== null;
  return {
    scores: scores.filter(is),
    truths: Uint8Array.from(truths.filter(is), Number),
    patients: patients.filter(is),
    unknown: truths.length - truths.filter(is).length,
  };
}

/** What counts say of it: nothing where all truths are known. */
export const truthUnknown = (count: number): Record<string, number> => (count > 0 ? { truthUnknown: count } : {});

/** The place of each row's patient in `patientsOf`. */
export function placesOf(rows: readonly { patient: string }[]): { patients: Int32Array; people: number } {
  const places = new Map(patientsOf(rows).map((patient, place) => [patient, place]));
  return { patients: Int32Array.from(rows, ({ patient }) => places.get(patient)!), people: places.size };
}

/** Name, level, label, truth and counts of the figure of a group; `more`: what else stands between its brackets. */
export function describe(
  base: string,
  group: Group,
  { level, score }: LevelParams,
  more: readonly string[] = [],
): Pick<MetricFigure, 'name' | 'unit' | 'label' | 'truth' | 'counts'> {
  const { label, truth, truths } = group;
  const positives = truths.reduce((sum, one) => sum + one, 0);
  return {
    name: named(base, [label, ...levelWords({ level, score }), ...more, ...truthWords(truth)]),
    unit: level,
    label,
    ...(truth === undefined ? {} : { truth }),
    counts: {
      [COUNTED[level]]: truths.length,
      positives,
      negatives: truths.length - positives,
      ...truthUnknown(group.unknown),
    },
  };
}

export const named = (base: string, words: readonly string[]): string =>
  words.length === 0 ? base : `${base} (${words.join(', ')})`;
export const truthWords = (truth: Truth | undefined): string[] => (truth === undefined ? [] : [`truth: ${truth}`]);
export const levelWords = ({ level, score }: LevelParams): string[] =>
  level === 'slice' ? [] : [level, ...(score === 'rule' ? [] : ['highest slice'])];
export const countedAs = (level: Level): string => COUNTED[level];
