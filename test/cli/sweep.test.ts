import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ichor } from '../cli.ts';
import { RECIPE, smallSweep } from './small-sweep.ts';

const { folder, recipe, sweep, ledgerOf } = smallSweep();

test('runs each of its points, and makes what they share once', async () => {
  const whole = await ichor(sweep('whole'), { cwd: folder });
  expect(whole, whole.err).toMatchObject({ status: 0 });
  expect(whole.out).toContain('SYNTHETIC · tried: 4 done');
  // What the points share was made once: one source, one index, one set of shards.
  const source = (await ledgerOf('whole')).points.map(({ run }) => run);
  const keys = await Promise.all(
    source.map(async (run) => {
      const record = JSON.parse(await readFile(join(folder, 'whole', 'runs', `${run}`, 'run.json'), 'utf8'));
      return record.artifacts.shards.key as string;
    }),
  );
  expect(new Set(keys).size).toBe(1);
}, 300_000);

test('its points compare with each other, those that validate on other patients in curves and recipes alone', async () => {
  const runs = (await ledgerOf('whole')).points.map(({ run }) => `${run}`);
  const store = ['--store', join(folder, 'whole')];
  const { status, out } = await ichor(['runs', 'compare', ...runs.slice(0, 3), ...store, '--json'], { cwd: folder });
  expect(status).toBe(0);
  const compared = JSON.parse(out);
  expect(compared.runs.map(({ run }: { run: string }) => run)).toEqual(runs.slice(0, 3));
  expect(compared.runs.map(({ apart }: { apart: string | null }) => apart)).toEqual([
    null,
    null,
    expect.stringMatching(/^Run tried-\d has \d patients? on its validation side that tried-\d has not/),
  ]);
  const loss = compared.figures.find(({ name }: { name: string }) => name === 'mean-log-loss');
  const [a, b, c] = loss.of;
  expect(b.difference.value).toBeCloseTo(b.figure.value - a.figure.value, 12);
  expect([a.difference, c.difference]).toEqual([null, null]);
  expect(compared.values.map(({ path, of }: { path: string; of: unknown[] }) => [path, of])).toEqual([
    ['sequence.cells', [4, 6, 4]],
    ['data.split.validation', [0.4, 0.4, 0.3]],
  ]);
  expect(compared.curves.map(({ stage }: { stage: string }) => stage)).toEqual(['backbone', 'sequence']);
  // One backbone for the first two, and another for the third, which has other patients to train on.
  const [base, same, other] = compared.curves[0].of;
  expect(same).toEqual(base);
  expect(other).not.toEqual(base);
  const page = await readFile(compared.page, 'utf8');
  expect(page).toContain('SYNTHETIC');
  expect(page).toContain(`href="../runs/${runs[1]}/report.html"`);
  expect(page).toContain('A and B are one line.');

  const text = await ichor(['runs', 'compare', runs[0]!, runs[1]!, ...store, '--out', 'page.html'], { cwd: folder });
  expect(text.out).toMatch(/sequence\.cells +4 +6 +sequence\b.*\n/);
  expect(text.out).toContain('wrote page.html');
  const [first = ''] = runs;
  for (const [names, message] of [
    [[first], 'A comparison is of two runs at least.'],
    [[first, first], `Two of these names stand for one run, ${first}.`],
    [[first, 'nobody'], 'There is no run `nobody`'],
  ] satisfies [string[], string][]) {
    const wrong = await ichor(['runs', 'compare', ...names, ...store], { cwd: folder });
    expect(wrong).toMatchObject({ status: 2, err: expect.stringContaining(message) });
  }
}, 120_000);

test('a point that cannot be run does not stop the others: exit 1, its reason, and what is done stays', async () => {
  await writeFile(recipe, RECIPE.replace('[0.4, 0.01]', '[0.95, 0.4]').replace('[4, 6]', '[4]'));
  const { status, err, out } = await ichor(sweep('failing'), { cwd: folder });
  expect(status, err).toBe(1);
  expect(err).toMatch(
    /failed {2}validation-0\.95\.cells-4: A share of 0\.95 for validation leaves none of the \d+ labelled patients/,
  );
  expect(out).toContain('1 done, 1 failed');
  expect((await ledgerOf('failing')).points.map((point) => point.status)).toEqual(['failed', 'done']);
}, 300_000);

test('a changed recipe is refused; a recipe without a sweep too', async () => {
  await writeFile(recipe, RECIPE.replace(', 0.01', ', 0.3').replace('layers: 1', 'layers: 2'));
  const { status, err } = await ichor(sweep('whole'), { cwd: folder });
  expect(status).toBe(2);
  expect(err).toContain('error[sweep-incompatible]');
  expect(err).toContain('(changed: sequence.layers)');
  await writeFile(recipe, RECIPE.slice(0, RECIPE.indexOf('sweep:')));
  const plain = await ichor(sweep('whole'), { cwd: folder });
  expect(plain.status).toBe(2);
  expect(plain.err).toContain('no-sweep');
}, 60_000);
