import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadScript, ROOT } from './scripts.ts';

interface Bar {
  must: number;
  aim?: number;
  atMost?: boolean;
  exact?: boolean;
}
interface Row {
  what: string;
  figure?: number;
  unit?: string;
  bar?: Bar | null;
  note?: string;
  verdict?: string;
  share?: number;
  rounds?: { least: number; most: number };
}
interface Statistics {
  median(values: number[]): number;
  summary(values: number[]): { count: number; median: number; least: number; most: number; spread: number };
  ratioOf(ours: number[][], theirs: number[][]): { ratio: number; rounds: { least: number; most: number } };
  verdict(figure: number, bar: Bar | null): string;
  gflops(work: { multiplyAdds: number; batch: number; training?: boolean }, milliseconds: number): number;
}
interface Table {
  cells(row: Row): string[];
  textTable(rows: string[][], headings: string[]): string;
  markdownTable(rows: string[][], headings: string[]): string;
  markdown(all: { machine: object; results: Record<string, object> }): string;
  between(page: string, text: string): string;
}
interface Main {
  parse(args: string[]): { cases: string[]; threads?: number; rounds?: number; write?: boolean };
}
const { median, summary, ratioOf, verdict, gflops } = await loadScript<Statistics>('bench/engine/statistics.mjs');
const { cells, textTable, markdownTable, markdown, between } = await loadScript<Table>('bench/engine/table.mjs');
const { parse } = await loadScript<Main>('bench/engine/main.mjs');
const { sums } = await loadScript<{ sums(said: string, steps: number): Record<string, number> }>(
  'bench/engine/profile.mjs',
);
const recipe = await loadScript<{
  result(
    what: string,
    bar: Bar,
    events: object[],
    items: { train: number; batch: number },
    step: { train: number; score: number },
  ): { rows: Row[]; seconds: { stage: number; epochs: number; bare: number } };
}>('bench/engine/recipe.mjs');
const { CASES } = await loadScript<{ CASES: Record<string, object> }>('bench/engine/cases.mjs');

test('medians, spread and ratios of times', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(() => median([])).toThrow();
  expect(summary([10, 8, 12])).toEqual({ count: 3, median: 10, least: 8, most: 12, spread: 0.4 });
  const { ratio, rounds } = ratioOf(
    [
      [100, 100],
      [200, 200],
      [100, 100],
    ],
    [
      [120, 120],
      [220, 220],
      [150, 150],
    ],
  );
  // Medians of all: 150 over 100. By round: 1.2, 1.1, 1.5.
  expect(ratio).toBeCloseTo(1.5, 12);
  expect([rounds.least, rounds.most]).toEqual([1.1, 1.5]);
  // 2 x 4e9 x 8 = 64 GFLOP in half a second; three times as many in training.
  expect(gflops({ multiplyAdds: 4e9, batch: 8 }, 500)).toBeCloseTo(128, 9);
  expect(gflops({ multiplyAdds: 4e9, batch: 8, training: true }, 500)).toBeCloseTo(384, 9);
});

test.each([
  [1.5, { must: 1.1, aim: 1.4 }, 'aim reached'],
  [1.45, { must: 1.1, aim: 1.4 }, 'at its aim, within noise'],
  [1.34, { must: 1.1, aim: 1.4 }, 'at its aim, within noise'],
  [1.3, { must: 1.1, aim: 1.4 }, 'must reached'],
  [1.12, { must: 1.1, aim: 1.4 }, 'at its must, within noise'],
  [1.06, { must: 1.1, aim: 1.4 }, 'at its must, within noise'],
  [1.03, { must: 1.1, aim: 1.4 }, 'MISSED'],
  [0.37, { must: 0.7, aim: 0.4, atMost: true }, 'aim reached'],
  [0.5, { must: 0.7, aim: 0.4, atMost: true }, 'must reached'],
  [0.72, { must: 0.7, aim: 0.4, atMost: true }, 'at its must, within noise'],
  [0.75, { must: 0.7, aim: 0.4, atMost: true }, 'MISSED'],
  [1.6, { must: 1.9, aim: 1.6, atMost: true, exact: true }, 'aim reached'],
  [1.9, { must: 1.9, aim: 1.6, atMost: true, exact: true }, 'must reached'],
  [1.91, { must: 1.9, aim: 1.6, atMost: true, exact: true }, 'MISSED'],
  [9, null, 'no bar'],
])('%s against %j: %s', (figure, bar, said) => {
  expect(verdict(figure, bar)).toBe(said);
});

