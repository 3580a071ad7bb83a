import { describe, expect, it } from 'vitest';
import headCt from '../../plugins/series-rules/head-ct.ts';
import type { SeriesFacts } from '../../src/registry/kinds/series-rule.ts';
import { parameters } from '../../src/testing/params.ts';

const params = parameters(headCt, {}) as never;
const plain: SeriesFacts = {
  series: 'plain',
  modality: 'CT',
  slices: 32,
  places: 32,
  ordered: true,
  rows: 512,
  columns: 512,
  widthMm: 250,
  plane: 'axial',
  tiltDegrees: 0,
  coverageMm: 155,
  spacingMm: 5,
  thicknessMm: 5,
  holes: 0,
  kernel: 'soft',
  contrast: null,
  part: 'head',
  imageType: ['AXIAL', 'ORIGINAL', 'PRIMARY'],
  claims: [],
  map: null,
  phase: 1,
  phases: 1,
};
const judge = (...of: Partial<SeriesFacts>[]) =>
  headCt.judge(
    of.map((one, i) => ({ ...plain, series: `s${i}`, ...one })),
    params,
  );
const score = (of: Partial<SeriesFacts>): number => {
  const [verdict] = judge(of);
  if (verdict === undefined || 'exclude' in verdict) throw new Error(`excluded: ${JSON.stringify(verdict)}`);
  return verdict.score;
};

describe('the series rule head-ct', () => {
  it('costs a plain head nothing', () => {
    expect(judge({})).toEqual([{ score: -0, doubts: [] }]);
  });

  it.each<[string, Partial<SeriesFacts>, Partial<SeriesFacts>]>([
    ['soft before bone', {}, { kernel: 'bone' }],
    ['contrast before bone', { contrast: 'given' }, { kernel: 'bone' }],
    ['bone before lung', { kernel: 'bone' }, { kernel: 'lung' }],
    ['whole of bone before a block of a soft one', { kernel: 'bone' }, { places: 6, coverageMm: 25 }],
    ['plain before contrast', {}, { contrast: 'given' }],
    ['derived of 5 mm before thin', { imageType: ['DERIVED', 'SECONDARY'] }, { spacingMm: 0.6, coverageMm: 160 }],
    ['thin before contrast of 5 mm', { spacingMm: 1, coverageMm: 160 }, { contrast: 'given' }],
    ['5 mm before 2.5 mm', {}, { spacingMm: 2.5 }],
    ['head before neck', {}, { claims: ['neck'] }],
    ['an unnamed part before a chest', { part: null }, { part: 'chest' }],
    ['the first scan before the second', { phases: 2, phase: 1 }, { phases: 2, phase: 2 }],
    ['whole before holes', {}, { holes: 2 }],
    ['ordered before not', { kernel: 'bone', contrast: 'given' }, { ordered: false }],
  ])('puts %s', (_, better, worse) => {
    expect(score(better)).toBeGreaterThan(score(worse));
  });

  it.each<[string, Partial<SeriesFacts>, string]>([
    ['a localiser', { imageType: ['LOCALIZER', 'ORIGINAL', 'PRIMARY'] }, 'localiser'],
    ['coronal', { plane: 'coronal', tiltDegrees: 88 }, 'coronal'],
    ['46 degrees', { tiltDegrees: 46 }, 'oblique'],
    ['a map', { map: 'a map of perfusion' }, 'a map of perfusion'],
  ])('excludes %s', (_, facts, exclude) => {
    expect(judge(facts, {})[0]).toEqual({ exclude });
  });

  it('does not exclude a gantry of 30 or 44 degrees, what says nothing, nor what merely looks odd', () => {
    const odd: Partial<SeriesFacts>[] = [
      { tiltDegrees: 30 },
      { tiltDegrees: 44 },
      { tiltDegrees: null, plane: null, part: null, kernel: null, spacingMm: null, coverageMm: null, imageType: [] },
      { imageType: ['DERIVED', 'SECONDARY'], claims: ['coronal', 'localiser'], part: 'chest', kernel: 'lung' },
    ];
    for (const facts of odd) expect(judge(facts)[0]).not.toHaveProperty('exclude');
  });

  it('excludes thumbnails beside pictures, and not where there is nothing else', () => {
    const small = { rows: 63, columns: 60 };
    expect(judge(small, {})[0]).toHaveProperty('exclude');
    expect(judge({ rows: 64, columns: 60 }, {})[0]).not.toHaveProperty('exclude');
    expect(judge(small, { imageType: ['LOCALIZER'] })[0]).toMatchObject({ doubts: ['pictures of 60 × 63 pixels'] });
  });
});
