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
const MOST_LACKING = 10;

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
  // Where nobody knows whose a slice is, each is a series of its own.
  const ofSeries = patients !== null || series.some((one) => one.slices > 1);
  const head = [
    `${number(files)} ${files === 1 ? 'file' : 'files'}`,
    patients === null ? 'patients unknown' : `${number(patients)} ${patients === 1 ? 'patient' : 'patients'}`,
    ...(studies === null ? [] : [`${number(studies)} ${studies === 1 ? 'study' : 'studies'}`]),
    ...(ofSeries ? [`${number(series.length)} series`] : []),
    `${number(slices)} ${slices === 1 ? 'slice' : 'slices'}`,
  ].join(' · ');
  const parts = [paint.bold(head), ofSeries ? seriesText(series.slice(0, MOST_SERIES), options) : ''];
  if (ofSeries && series.length > MOST_SERIES)
    parts.push(`and ${number(series.length - MOST_SERIES)} more series: --json has all`);
  parts.push(picturesText(found, options), labelsText(found), leftOutText(found), noticesText(found));
  return parts.filter((part) => part !== '').join('\n\n');
}

function seriesText(series: readonly InspectedSeries[], options: InspectTextOptions): string {
  const name = (id: string) => (options.hashed ? id.slice(0, SHORT) : id);
  const wide = (one: InspectedSeries) => [name(one.series), ...cellsOf(one)];
  const pictures = series.some((one) => one.pictures !== null);
  const { head: titles, rows } = filled(series.map(wide), pictures ? EMPTY_OF_PICTURES : ['pictures']);
  // One table for all, so that its columns stand below each other; headings go between its lines.
  const lines = table([titles, ...rows], {
    right: titles.flatMap((title, i) => (NUMBERS.includes(title) ? [i] : [])),
    indent: 2,
  }).split('\n');
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

const NUMBERS: readonly string[] = ['slices', 'mm', 'left out'];
/** A table of pictures knows none of these. */
const EMPTY_OF_PICTURES: readonly string[] = ['mm', 'left out', 'plane', 'kernel'];
const COLUMNS = [
  'series',
  'slices',
  'mm',
  'left out',
  'plane',
  'pixels',
  'kernel',
  'syntax',
  'pictures',
  'set',
  'used',
];

function cellsOf(one: InspectedSeries): string[] {
  const { slices, leftOut, spacingMm, plane, pixels, kernel, syntax, sets, pictures } = one;
  return [
    number(slices),
    spacingMm === null ? (pictures === null ? '?' : '') : mm(spacingMm),
    leftOut === 0 ? '' : number(leftOut),
    plane ?? (pictures === null ? '?' : ''),
    pixels,
    kernel ?? '',
    syntax,
    eachText(pictures),
    sets.join('+'),
    used(one),
  ];
}

/** `brain 34, bone 33`: of how many slices each picture is there. */
const eachText = (pictures: InspectedSeries['pictures']): string =>
  Object.entries(pictures ?? {})
    .map(([name, count]) => `${name} ${number(count)}`)
    .join(', ');

/** Without those of the named columns in which nothing stands. */
function filled(
  rows: readonly (readonly string[])[],
  optional: readonly string[],
): { head: string[]; rows: string[][] } {
  const kept = COLUMNS.map((_, i) => i).filter(
    (i) => !optional.includes(COLUMNS[i] ?? '') || rows.some((row) => row[i] !== ''),
  );
  const of = (row: readonly string[]) => kept.map((i) => row[i] ?? '');
  return { head: of(COLUMNS), rows: rows.map(of) };
}

function used({ chosen, why, contrast, part, rank, doubts: told }: InspectedSeries): string {
  if (!chosen) return `no: ${why.replace(/\.$/, '')}`;
  const doubts = told.length > 0 ? told : [...(part === null ? [] : [part]), ...(contrast ? ['contrast'] : [])];
  return ['yes', ...(rank === null ? [] : [`rank ${rank}`]), ...doubts].join(', ');
}

/** On several lines, none of them longer than the terminal. */
function narrow(one: InspectedSeries, name: (id: string) => string, width: number): string {
  const { slices, leftOut, spacingMm, plane, pixels, kernel, syntax, sets, pictures } = one;
  const facts = [
    `${number(slices)} ${slices === 1 ? 'slice' : 'slices'}`,
    ...(spacingMm === null ? [] : [`${mm(spacingMm)} mm`]),
    ...(leftOut === 0 ? [] : [`${number(leftOut)} left out`]),
    ...(plane === null ? [] : [plane]),
    pixels,
    ...(kernel === null ? [] : [kernel]),
    syntax,
    ...(pictures === null ? [] : [eachText(pictures)]),
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

/** Which pictures the slices have, and which slices lack one. */
function picturesText({ pictures }: Inspection, { hashed }: InspectTextOptions): string {
  if (pictures === null) return '';
  const { named, each, lacking } = pictures;
  const of = `of ${number(named)} named ${named === 1 ? 'slice' : 'slices'}`;
  const lines = each.map(
    ({ picture, channel, slices }) =>
      `  ${picture}: ${number(slices)} ${of}${channel ? '' : ', and no channel names it'}`,
  );
  const lack = lacking.slice(0, MOST_LACKING).map(({ slice, line, lacks, has }) => {
    const which = hashed ? slice.slice(0, SHORT) : slice;
    const where = line === null ? '' : ` (line ${number(line)} of the table)`;
    const there = has.length === 0 ? '; it has none' : `; it has ${has.join(', ')}`;
    return `  slice ${which}${where} lacks ${lacks.join(' and ')}${there}`;
  });
  const more = lacking.length - lack.length;
  return [
    paint.bold('Pictures'),
    ...lines,
    ...lack,
    ...(more > 0 ? [`  and ${number(more)} more slices that lack one: --json has all`] : []),
  ].join('\n');
}

/** How often each label is there. */
function labelsText({ labels }: Inspection): string {
  if (labels === null) return '';
  const { labelled, unlabelled, each, leftOut } = labels;
  const without = unlabelled === 0 ? '' : `, ${number(unlabelled)} without`;
  const withPatients = each.some(({ patients }) => patients !== null);
  const rows = each.map(({ label, positive, negative, patients }) => [
    label,
    number(positive),
    number(negative),
    ...(withPatients ? [number(patients ?? 0)] : []),
  ]);
  const head = ['label', 'slices with it', 'slices without', ...(withPatients ? ['patients with it'] : [])];
  const counts = labelled === 0 ? [] : [table([head, ...rows], { right: [1, 2, 3], indent: 2 })];
  const left = leftOut.map((reason) => `  ${number(reason.count)} of its rows: ${reasonsText([reason])}`);
  const of = `${number(labelled)} ${labelled === 1 ? 'slice' : 'slices'}${without}`;
  return [`${paint.bold('Labels')} of ${of}`, ...counts, ...left].join('\n');
}

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
