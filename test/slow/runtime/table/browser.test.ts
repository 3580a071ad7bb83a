import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createRegistry } from '../../../../src/registry/registry.ts';
import type { TableClaim, TableRow } from '../../../../src/registry/table/table.ts';
import type { ClaimResult } from '../../../../src/runtime/table/claims.ts';
import { tablePage } from '../../../../src/runtime/table/page.ts';
import type { RowResult, TableResults } from '../../../../src/runtime/table/results.ts';
import type { SeedResult } from '../../../../src/runtime/table/seed-result.ts';
import { describeInChromium, itIsSound, LOOKS } from '../../../browser.ts';

const SEEDS = [211, 212, 213, 214, 215];
const FIGURES = [
  { name: 'mean-log-loss', better: 'lower' },
  { name: 'kaggle-log-loss', better: 'lower' },
  { name: 'patient-f1 (truth: same-rule)', better: 'higher' },
] as const;

function row(name: string, more: Partial<TableRow> = {}): TableRow {
  return {
    name,
    stated: name,
    at: 'tables/table-2.yaml:15',
    set: {},
    note: 'The network of the row’s name at a quarter of its width, from scratch, on generated pictures.',
    file: `/somewhere/${name}.yaml`,
    profile: ['ci'],
    values: null,
    figures: [],
    baseline: null,
    seeds: SEEDS,
    dataSeeds: [null],
    folds: null,
    runs: [],
    registry: createRegistry([]),
    plugins: [],
    blocking: [],
    findings: [],
    ...more,
  };
}

function result(name: string, loss: number, more: Partial<TableRow> = {}): RowResult {
  const seeds = SEEDS.map(
    (seed): SeedResult => ({
      seed,
      data: null,
      fold: null,
      folds: [],
      predictors: [{ predictor: 'constant', name: 'mean-log-loss', value: 0.24302 }],
      run: `${name}-${seed}-1`,
      status: 'done',
      error: null,
      seconds: 48.2,
      recipeHash: '7d0c'.repeat(16),
      record: null,
      figures: FIGURES.map((figure, i) => ({
        ...figure,
        value: i < 2 ? loss + seed / 1e5 : 1 - loss,
        unit: i < 2 ? ('slice' as const) : ('patient' as const),
        counts: { tp: 20, fp: 3, fn: 4, tn: 30 },
      })),
      intervals: Object.fromEntries(
        FIGURES.slice(0, 2).map(({ name: figure }) => [
          figure,
          { low: loss - 0.03, high: loss + 0.03, draws: 1000, skipped: 0 },
        ]),
      ),
      patients: 57,
    }),
  );
  const cell = (mean: number) => ({ mean, deviation: 0.0031, runs: 3, counts: null });
  return {
    row: row(name, more),
    marks: ['SYNTHETIC'],
    budget: null,
    budgetMarks: [],
    ran: {
      backbone: 'inception-resnet-v2, width 0.25, blocks 0.2, from scratch',
      sequence: 'bi-lstm, layers 2, cells 32',
      image: '96 × 96, brain + subdural + bone',
      source: 'phantom',
      profile: 'ci',
    },
    seeds,
    runs: seeds,
    ranks: [],
    cells: {
      'mean-log-loss': cell(loss),
      'kaggle-log-loss': cell(loss),
      'patient-f1 (truth: same-rule)': cell(1 - loss),
    },
    comparable: {
      comparable: false,
      reasons: ['it ran under the profile ci', 'its pictures are generated'],
      paper: null,
    },
    paper: '0.050',
    paperPrivate: '0.065 (not measurable here)',
  };
}