test('rows as cells and tables', () => {
  const row = cells({
    what: 'a | b',
    figure: 1.234,
    bar: { must: 1.1, aim: 1.4 },
    rounds: { least: 1.1, most: 1.5 },
    verdict: 'must reached',
    share: 0.554,
  });
  expect(row).toEqual(['a | b', '', '', '1.23×', '1.10–1.50', '≥ 1.10×', '≥ 1.40×', 'must reached', '55 %']);
  const memory = cells({ what: 'm', figure: 1.75, unit: 'GB', bar: { must: 1.9, aim: 1.6, atMost: true } });
  expect(memory.slice(3)).toEqual(['1.75 GB', '', '≤ 1.90 GB', '≤ 1.60 GB', '', '']);
  // A row that was not timed says why where its figure would be.
  expect(cells({ what: 'x', note: 'skipped: no AMX' })[3]).toBe('skipped: no AMX');
  expect(markdownTable([['a | b', '1']], ['what', 'n'])).toBe('| what | n |\n|---|---|\n| a \\| b | 1 |');
  expect(textTable([['long one', '1']], ['', 'n'])).toBe('          n\nlong one  1');
});

test('the table replaces what stands between the markers of the page, and nothing else', async () => {
  const page = await readFile(join(ROOT, 'docs', 'performance.md'), 'utf8');
  const machine = { cpu: 'A Processor', cores: 2, instructions: 'avx2', memoryBytes: 2 ** 33, system: 's', node: '20' };
  const result = {
    date: '2026-01-02T03:04:05Z',
    busy: 0.01,
    threads: 2,
    ichor: '0.2.0 at abc',
    rows: [{ what: 'a row', figure: 2 }],
  };
  const text = markdown({ machine, results: { one: { ...result, versions: { PyTorch: '2' } } } });
  expect(text).toContain('2026-01-02 on A Processor (2 cores, avx2; 8.00 GiB; s)');
  expect(text).toContain('ichor 0.2.0 at abc, Node 20, PyTorch 2.');
  const once = between(page, text);
  expect(between(once, text)).toBe(once);
  expect(once).toContain('| a row |');
  const [before] = page.split('<!-- engine-bench:begin -->');
  const [, after] = page.split('<!-- engine-bench:end -->');
  expect(once.startsWith(before as string)).toBe(true);
  expect(once.endsWith(after as string)).toBe(true);
  expect(() => between('no markers', text)).toThrow('engine-bench:begin');
});

test('options: cases in their order, and what nobody can mean is said', () => {
  expect(parse([]).cases).toEqual(Object.keys(CASES));
  expect(parse(['profile', 'limits', '--threads', '4', '--write'])).toMatchObject({
    cases: ['limits', 'profile'],
    threads: 4,
    write: true,
  });
  expect(() => parse(['resnet'])).toThrow('There is no case resnet');
  expect(() => parse(['--rounds', '0'])).toThrow('--rounds takes a whole number');
  expect(() => parse(['--round', '1'])).toThrow('--round');
  expect(() => parse(['--render'])).toThrow('--from');
});

test('what oneDNN says of a step is summed by primitive', () => {
  const line = (primitive: string, direction: string, time: number) =>
    `onednn_verbose,primitive,exec,cpu,${primitive},jit:avx512_core,${direction},src_f32::blocked:acdb:f0,attr-scratchpad:user,alg:convolution_direct,mb8_ic64oc64,${time}`;
  const said = [
    'onednn_verbose,info,cpu,runtime:threadpool,nthr:2',
    line('convolution', 'forward_training', 3),
    line('convolution', 'forward_inference', 1),
    line('convolution', 'backward_weights', 6),
    'onednn_verbose,primitive,create:cache_hit,cpu,convolution,jit:avx512_core,forward_training,x,,,y,0.01',
    // Of oneDNN before 3: without the word.
    line('reorder', 'undef', 0.5).replace('primitive,exec', 'exec'),
    'something else',
  ].join('\n');
  expect(sums(said, 2)).toEqual({
    'convolution, forward': 2,
    'convolution, backward to its kernel': 3,
    reorders: 0.25,
  });
});

test('a stage against its bare steps: what trains and what validates count as what they cost', () => {
  const speed = { seconds: 2, slicesPerSecond: 120, engineShare: 0.9 };
  const events = [
    { type: 'stage-done', stage: 'shards', seconds: 99 },
    { type: 'epoch', stage: 'backbone', speed: null },
    { type: 'epoch', stage: 'backbone', speed },
    { type: 'epoch', stage: 'backbone', speed },
    { type: 'stage-done', stage: 'backbone', seconds: 5 },
  ];
  // An epoch: 160 images in steps of 16 at 150 ms, and 80 in steps at 50 ms: 1.5 s + 0.25 s.
  const { rows, seconds } = recipe.result(
    'r',
    { must: 0.9 },
    events,
    { train: 160, batch: 16 },
    { train: 150, score: 50 },
  );
  expect(seconds).toEqual({ stage: 5, epochs: 4, bare: 3.5 });
  expect(rows.map(({ figure }) => figure)).toEqual([0.7, 0.875]);
  expect(rows[0]?.verdict).toBe('MISSED');
  expect(() => recipe.result('r', { must: 0.9 }, [], { train: 1, batch: 1 }, { train: 1, score: 1 })).toThrow(
    'no epoch',
  );
});
