/** Words of pages that scripts write in Markdown. */
export const line = (cells) => `| ${cells.join(' | ')} |`;
export const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
export const decimals = (value) =>
  value !== 0 && Math.abs(value) < 0.00005 ? value.toExponential(1) : value.toFixed(4);
export const signed = (value) => `${value > 0 ? '+' : ''}${decimals(value)}`;

/** A table: the names of its columns, all but the first to the right, and its rows. */
export const grid = ([first, ...others], rows) =>
  [line([first, ...others]), line(['---', ...others.map(() => '---:')]), ...rows.map(line)].join('\n');
