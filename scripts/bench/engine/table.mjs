// The rows of all cases as a table: for the terminal and for docs/performance.md.

const HEADINGS = ['', 'ours', 'peer', 'figure', 'round by round', 'must', 'aim', 'verdict', 'share of the limit'];

const fixed = (value, digits) => value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
/** Three digits, or all before the point. */
export const number = (value) => fixed(value, value >= 100 ? 0 : value >= 10 ? 1 : 2);
const figureText = (value, unit) => (unit === '×' ? `${value.toFixed(2)}×` : `${number(value)}${unit && ` ${unit}`}`);

/** `1,012 ms (980–1,050)`; null where it was not timed. */
export const timesText = (summary, unit = 'ms') =>
  summary ? `${number(summary.median)} ${unit} (${number(summary.least)}–${number(summary.most)})` : '';

/** A row of a case as cells, in the order of HEADINGS. */
export function cells({ what, ours = '', peer = '', figure, unit = '×', rounds, bar, verdict, share, note }) {
  const limit = (value) => (bar && value !== undefined ? `${bar.atMost ? '≤' : '≥'} ${figureText(value, unit)}` : '');
  return [
    what,
    ours,
    peer,
    figure === undefined ? (note ?? '') : figureText(figure, unit),
    rounds ? `${rounds.least.toFixed(2)}–${rounds.most.toFixed(2)}` : '',
    limit(bar?.must),
    limit(bar?.aim),
    verdict ?? '',
    share === undefined ? '' : `${Math.round(share * 100)} %`,
  ];
}

/** For a terminal: columns padded. */
export function textTable(rows, headings = HEADINGS) {
  const lines = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => [...line[column]].length)));
  const pad = (cell, column) => cell + ' '.repeat(widths[column] - [...cell].length);
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

export function markdownTable(rows, headings = HEADINGS) {
  const line = (row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(headings), `|${headings.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

const versionsText = (versions) =>
  Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');

/** What stands between the markers: on what, when and how it was measured, the rows, the models, the profiles. */
export function markdown({ machine, results }, command = 'engine') {
  const done = Object.values(results);
  const dates = done.map(({ date }) => date.slice(0, 10)).sort();
  const when = dates[0] === dates.at(-1) ? dates[0] : `${dates[0]} to ${dates.at(-1)}`;
  const versions = Object.assign({}, ...done.map((result) => result.versions ?? {}));
  const most = Math.max(...done.map(({ busy }) => busy));
  const parts = [
    `Measured ${when} on ${machine.cpu} (${machine.cores} cores, ${machine.instructions}; ${number(machine.memoryBytes / 2 ** 30)} GiB; ${machine.system}), ` +
      `${[...new Set(done.map(({ threads }) => threads))].join(' and ')} threads, others taking at most ${Math.round(most * 100)} % of it when a case began; ` +
      `ichor ${[...new Set(done.map(({ ichor }) => ichor))].join(' and ')}, Node ${machine.node}${Object.keys(versions).length > 0 ? `, ${versionsText(versions)}` : ''}.`,
    `Made by \`npm run bench -- ${command} --write\`. Times are medians with least and most in brackets; a figure with × is the peer’s time by ours, where nothing else is said.`,
    markdownTable(done.flatMap(({ rows }) => rows.map(cells))),
  ];
  const models = modelsOf(done);
  if (models.length > 0) parts.push('The models that were timed:', markdownTable(models, MODEL_HEADINGS));
  for (const { profile } of done) {
    if (profile) parts.push(`${profile.what}:`, markdownTable(profile.rows, profile.headings));
  }
  return parts.join('\n\n');
}

/** Each model once, however many cases it was timed in. */
export function modelsOf(results) {
  const rows = results.flatMap(({ models = [] }) => models);
  return [...new Map(rows.map((row) => [row.join(), row])).values()];
}

export const MODEL_HEADINGS = ['network', 'by', 'trained weights', 'multiply-adds of one item', 'batch'];

/** @throws Error where the page has not both markers, in order. */
export function between(page, text, name = 'engine-bench') {
  const marks = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [begin, end] = marks.map((mark) => page.indexOf(mark));
  if (begin < 0 || end < begin) throw new Error(`the page has no ${marks[0]} before ${marks[1]}`);
  return `${page.slice(0, begin + marks[0].length)}\n\n${text}\n\n${page.slice(end)}`;
}
