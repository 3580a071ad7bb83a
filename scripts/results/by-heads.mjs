import { decimals, signed } from '../cells.mjs';

const FIGURE = 'mean-log-loss';
const ROWS = ['inception-3w', 'per-slice', 'single-slices', 'inception-seq-noaug'];

/** What the sequence model gains over the others on each set of heads (`data.seed`) that any table ran them on: means over its trainings. */
export function byHeads(tables) {
  const found = new Map();
  for (const { rows } of tables)
    for (const { name, seeds, set } of rows) {
      if (!ROWS.includes(name) || Object.keys(set ?? {}).length > 0) continue;
      for (const { data, seed, figures } of seeds) {
        const value = figures?.find((one) => one.name === FIGURE)?.value;
        if (value == null) continue;
        const heads = found.get(data) ?? found.set(data, {}).get(data);
        heads[name] = { ...heads[name], [seed]: value };
      }
    }
  const lines = [...found]
    .sort(([a], [b]) => a - b)
    .flatMap(([data, heads]) => {
      const own = heads['inception-seq-noaug'];
      if (own === undefined) return [];
      const gains = ROWS.slice(0, 3).map((name) => {
        const both = Object.keys(own).filter((seed) => heads[name]?.[seed] !== undefined);
        if (both.length === 0) return '';
        return signed(both.reduce((sum, seed) => sum + heads[name][seed] - own[seed], 0) / both.length);
      });
      const values = Object.values(own);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return [`| ${[data, values.length, decimals(mean), ...gains].join(' | ')} |`];
    });
  return [
    '| heads | trainings | loss of inception-seq-noaug | gain over its base, inception-3w | over per-slice | over single-slices |',
    '| ---: | ---: | ---: | ---: | ---: | ---: |',
    ...lines,
  ].join('\n');
}
