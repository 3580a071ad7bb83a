import type { SeriesFacts, SeriesVerdict } from '../../registry/kinds/series-rule.ts';
import { type Case, eachCase } from '../boundaries.ts';
import { paramsOf, type Subject } from '../subject.ts';
import { shown } from '../words.ts';

export async function checkSeriesRule({
  component,
  findings,
  base,
  boundaries,
}: Subject<'series-rule'>): Promise<void> {
  const judge = (at: Case, study: readonly SeriesFacts[]) => component.judge(study, paramsOf(at));
  await findings.check('contract', (problem) => {
    const contract: unknown = component.contract(paramsOf(base));
    if (typeof contract !== 'object' || contract === null || Object.keys(contract).length > 0)
      problem(`its contract is ${shown(contract)}; say contract: () => ({}).`);
  });
  await findings.check('judge', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => {
      for (const study of STUDIES) {
        const verdicts: unknown = judge(at, study);
        if (!Array.isArray(verdicts) || verdicts.length !== study.length) {
          problem(
            `it gives ${shown(verdicts)} for ${study.length} series with ${at.words}; give each a verdict, in their order.`,
          );
          return;
        }
        for (const verdict of verdicts) {
          const wrong = problemOf(verdict);
          if (wrong === null) continue;
          problem(`it gives ${shown(verdict)} with ${at.words}: ${wrong}`);
          return;
        }
      }
    });
  });
  await findings.check('determinism', (problem) => {
    const text = (verdicts: readonly SeriesVerdict[]) => JSON.stringify(verdicts);
    const frozen = deepFrozen(STUDY);
    const first = text(judge(base, frozen));
    if (text(judge(base, frozen)) !== first)
      problem('two calls with one study give two verdicts; a rule draws nothing, and keeps nothing between its calls.');
    if (text([...judge(base, [...frozen].reverse())].reverse()) !== first)
      problem('the order of the series changes their verdicts; files come in any order.');
  });
  await findings.check('what is not known', (problem) => {
    const [verdict] = judge(base, [UNKNOWN]);
    if (verdict !== undefined && 'exclude' in verdict)
      problem(
        `it excludes a series whose header says nothing (${shown(verdict.exclude)}); null is not known, and excludes nothing.`,
      );
  });
  await findings.check('a plain head', (problem) => {
    const [verdict] = judge(base, [PLAIN]);
    if (verdict !== undefined && 'exclude' in verdict)
      problem(
        `it excludes an axial head of 32 slices, 5 mm apart (${shown(verdict.exclude)}): then nothing is ever predicted.`,
      );
  });
}

/** What keeps a value from being a verdict; null where nothing does. */
function problemOf(verdict: unknown): string | null {
  if (typeof verdict !== 'object' || verdict === null) return 'a verdict is { score, doubts } or { exclude }.';
  if ('exclude' in verdict)
    return isWords(verdict.exclude) ? null : 'say why it is excluded, in a few words on one line.';
  const { score, doubts } = verdict as { score?: unknown; doubts?: unknown };
  if (typeof score !== 'number' || !Number.isFinite(score)) return 'a score is a finite number.';
  return Array.isArray(doubts) && doubts.every(isWords) ? null : 'doubts are a list of a few words each, on one line.';
}

const isWords = (value: unknown): boolean => typeof value === 'string' && /^[^\n\r;]{1,100}$/.test(value);

const PLAIN: SeriesFacts = {
  series: 'plain',
  modality: 'CT',
  slices: 32,
  places: 32,
  ordered: true,
  rows: 512,
  columns: 512,
  widthMm: 250,
  plane: 'axial',
  tiltDegrees: 12,
  coverageMm: 155,
  spacingMm: 5,
  thicknessMm: 5,
  holes: 0,
  kernel: 'soft',
  contrast: null,
  part: 'head',
  imageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
  claims: [],
  map: null,
  phase: 1,
  phases: 1,
};
const UNKNOWN: SeriesFacts = {
  ...PLAIN,
  series: 'unknown',
  modality: null,
  widthMm: null,
  plane: null,
  tiltDegrees: null,
  coverageMm: null,
  spacingMm: null,
  thicknessMm: null,
  kernel: null,
  part: null,
  imageType: [],
};
/** A head as archives hold it. */
const STUDY: readonly SeriesFacts[] = [
  PLAIN,
  {
    ...PLAIN,
    series: 'scout',
    slices: 1,
    places: 1,
    tiltDegrees: 90,
    plane: 'sagittal',
    imageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'],
  },
  {
    ...PLAIN,
    series: 'coronal',
    tiltDegrees: 90,
    plane: 'coronal',
    imageType: ['DERIVED', 'SECONDARY'],
    claims: ['coronal'],
  },
  { ...PLAIN, series: 'bone', kernel: 'bone', spacingMm: 0.6, coverageMm: 160, slices: 267, places: 267 },
  { ...PLAIN, series: 'contrast', contrast: 'given', claims: ['with contrast'] },
  { ...PLAIN, series: 'map', map: 'a map of perfusion', rows: 32, columns: 32 },
  UNKNOWN,
];
const STUDIES: readonly (readonly SeriesFacts[])[] = [[], [PLAIN], [UNKNOWN], STUDY];

function deepFrozen(study: readonly SeriesFacts[]): readonly SeriesFacts[] {
  return Object.freeze(
    study.map((facts) =>
      Object.freeze({
        ...facts,
        imageType: Object.freeze([...facts.imageType]),
        claims: Object.freeze([...facts.claims]),
      }),
    ),
  );
}
