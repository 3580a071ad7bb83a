import type { InspectedSeries, Inspection } from '../runtime/inspect/inspect.ts';
import { underNotice } from '../runtime/notices/notice.ts';
import { leftOutHint, leftOutWords, number, reasonsText } from '../runtime/notices/words.ts';
import { asCalled } from './called.ts';
import { paint } from './paint.ts';
import { table } from './table.ts';

/** Digits of a private name that are shown: `ichor data whois` takes them. */
const SHORT = 8;
/** Series that are listed: who has more reads the JSON. */
const MOST_SERIES = 200;
const MOST_NOTICES = 12;

/** How the table is shown. */
export interface InspectTextOptions {
  /** Ids are hashes, of which the first digits do. */
  hashed: boolean;
  /** Columns of the terminal; null: nobody cuts the lines. */
  width: number | null;
}

/** The table of patients, studies and series, what is left out by reason, and what is doubtful. */
export function inspectionText(found: Inspection, options: InspectTextOptions): string {
  const { files, slices, patients, studies, series } = found;
  const head = [
    `${number(files)} ${files === 1 ? 'file' : 'files'}`,
    `${number(patients)} ${patients === 1 ? 'patient' : 'patients'}`,
    `${number(studies)} ${studies === 1 ? 'study' : 'studies'}`,
    `${number(series.length)} series`,
    `${number(slices)} ${slices === 1 ? 'slice' : 'slices'}`,
  ].join(' · ');
  const parts = [paint.bold(head), seriesText(series.slice(0, MOST_SERIES), options)];
  if (series.length > MOST_SERIES) parts.push(`and ${number(series.length - MOST_SERIES)} more series: --json has all`);
  parts.push(leftOutText(found), noticesText(found));
  return parts.filter((part) => part !== '').join('\n\n');
}

function seriesText(series: readonly InspectedSeries[], options: InspectTextOptions): string {
  const name = (id: string) => (options.hashed ? id.slice(0, SHORT) : id);
  const wide = (one: InspectedSeries) => [name(one.series), ...cellsOf(one)];
  const rows = series.map(wide);
  // One table for all, so that its columns stand below each other; headings go between its lines.
  const lines = table([HEAD, ...rows], { right: [1, 2, 3], indent: 2 }).split('\n');
  const fits = options.width === null || lines.every((line) => line.length <= (options.width as number));
  const [head = '', ...own] = fits ? lines : ['', ...series.map((one) => narrow(one, name, options.width as number))];
  const out = series.length > 0 && fits ? [paint.dim(head)] : [];
  let before = '';
  series.forEach((one, i) => {
    const whose = headingOf(one, name);
    if (whose !== before) out.push(whose);
    before = whose;
    out.push(own[i] ?? '');
  });
  return out.join('\n');
}

const headingOf = ({ patient, study, group }: InspectedSeries, name: (id: string) => string): string =>
  `patient ${name(patient)}${group === patient ? '' : ` (counts as ${name(group)})`} · study ${name(study)}`;

const HEAD = ['series', 'slices', 'mm', 'left out', 'plane', 'pixels', 'kernel', 'syntax', 'set', 'used'];

function cellsOf(one: InspectedSeries): string[] {
  const { slices, leftOut, spacingMm, plane, pixels, kernel, syntax, sets } = one;
  return [
    number(slices),
    spacingMm === null ? '?' : mm(spacingMm),
    leftOut === 0 ? '' : number(leftOut),
    plane ?? '?',
    pixels,
    kernel ?? '',
    syntax,
    sets.join('+'),
    used(one),
  ];
}

function used({ chosen, why, contrast, part, rank }: InspectedSeries): string {
  if (!chosen) return `no: ${why.replace(/\.$/, '')}`;
  const doubts = [...(part === null ? [] : [part]), ...(contrast ? ['contrast'] : [])];
  return ['yes', ...(rank === null ? [] : [`rank ${rank}`]), ...doubts].join(', ');
}

/** On several lines, none of them longer than the terminal. */
function narrow(one: InspectedSeries, name: (id: string) => string, width: number): string {
  const { slices, leftOut, spacingMm, plane, pixels, kernel, syntax, sets } = one;
  const facts = [
    `${number(slices)} ${slices === 1 ? 'slice' : 'slices'}`,
    ...(spacingMm === null ? [] : [`${mm(spacingMm)} mm`]),
    ...(leftOut === 0 ? [] : [`${number(leftOut)} left out`]),
    ...(plane === null ? [] : [plane]),
    pixels,
    ...(kernel === null ? [] : [kernel]),
    syntax,
    sets.join('+'),
    `used: ${used(one)}`,
  ];
  return [`  series ${name(one.series)}`, ...folded(facts.join(' · '), width - 4).map((line) => `    ${line}`)].join(
    '\n',
  );
}

/** A text in lines of at most `width` characters, broken at spaces. */
export function folded(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= width || line === '') line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

const mm = (value: number): string => (value >= 10 ? value.toFixed(1) : value.toFixed(2)).replace(/\.?0+$/, '');

function leftOutText({ leftOut }: Inspection): string {
  if (leftOut.length === 0) return '';
  const lines = leftOut.flatMap((reason) => {
    const hint = leftOutHint(reason.reason);
    const words = reasonsText([reason]).replace(leftOutWords(reason.reason), leftOutWords(reason.reason, reason.count));
    return [
      `  ${number(reason.count)} ${words}${reason.first === '' ? '' : ` (first ${reason.first})`}`,
      ...(hint === null ? [] : [`      ${paint.dim(asCalled(hint))}`]),
    ];
  });
  return [paint.bold('Left out'), ...lines].join('\n');
}

function noticesText({ notices }: Inspection): string {
  const doubts = notices.filter(({ kind }) => kind !== 'left-out');
  if (doubts.length === 0) return '';
  const lines = doubts.slice(0, MOST_NOTICES).flatMap((notice) => {
    const under = underNotice(notice);
    return [`  ${notice.text}`, ...(under === null ? [] : [`      ${paint.dim(asCalled(under))}`])];
  });
  const more = doubts.length > MOST_NOTICES ? [`  and ${number(doubts.length - MOST_NOTICES)} more kinds`] : [];
  return [paint.bold('Repaired or doubtful'), ...lines, ...more].join('\n');
}
