import { join } from 'node:path';
import { builtIn } from '../../dist/plugins/index.js';
import { createRegistry } from '../../dist/src/registry/registry.js';
import { resolveTable } from '../../dist/src/registry/table/resolve-table.js';
import { openRows } from '../../dist/src/runtime/table/paired-runs.js';
import { isEffect } from '../../dist/src/statistics/effect.js';
import { nestedEffect } from '../../dist/src/statistics/nested.js';
import { intervalOf } from '../../dist/src/statistics/question.js';
import { ROOT } from '../script.mjs';

/**
 * Of each claim whose rows have one seed: the gain with a 95 % interval over the patients alone, of these very networks. Student's t over the
 * patients' pseudo-values (docs/statistics.md). It decides nothing: another training is in no such interval.
 * @param table table.json
 * @returns {Promise<Map<string, { mean: number, low: number, high: number }>>} by claim
 */
export async function alonePatients(name, table, work) {
  const registry = createRegistry(builtIn);
  const file = join(ROOT, 'recipes', 'tables', `${name}.yaml`);
  const { rows } = (await resolveTable(file, { registry, cwd: work })).table;
  const { paired } = openRows(join(work, '.ichor', 'runs'));
  const found = new Map();
  for (const { claim, row, than, figure, better } of table.claims) {
    const [mine, other] = [row, than].map((one) => table.rows.find(({ name }) => name === one));
    if (mine?.seeds.length !== 1 || other?.seeds.length !== 1) continue;
    const runs = (one) => one.seeds[0].folds.map(({ status, run }) => (status === 'done' ? run : null));
    const [left, right] = [runs(mine), runs(other)];
    if ([...left, ...right].includes(null)) continue;
    const rowOf = (one) => rows.find((each) => each.name === one);
    const pair = { left: { row: rowOf(row), runs: left }, right: { row: rowOf(than), runs: right } };
    const { pairs } = await paired([pair], figure);
    const sign = better === 'lower' ? -1 : 1;
    const [{ value, pseudo }] = pairs;
    if (value === null || pseudo.includes(null)) continue;
    const effect = nestedEffect(pseudo.map((one) => sign * one));
    if (!isEffect(effect)) continue;
    found.set(claim, { ...intervalOf(effect, 0.95), mean: sign * value });
  }
  return found;
}
