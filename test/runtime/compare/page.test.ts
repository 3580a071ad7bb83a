import { expect, it } from 'vitest';
import type { ComparedCell, ComparedRun, Comparison } from '../../../src/runtime/compare/comparison.ts';
import { comparisonPage, isComparisonPage } from '../../../src/runtime/compare/page.ts';
import { comparisonTables } from '../../../src/runtime/compare/tables.ts';
import { sharedText, verdict } from '../../../src/runtime/compare/words.ts';

const run = (name: string, more: Partial<ComparedRun> = {}): ComparedRun => ({
  run: name,
  recipe: 'heads',
  recipeHash: 'abcdef0123456789',
  state: 'done',
  folder: `/store/runs/${name}`,
  started: '2026-01-02T03:04:05Z',
  marks: [],
  worse: [],
  judged: {
    model: 'sequence',
    component: 'bi-lstm',
    side: 'validation',
    counts: { slices: 400, series: 30, patients: 30 },
  },
  apart: null,
  ...more,
});
const cell = (value: number, difference: [number, number, number] | null, patients = 30): ComparedCell => ({
  figure: { name: 'mean-log-loss', value, better: 'lower', unit: 'slice', counts: {} },
  patients,
  interval: null,
  difference: difference && {
    value: difference[0],
    interval: { low: difference[1], high: difference[2], draws: 1000, skipped: 0 },
  },
});
const comparison: Comparison = {
  runs: [
    run('a-1', { marks: ['SYNTHETIC'] }),
    run('b-<2>', { marks: ['LEAKY SPLIT', 'WORSE THAN BASE'], worse: ['Worse than its own base network.'] }),
    run('c-3', { state: 'running', judged: null, apart: 'Run c-3 has no figures (running).' }),
  ],
  figures: [
    {
      name: 'mean-log-loss',
      better: 'lower',
      label: null,
      of: [cell(0.1, null), cell(0.08, [-0.02, -0.03, -0.01]), null],
    },
  ],
  draws: 1000,
  curves: [
    {
      stage: 'backbone',
      of: [
        [{ update: 10, epoch: 1, trainLoss: 1, validationLoss: 0.9, validationMeanLogLoss: 0.2 }],
        [{ update: 10, epoch: 1, trainLoss: 1, validationLoss: 0.9, validationMeanLogLoss: 0.2 }],
        [],
      ],
    },
  ],
  values: [{ path: 'sequence.cells', of: [4, '<b>', undefined], stages: ['sequence'] }],
  facts: [{ name: 'git commit', texts: ['a'.repeat(40), 'none', 'none'] }],
};

it('is one page without a request, the same bytes each time, its links from where it lies', async () => {
  const page = await comparisonPage(comparison, '/store/comparisons');
  expect(await comparisonPage(comparison, '/store/comparisons')).toBe(page);
  // The browser is held to it: the policy of every page.
  expect(page).toContain("default-src 'none'");
  expect(page).not.toMatch(/<script|<link(?! rel="icon" href="data:,")/);
  expect(page).toContain('href="../runs/a-1/report.html"');
  expect(page).toContain('href="../runs/b-%3C2%3E/report.html"');
  expect(page).not.toContain('b-<2>');
  expect(page).toContain('b-&lt;2&gt;');
  // Marks of all runs stand at its head, verdicts beside the run that has them.
  expect(page).toContain('<span class="mark">SYNTHETIC</span> <span class="mark">LEAKY SPLIT</span>');
  expect(page).toContain('B: Worse than its own base network.');
  expect(page).toContain('No difference between A and C: Run c-3 has no figures (running).');
  expect(page).toContain('A and B are one line.');
  expect(page).toContain('not there');
});

