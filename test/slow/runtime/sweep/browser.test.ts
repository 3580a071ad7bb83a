import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { LedgerPoint, SweepLedger } from '../../../../src/runtime/runs/points-ledger.ts';
import { sweepPage } from '../../../../src/runtime/sweep/page.ts';
import type { PointFigures, ResultRow, SweepResults } from '../../../../src/runtime/sweep/results.ts';
import { describeInChromium, itIsSound } from '../../../browser.ts';

const FIGURES = [
  { name: 'mean-log-loss', better: 'lower' },
  { name: 'patient-f1 (truth: same-rule)', better: 'higher' },
] as const;

/** Layers 1 to 4 over three seeds, one of which failed with a long reason. */
function drawn(): { ledger: SweepLedger; results: SweepResults } {
  const points: LedgerPoint[] = [];
  const figures = new Map<string, PointFigures>();
  const rows = [1, 2, 3, 4].map((layers): ResultRow => {
    const values = { 'sequence.layers': layers };
    for (const seed of [0, 1, 2]) {
      const failed = layers === 4 && seed === 2;
      const name = `layers-${layers}.seed-${seed}`;
      points.push({
        name,
        values,
        seed,
        recipe: name,
        status: failed ? 'failed' : 'done',
        run: failed ? null : `inception-seq-aug-layers-${layers}-seed-${seed}-1`,
        error: failed ? `The engine ran out of memory: ${'it asked for more than there is. '.repeat(6)}` : null,
        seconds: 12.5,
        process: null,
      });
      const [loss, f1] = FIGURES.map((figure, i) => ({
        ...figure,
        value: i === 0 ? 0.2 + layers / 50 : 0.8 + layers / 50,
        unit: 'slice' as const,
        counts: {},
      }));
      if (!failed) figures.set(name, { run: name, figures: [loss!, f1!], patients: 40 });
    }
    const cell = (mean: number) => ({ mean, deviation: 0.012, runs: 3, counts: null });
    return {
      values,
      done: layers === 4 ? 2 : 3,
      failed: layers === 4 ? 1 : 0,
      total: 3,
      seeds: [0, 1, 2],
      cells: {
        'mean-log-loss': cell(0.2 + layers / 50),
        'patient-f1 (truth: same-rule)': cell(0.8 + layers / 50),
      },
    };
  });
  return {
    ledger: { format: 1, name: 'layers', base: {}, points },
    results: {
      name: 'layers',
      marks: ['SYNTHETIC', 'SMOKE', 'LEAKY SPLIT'],
      axes: ['sequence.layers'],
      figures: FIGURES,
      rows,
      points: figures,
      made: [],
    },
  };
}

describeInChromium(
  'the page of a sweep',
  async (folder) => {
    const { ledger, results } = drawn();
    await writeFile(join(folder, 'index.html'), await sweepPage(ledger, results));
  },
  (chromium) => {
    itIsSound(chromium, 'index.html');

    it('says in its title what its figures are not', async () => {
      const page = await chromium.open('index.html');
      expect(await page.title()).toBe('SYNTHETIC · SMOKE · LEAKY SPLIT · layers · ichor sweep');
      await page.close();
    });
  },
);
