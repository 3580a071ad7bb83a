import { expect, it } from 'vitest';
import { claimResults } from '../../../src/runtime/table/claims.ts';
import { forestFile, forestPlot } from '../../../src/runtime/table/forest.ts';
import { niceTicks } from '../../../src/runtime/table/nice-ticks.ts';
import { noBetterText } from '../../../src/runtime/table/no-better.ts';
import { around, differing, madeClaim, madeResult, madeTable } from './made-up.ts';

const rows = [madeResult('more'), madeResult('less')];
const claims = [
  madeClaim({ question: { kind: 'better', by: 0.02, sides: 2 } }),
  madeClaim({ claim: '<b>equal</b>', question: { kind: 'same', within: 0.2 } }),
];

it('a forest plot shows interval, margin, band and each seed, alike on every page', async () => {
  const found = await claimResults(madeTable(rows, claims), differing(around(0.1)));
  const plot = forestPlot(found)!.text;
  // Wide and narrow, five seeds for each of two claims.
  expect(plot.match(/<circle /g)).toHaveLength(20);
  expect(plot.match(/<title>seed 3: 0\.\d{4}<\/title>/g)).toHaveLength(4);
  expect(plot.match(/<title>claimed: more than 0\.02<\/title>/g)).toHaveLength(2);
  expect(plot.match(/<title>band: 0\.2 either way<\/title>/g)).toHaveLength(2);
  expect(plot).toContain('aria-label="more is better: +0.1');
  expect(plot).not.toContain('<b>equal');
  const file = forestFile('Made up', found)!;
  expect(file).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(file).toContain('@media (prefers-color-scheme:dark)');
  expect(forestFile('Made up', found)).toBe(file);
});

it('there is none where nothing was compared', async () => {
  const open = [madeResult('more', { failed: { 0: 'x', 1: 'x', 2: 'x', 3: 'x', 4: 'x' } }), rows[1]!];
  const found = await claimResults(madeTable(open, claims), differing(around(0.1)));
  expect(forestPlot(found)).toBeNull();
  expect(forestFile('Made up', found)).toBeNull();
});

it('an axis holds nought and all values, in round steps', () => {
  expect(niceTicks([0.013, 0.061], 6).ticks).toEqual([0, 0.02, 0.04, 0.06]);
  expect(niceTicks([-0.3], 4).ticks).toEqual([-0.3, -0.2, -0.1, 0]);
  expect(niceTicks([], 4).ticks.length).toBeGreaterThan(2);
});

it('a row that beats no predictor without pictures says so, and how many of its seeds do not', () => {
  const predictors = [{ predictor: 'constant' as const, name: 'mean-log-loss', value: 0.25 }];
  const text = (value: (seed: number) => number) =>
    noBetterText(madeResult('r', { value, predictors }), 'mean-log-loss');
  expect(text(() => 0.2)).toBe('');
  expect(text(() => 0.25)).toBe('no better than constant (0.2500)');
  expect(text((seed) => (seed === 2 ? 0.3 : 0.2))).toBe('1 of 5 seeds no better than constant (0.2500)');
  expect(text((seed) => (seed === 2 ? 0.2 : 0.3))).toMatch(
    /^no better than constant \(0\.2500\), nor are 4 of 5 seeds$/,
  );
  expect(noBetterText(madeResult('r'), 'mean-log-loss')).toBe('');
});
