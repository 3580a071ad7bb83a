import { escaped, line, signed } from '../cells.mjs';

/** A table of the page in short: its forest plot, its claims, the mean of each row; the long form behind a link, in a folder beside the page. */
export function shortTable(table, { forest, folder = 'results' }) {
  return [
    `## ${escaped(table.title)}`,
    ...(forest ? [`![Each claim with its interval, and each run as a dot](images/${folder}/${table.name}.svg)`] : []),
    ...(table.claims.length > 0 ? [claimsTable(table.claims)] : []),
    ...limits(table.claims),
    ...(NOTES[table.name] === undefined ? [] : [NOTES[table.name]]),
    figuresTable(table),
    `All runs, every seed and what each row ran: [the whole table](${folder}/${table.name}.md).`,
  ].join('\n\n');
}

/** What a reader of a table has to know that no cell says. */
const NOTES = {
  selection:
    'Run twice, on machines of other instruction sets, which train to other bits ([threads.md](threads.md)): the run before gave +0.0377 [+0.0280, +0.0474] over per-slice and, without context, +0.0015 [-0.0054, +0.0083], with the same outcomes. The other tables are of the first machine, but for per-slice of as-released.',
  'table-3':
    'Threshold 0.5, three neighbours in a row, nothing tuned. Nothing is corrected for here, and intervals of F1 rest on pseudo-values, whose coverage was not simulated.',
  controls:
    'By-series and by-patient validate on about 26 patients of phantoms of their own, and the rows without context on heads of theirs: neither constant nor all-positive of this table is their partner.',
  ablations:
    'inception-3w and per-slice are one training each (seed 0), per-slice with another budget than the sweeps’ rows, which are means over five seeds: they are no partners. At seed 0 alone layers-2 loses 0.0872. Each sweep chooses on the split that it reports; nothing is claimed.',
  'as-released':
    'The last column is the released code’s own F1: it counts slices that were trained on. Under the released split few patients are left to judge by neighbours (a handful of positives), so that the column of three neighbours says little there. per-slice was run on another machine than the other rows, as the selection was. Nothing is claimed.',
};

/** The limit of each claim that states one. */
function limits(claims) {
  const stated = claims.filter(({ limit }) => limit !== null && limit !== undefined);
  if (stated.length === 0) return [];
  return [`Limits:\n\n${stated.map(({ claim, limit }) => `- _${escaped(claim)}_: ${escaped(limit)}`).join('\n')}`];
}

function claimsTable(claims) {
  const rows = claims.map(({ claim, text, gain, attempts, primary, gate }) =>
    line([
      escaped(claim),
      escaped(text.outcome),
      gain === null ? '' : `${signed(gain.mean)} [${signed(gain.low)}, ${signed(gain.high)}]`,
      [primary ? 'primary' : 'exploratory', ...(gate ? ['gate'] : [])].join(', '),
      String(attempts),
    ]),
  );
  return [
    line(['claim', 'outcome', 'gain', 'kind', 'attempt']),
    line(['---', '---', '---:', '---', '---:']),
    ...rows,
  ].join('\n');
}

function figuresTable({ rows, figures }) {
  const cell = ({ cells, noBetter }, name) => {
    const own = cells[name];
    if (own === undefined) return '';
    const number = own.mean === null ? 'not defined' : own.mean.toFixed(4);
    const text = own.counts ?? (own.deviation === null ? number : `${number} ± ${own.deviation.toFixed(4)}`);
    return [text, ...(noBetter[name] ? [`<small>${escaped(noBetter[name])}</small>`] : [])].join('<br>');
  };
  return [
    line(['row', ...figures.map(({ name, better }) => escaped(`${name} ${better === 'lower' ? '↓' : '↑'}`))]),
    line(['---', ...figures.map(() => '---:')]),
    ...rows.map((row) => line([`${escaped(row.name)}${partly(row)}`, ...figures.map(({ name }) => cell(row, name))])),
  ].join('\n');
}

/** A row of which some runs are not there. */
function partly({ baseline, seeds }) {
  const done = seeds.filter(({ status }) => status === 'done').length;
  return baseline || done === 0 || done === seeds.length ? '' : `<br><small>${done} of ${seeds.length} seeds</small>`;
}
