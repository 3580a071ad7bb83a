import { describe, expect, it } from 'vitest';
import { defineSeriesRule, type SeriesFacts, type SeriesRule, Type } from '../../src/index.ts';
import { testComponent } from '../../src/testing/index.ts';
import { expectBroken } from './broken.ts';

const none = Type.Object({});
const rule = (judge: (study: readonly SeriesFacts[]) => unknown, contract: unknown = {}) =>
  defineSeriesRule({
    name: 'acme/rule',
    version: 1,
    summary: 'A rule.',
    params: none,
    contract: () => contract,
    judge,
  } as unknown as Omit<SeriesRule<typeof none>, 'kind'>);
const sound = ({ imageType, places }: SeriesFacts) =>
  imageType.includes('LOCALIZER') ? { exclude: 'localiser' } : { score: places, doubts: [] };

describe('a series rule', () => {
  it('that keeps its contract passes', async () => {
    const { checked, engine } = await testComponent(rule((study) => study.map(sound)));
    expect(checked.slice(-4)).toEqual(['judge', 'determinism', 'what is not known', 'a plain head']);
    expect(engine).toBeNull();
  });

  it('says something of every series, and in a form that can be shown', async () => {
    await expectBroken(
      rule((study) => study.slice(1).map(sound)),
      '(judge|determinism)',
      /give each a verdict/,
    );
    await expectBroken(
      rule((study) => study.map(() => ({ score: Number.NaN, doubts: [] }))),
      'judge',
      /finite number/,
    );
    await expectBroken(
      rule((study) => study.map(() => ({ score: 1 }))),
      'judge',
      /doubts are a list/,
    );
    await expectBroken(
      rule((study) => study.map(() => ({ score: 1, doubts: ['a\nb'] }))),
      'judge',
      /on one line/,
    );
    await expectBroken(
      rule((study) => study.map((one) => (one.map ? { exclude: '' } : sound(one)))),
      'judge',
      /why/,
    );
  });

  it('depends on the study alone, in any order', async () => {
    let count = 0;
    await expectBroken(
      rule((study) => study.map(() => ({ score: count++, doubts: [] }))),
      'determinism',
      /two calls/,
    );
    await expectBroken(
      rule((study) => study.map((_, i) => ({ score: i, doubts: [] }))),
      'determinism',
      /order of the/,
    );
  });

  it('excludes neither what says nothing nor a plain head', async () => {
    const without = (of: SeriesFacts) => (of.tiltDegrees === null ? { exclude: 'no plane' } : sound(of));
    await expectBroken(
      rule((study) => study.map(without)),
      'what is not known',
      /excludes nothing/,
    );
    const all = () => ({ exclude: 'everything' });
    await expectBroken(
      rule((study) => study.map(all)),
      '(what is not known|a plain head)',
      /nothing is ever predicted/,
    );
  });

  it('has an empty contract', async () => {
    await expectBroken(
      rule((study) => study.map(sound), { by: 'patient' }),
      'contract',
      /contract: \(\) => \(\{\}\)/,
    );
  });
});