it('says better and worse only where the whole interval does, and of no few patients', () => {
  const lower = { better: 'lower' } as const;
  const higher = { better: 'higher' } as const;
  expect(verdict(lower, cell(0.1, [-0.02, -0.03, -0.01]))).toBe('better');
  expect(verdict(higher, cell(0.1, [-0.02, -0.03, -0.01]))).toBe('worse');
  expect(verdict(lower, cell(0.1, [0.02, 0.01, 0.03]))).toBe('worse');
  expect(verdict(higher, cell(0.1, [0.02, 0.01, 0.03]))).toBe('better');
  expect(verdict(lower, cell(0.1, [-0.02, -0.03, 0]))).toBe('');
  expect(verdict(lower, cell(0.1, [-0.02, -0.03, -0.01], 3))).toBe('');
  expect(verdict(lower, cell(0.1, null))).toBe('');
});

it('says why no interval stands there, and then nothing of brackets', () => {
  const few = (patients: number): Comparison => ({
    ...comparison,
    figures: [
      { ...comparison.figures[0]!, of: [cell(0.1, null, patients), cell(0.08, [-0.02, -0.03, -0.01], patients)] },
    ],
  });
  const notes = (patients: number) => comparisonTables(few(patients)).notes.join(' ');
  expect(notes(8)).toMatch(/No interval stands beside a difference on 8 patients: on fewer than 20/);
  expect(notes(1)).toMatch(/on a single patient:/);
  expect(notes(8)).not.toMatch(/In brackets|No interval.*No interval/);
  expect(notes(30)).toMatch(/In brackets/);
  expect(notes(30)).not.toMatch(/No interval/);
});

it('is known again as a page of its own kind', async () => {
  const page = await comparisonPage(comparison, '/pages');
  expect(isComparisonPage(page)).toBe(true);
  expect(isComparisonPage(page.replace('ichor · comparison', 'ichor · run report'))).toBe(false);
  expect(isComparisonPage('notes about "ichor · comparison"')).toBe(false);
});

it('is plain cells too', () => {
  const { figures, runs, values, facts } = comparisonTables(comparison);
  expect(figures).toEqual([
    ['figure', 'A', 'B', 'B − A', '', 'C', 'C − A', ''],
    ['mean-log-loss ↓', '0.1000', '0.0800', '−0.0200 [−0.0300, −0.0100]', 'better', '', '', ''],
  ]);
  expect(runs[3]).toEqual(['C', 'c-3', 'running', 'no figures', '']);
  expect(values).toEqual([
    ['value of the recipe', 'A', 'B', 'C', 'read by'],
    ['sequence.cells', '4', '<b>', 'not there', 'sequence'],
  ]);
  expect(facts[1]).toEqual(['git commit', 'aaaaaaaaaaaa', 'none', 'none']);
  const point = { update: 1, epoch: 1, trainLoss: 1, validationLoss: null, validationMeanLogLoss: null };
  expect(sharedText([[point], [{ ...point, trainLoss: 2 }], [point], [point], []])).toBe('A, C and D are one line.');
  expect(sharedText([[point], [], []])).toBeNull();
});

it('names components that are others behind recipes that say the same', async () => {
  const same = { ...comparison, values: [], facts: [{ name: 'git commit', texts: ['a', 'b', 'b'] }] };
  expect(comparisonTables(comparison).same).toBeNull();
  expect(comparisonTables(same).same).toBe('The recipes resolve to the same.');
  const facts = [
    { name: 'window my/soft', component: 'window my/soft', texts: ['version 1', 'version 2', 'version 2'] },
    { name: 'code of window my/soft', component: 'window my/soft', texts: ['a'.repeat(64), 'b'.repeat(64), 'none'] },
  ];
  const said =
    'The recipes say the same, and what they name is not the same: version of window my/soft, code of window my/soft.';
  const other = { ...same, facts };
  expect(comparisonTables(other).same).toBe(said);
  expect(comparisonTables(other).facts[2]).toEqual(['code of window my/soft', 'aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'none']);
  expect(await comparisonPage(other, '/pages')).toContain(said);
});
