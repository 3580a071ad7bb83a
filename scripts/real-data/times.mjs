import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Minutes by row, in the order of the tables: what making the artifacts of its finished runs took, as their manifests say, each counted in the
 * first row that has it. Of one that was stopped and went on, the last part alone (`atLeast`).
 * @param tables each table.json
 * @returns {Map<string, { minutes: number, atLeast: boolean }>} by `TABLE: ROW`
 */
export function minutesByRow(tables, work) {
  const store = join(work, '.ichor');
  const read = (...path) => JSON.parse(readFileSync(join(store, ...path), 'utf8'));
  const counted = new Set();
  const found = new Map();
  for (const table of tables)
    for (const { name, baseline, seeds } of table.rows) {
      if (baseline !== null) continue;
      let [seconds, atLeast] = [0, false];
      for (const { run } of seeds.flatMap(({ folds }) => folds ?? [])) {
        if (run === null) continue;
        for (const { stage, key } of Object.values(read('runs', run, 'run.json').artifacts)) {
          if (counted.has(key)) continue;
          counted.add(key);
          const made = read('store', stage, key, 'manifest.json');
          seconds += made.seconds ?? 0;
          atLeast ||= made.resumed === true;
        }
      }
      found.set(`${table.name}: ${name}`, { minutes: seconds / 60, atLeast });
    }
  return found;
}