function drawn(): { results: TableResults; claims: ClaimResult[] } {
  const stated: TableClaim = {
    claim: 'neighbours lower the loss by two hundredths beyond what as many weights do without them',
    row: 'inception-seq-noaug',
    than: 'inception-3w',
    partner: null,
    figure: 'mean-log-loss',
    design: 'crossed',
    question: { kind: 'better', by: 0.02, sides: 2 },
    primary: true,
    gate: true,
    attempts: 2,
    fixedOn: { 'data.seed': [200], seed: [1, 2, 3] },
    budget: 'matched',
    limit: 'Of generated heads, whose bleeds go through several slices by construction.',
    at: 'tables/table-2.yaml:55',
    expect: 'holds',
  };
  const failed = result('resnet50-1w', 0.31);
  const rows = [
    result('inception-3w', 0.24),
    result('inception-seq-noaug', 0.19),
    {
      ...failed,
      seeds: failed.seeds.map((seed) => ({
        ...seed,
        status: 'failed' as const,
        error: 'No space is left on the device. '.repeat(5),
      })),
    },
    result('inception-seq-noaug-no-context', 0.22, {
      set: { 'data.source.singleSliceMimics': 0, 'train.sequence.optimizer.learningRate': 0.0001 },
    }),
    ...[1, 2, 3].map((layers) =>
      result(`layers-${layers}`, 0.2 + layers / 100, { stated: 'layers', values: { 'sequence.layers': layers } }),
    ),
  ];
  const claim = (outcome: ClaimResult['outcome'], met: boolean | null, more: Partial<TableClaim> = {}): ClaimResult => {
    const mean = outcome === 'holds' ? 0.05 : outcome === 'fails' ? -0.01 : 0.021;
    return {
      claim: { ...stated, ...more },
      outcome,
      why: null,
      gain: {
        mean,
        standardError: 0.006,
        df: 5.3,
        low: mean - 0.015,
        high: mean + 0.015,
        level: 0.95,
        p: 0.0021,
        adjusted: 0.0084,
        smallest: 0.0412,
        spread: { patients: 0.04, seeds: 0.01, rest: 0.03 },
      },
      pairs: SEEDS.map((seed, i) => ({ seed, data: null, row: 0.19, than: 0.24, gain: mean + (i - 2) * 0.007 })),
      better: 'lower',
      patients: 57,
      generator: 'phantom, version 2',
      met,
    };
  };
  const f1 = { figure: 'patient-f1 (truth: same-rule)', primary: false, gate: false, limit: null };
  return {
    results: {
      table: {
        file: '/somewhere/table-2.yaml',
        name: 'table-2',
        title: 'Table II: average log loss',
        figures: FIGURES.map(({ name }) => name),
        paper: 'log-loss',
        notes: ['Backbone and augmentation orderings are reported, not claimed.'],
        profile: 'ci',
        set: [],
        rows: rows.map((one) => one.row),
        claims: [stated],
      },
      marks: ['SYNTHETIC', 'LEAKY SPLIT'],
      figures: FIGURES,
      rows,
      partners: [],
    },
    claims: [
      claim('holds', true),
      claim('undecided', false, { question: { kind: 'better', by: 0, sides: 2 }, claim: 'augmentation is better' }),
      claim('fails', null, {
        question: { kind: 'same', within: 0.02 },
        claim: 'channels without information change nothing',
      }),
      { ...claim('undecided', null, f1), why: '3 of 5 seeds', gain: null },
      { ...claim('undecided', null, f1), why: 'row resnet50-1w, seed 211, failed: No space.', gain: null, pairs: [] },
    ],
  };
}

/** Tables that scroll sideways, by how many pixels. */
const CUT_TABLES = `[...document.querySelectorAll('.scroll')].flatMap((region) =>
  region.scrollWidth > region.clientWidth ? [region.ariaLabel + ' by ' + (region.scrollWidth - region.clientWidth)] : []
)` as unknown as () => string[];

/** Words in the column of rows that go on in a second line; a hyphen, and a dot in a path, end a word. */
const BROKEN_WORDS =
  `[...document.querySelectorAll('tbody th')].filter((node) => node.checkVisibility()).flatMap((head) => {
  const walker = document.createTreeWalker(head, NodeFilter.SHOW_TEXT);
  const broken = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (const match of node.data.matchAll(/[^\\s-]+/g)) {
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) broken.push(match[0]);
    }
  }
  return broken;
})` as unknown as () => string[];

describeInChromium(
  'the page of a table',
  async (folder) => {
    const { results, claims } = drawn();
    await writeFile(join(folder, 'index.html'), await tablePage(results, claims));
  },
  (chromium) => {
    itIsSound(chromium, 'index.html');
    it.each(LOOKS.filter(([width]) => width === 1280))('cuts no column at %i px, %s', async (...look) => {
      const page = await chromium.open('index.html', look);
      expect(await page.evaluate(CUT_TABLES)).toEqual([]);
      await page.close();
    });
    it.each(LOOKS)('breaks no word in the column of rows at %i px, %s', async (...look) => {
      const page = await chromium.open('index.html', look);
      expect(await page.evaluate(BROKEN_WORDS)).toEqual([]);
      await page.close();
    });
  },
);
