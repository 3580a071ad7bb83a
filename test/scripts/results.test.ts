import { expect, it } from 'vitest';
// @ts-expect-error: a script without types
import { audit } from '../../scripts/results/audit.mjs';
// @ts-expect-error: a script without types
import { conclusions } from '../../scripts/results/conclusions.mjs';
// @ts-expect-error: a script without types
import { shortTable } from '../../scripts/results/short-tables.mjs';
import { claimResults } from '../../src/runtime/table/claims.ts';
import { tableJson } from '../../src/runtime/table/json.ts';
import { around, differing, madeClaim, madeResult, madeTable } from '../runtime/table/made-up.ts';

const predictors = [{ predictor: 'constant' as const, name: 'mean-log-loss', value: 0.1 }];
async function json(claims: Parameters<typeof madeTable>[1], marks: string[] = ['SYNTHETIC']) {
  const rows = [madeResult('more', { predictors }), madeResult('less')].map((row) => ({
    ...row,
    cells: { 'mean-log-loss': { mean: 0.2, deviation: 0.01, runs: 5, counts: null } },
  }));
  const results = { ...madeTable(rows, claims), marks };
  return JSON.parse(tableJson(results, await claimResults(results, differing(around(0.1)))));
}

it('what can be concluded: primary claims first, each with its figure and its limit, and ten at most', async () => {
  const table = await json([
    madeClaim({ claim: 'some gain' }),
    madeClaim({ claim: 'a large gain', question: { kind: 'better', by: 0.099, sides: 2 } }),
    madeClaim({ claim: 'the gain', primary: true, limit: 'Of made-up numbers' }),
  ]);
  const lines: string[] = conclusions([table]);
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(
    /^\*\*Shown\*\*: the gain; a gain in mean-log-loss of \+0\.1\d+ \(95 % interval \+0\.0\d+ to \+0\.1\d+\), over 5 trainings and 40 validation patients\. _Limit: Generated heads, small networks: nothing about patients\. Of made-up numbers\._$/,
  );
  expect(lines[1]).toMatch(/^\*\*Shown\*\*: some gain; .*Exploratory\._$/);
  expect(lines[2]).toMatch(/^\*\*Not decided\*\*: a large gain; .* From 0\.1\d+ on it would have been found\./);
  const many = await json(Array.from({ length: 14 }, (_, i) => madeClaim({ claim: `c${i}` })));
  expect(conclusions([many])).toHaveLength(10);
});

it('a table in short: plot, claims, means, and a link to the whole', async () => {
  const text: string = shortTable(await json([madeClaim()]), { forest: true });
  expect(text).toMatch(/^## SYNTHETIC · Made up\n\n!\[.*\]\(images\/results\/made\.svg\)/);
  expect(text).toMatch(/\| more is better \| holds \| \+0\.1\d+ \[\+0\.\d+, \+0\.\d+\] \| exploratory \| 1 \|/);
  expect(text).toContain('| more | 0.2000 ± 0.0100<br><small>no better than constant (0.1000)</small> |');
  expect(text).toContain('[the whole table](results/made.md)');
});

it('what was wrong before stands with the figures of today, or says that they are not here', async () => {
  const none = audit([]);
  expect(none.split('\n')).toHaveLength(2 + 9);
  expect(none).toContain('Loss: by patient not run, by series not run');
  const table = await json([madeClaim({ claim: 'where neighbours tell nothing, a and b are equal' })]);
  const made = { ...table, name: 'selection' };
  expect(audit([made])).toMatch(/what neighbours give: \+0\.1\d+ \[\+0\.\d+, \+0\.\d+\], holds\./);
  expect(audit([made])).toContain('Of 1 claims here 1 are decided.');
  const { rows } = made as { rows: { name: string }[] };
  const second = { ...made, name: 'table-2', rows: rows.map((row) => ({ ...row, name: 'inception-3w' })) };
  expect(audit([second])).toMatch(/Table II: base 0\.\d{4}, per-slice not run/);
});
