import { signed } from './conclusions.mjs';

/** A table of the page in short: its forest plot, its claims, the mean of each row; the long form behind a link. */
export function shortTable(table, { forest }) {
  return [
    `## ${escaped(table.title)}`,
    ...(forest ? [`![Each claim with its interval, and each run as a dot](images/results/${table.name}.svg)`] : []),
    ...(table.claims.length > 0 ? [claimsTable(table.claims)] : []),
    figuresTable(table),
    `All runs, every seed and what each row ran: [the whole table](results/${table.name}.md).`,
  ].join('\n\n');
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
    ...rows.map((row) => line([escaped(row.name), ...figures.map(({ name }) => cell(row, name))])),
  ].join('\n');
}

const line = (cells) => `| ${cells.join(' | ')} |`;
const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
