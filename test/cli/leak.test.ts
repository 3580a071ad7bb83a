import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSlices } from '../../src/runtime/artifacts/slices.ts';
import { readSplit } from '../../src/runtime/artifacts/split.ts';
import { ichor } from '../cli.ts';
import { tiny } from './tiny.ts';

const leaky = [...tiny, '--set', 'data.split={ type: random-slice, validation: 0.3 }'];
const MARKS = 'SYNTHETIC · SMOKE · LEAKY SPLIT';
let store: string;
beforeAll(async () => {
  store = await mkdtemp(join(tmpdir(), 'ichor-leak-'));
});
afterAll(() => rm(store, { recursive: true, force: true }));

it('a split of slices is an error in check and run, and nothing is computed', async () => {
  const { status, err } = await ichor(['run', 'recipes/quickstart.yaml', ...leaky, '--store', store]);
  expect(status).toBe(2);
  expect(err).toMatch(/error leak\n.*the sequence model validates on patients whose labels the backbone saw/);
  expect(err).toContain('accept: [leak]');
  expect(existsSync(join(store, 'runs'))).toBe(false);
});

it('accepted, every stage runs, and every number that comes out says LEAKY SPLIT', async () => {
  const run = ['run', 'recipes/quickstart.yaml', ...leaky, '--set', 'accept=[leak]', '--smoke'];
  const { status, out, err } = await ichor([...run, '--engine', 'wasm', '--store', store]);
  expect(status, err).toBe(0);
  expect(err).toMatch(/warning leak\n.*every number that comes out says LEAKY SPLIT/);
  expect(err).toMatch(/^quickstart {2}SMOKE {2}LEAKY SPLIT$/m);
  expect(out).toMatch(new RegExp(`^${MARKS} · validation: `, 'm'));
  expect(out).toMatch(/^LEAKY SPLIT: slices of the same patients were trained on/m);

  const record = JSON.parse(await readFile(join(store, 'runs', 'quickstart-1', 'run.json'), 'utf8'));
  const folder = (id: string) => join(store, 'store', record.artifacts[id].stage, record.artifacts[id].key);
  const slices = await readSlices(folder('index'));
  const sides = await readSplit(folder('split'));
  const series = new Map<string, Set<string>>();
  slices.forEach((row, i) => {
    if (row.labels) series.set(row.series, (series.get(row.series) ?? new Set()).add(sides[i]!.sequence));
  });
  // The point of the test: series with slices on both sides went through every stage.
  expect([...series.values()].some((own) => own.has('train') && own.has('validation'))).toBe(true);

  const metrics = JSON.parse(await readFile(join(folder('evaluate'), 'metrics.json'), 'utf8'));
  expect(metrics).toMatchObject({ synthetic: true, smoke: true, stamps: ['LEAKY SPLIT'] });
  const validated = sides.filter(({ backbone }) => backbone === 'validation').length;
  for (const model of metrics.models) {
    const side = model.sides.find((one: { side: string }) => one.side === 'validation');
    expect(side.labelled.slices).toBe(validated);
    expect(side.figures[0].counts.slices).toBe(validated);
  }
  // A series that was trained on validates nothing as a whole.
  const patients = (await readFile(join(folder('evaluate'), 'patients.csv'), 'utf8')).trim().split('\n');
  const [head, ...rows] = patients.map((line) => line.split(','));
  for (const row of rows) {
    const own = series.get(row[head!.indexOf('series')]!);
    if (own?.has('train')) expect(row[head!.indexOf('side')]).toBe('train');
  }

  const page = await readFile(join(store, 'runs', 'quickstart-1', 'report.html'), 'utf8');
  expect(page).toMatch(new RegExp(`<title>${MARKS} · `));
  expect(page).toContain('<span class="mark">LEAKY SPLIT</span>');
  expect(page).toContain(`<h2 class="small">${MARKS} · Validation, `);
  for (const [, caption] of page.matchAll(/<caption><span>([^<]*)/g)) expect(caption).toMatch(`${MARKS} · `);
  for (const plot of page.match(/<svg [\s\S]*?<\/svg>/g) ?? []) expect(plot).toContain(`>${MARKS}</text>`);
  for (const [, alt] of page.matchAll(/<img [^>]*alt="([^"]*)"/g)) expect(alt).toMatch(`${MARKS} · `);

  expect((await ichor(['runs', 'list', '--store', store])).out).toMatch(
    new RegExp(`^quickstart-1 .*  ${MARKS}(?: · |$)`, 'm'),
  );
  const shown = (await ichor(['runs', 'show', 'quickstart-1', '--store', store])).out;
  expect(shown).toMatch(new RegExp(`^quickstart-1 · ${MARKS} `));
  expect(shown).toMatch(new RegExp(`^${MARKS} · validation: `, 'm'));
}, 120_000);
