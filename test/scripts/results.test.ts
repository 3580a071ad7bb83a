import { expect, it } from 'vitest';
// @ts-expect-error: a script without types
import { audit } from '../../scripts/results/audit.mjs';
// @ts-expect-error: a script without types
import { byHeads } from '../../scripts/results/by-heads.mjs';
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

it('what can be concluded: by the tables and not by what came out, primary claims first, ten at most', async () => {
  const named = async (name: string, claim: Parameters<typeof madeClaim>[0]) => ({
    ...(await json([madeClaim(claim)])),
    name,
  });
  const open = await named('a', { claim: 'a large gain', question: { kind: 'better', by: 0.099, sides: 2 } });
  const seen = await named('b', { claim: 'some gain', attempts: 2 });
  const both = await json([
    madeClaim({ claim: 'the same once more' }),
    madeClaim({ claim: 'the gain', primary: true, limit: 'Of made-up numbers' }),
  ]);
  const lines: string[] = conclusions([open, seen, both]);
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(
    /^\*\*Shown\*\*: the gain; a gain in mean-log-loss of \+0\.1\d+ \(95 % interval \+0\.0\d+ to \+0\.1\d+\), over 5 trainings and 40 generated validation patients\. _Limit: Generated heads, small networks: nothing about patients\. Of made-up numbers\._$/,
  );
  // Undecided, and before one that holds.
  expect(lines[1]).toMatch(
    /^\*\*Not decided\*\*: a large gain; .* A gain from 0\.1\d+ on would be found in about seven/,
  );
  expect(lines[2]).toMatch(/^\*\*Seen\*\*: some gain; .*Exploratory\. Attempt 2\._$/);
  const many = Array.from({ length: 14 }, (_, i) => ({ ...seen, name: `t${i}` }));
  expect(conclusions(many)).toHaveLength(10);
});

it('what is gained on each set of heads that was run, over the trainings that both rows have', () => {
  const seeds = (values: number[]) =>
    values.map((value, i) => ({ seed: i, data: 500, figures: [{ name: 'mean-log-loss', value }] }));
  const rows = [
    { name: 'inception-seq-noaug', set: {}, seeds: seeds([0.1, 0.2]) },
    { name: 'per-slice', set: {}, seeds: seeds([0.15, 0.27]) },
    { name: 'inception-3w', set: { 'data.source.context': 0 }, seeds: seeds([9, 9]) },
  ];
  expect(byHeads([{ rows }]).split('\n')[2]).toBe('| 500 | 2 | 0.1500 |  | +0.0600 |  |');
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
  const table = await json([madeClaim({ claim: 'without context a and b are equal' })]);
  const made = { ...table, name: 'selection' };
  expect(audit([made])).toMatch(/within 0\.011: \+0\.1\d+ \[\+0\.\d+, \+0\.\d+\], holds\./);
  expect(audit([made])).toContain('Of 1 claims here 1 are decided: 1 hold, 0 fail.');
  const { rows } = made as { rows: { name: string }[] };
  const second = { ...made, name: 'table-2', rows: rows.map((row) => ({ ...row, name: 'inception-3w' })) };
  expect(audit([second])).toMatch(/The base loses 0\.\d{4}, per-slice not run/);
});
