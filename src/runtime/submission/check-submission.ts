import { IchorError } from '../../errors.ts';
import { LABELS, type Label } from '../../labels.ts';
import { splitSubmissionId } from '../artifacts/submission.ts';
import { eachLine } from './lines.ts';

/** What can be wrong with a submission, each with the words that it is listed under. */
export const FAULTS = {
  header: 'the first line is not ID,Label',
  form: 'a line is not an id and a probability with a comma between them',
  label: 'an id does not end with _ and one of the six labels',
  duplicate: 'an id stands there again',
  unknown: 'an id is not in the sample',
  missing: 'an id of the sample is missing',
  incomplete: 'a slice lacks some of its six labels',
  empty: 'a probability is empty',
  'not-a-number': 'a probability is no number',
  nan: 'a probability is NaN or infinite',
  range: 'a probability is not within 0 and 1',
} as const;
export type Fault = keyof typeof FAULTS;

export interface FaultFound {
  fault: Fault;
  /** How often. */
  count: number;
  /** The first ones, each with where it is. */
  examples: { line: number; text: string }[];
  /** What to do, where all of them look like one mistake. */
  hint?: string;
}

export interface SubmissionCheck {
  /** Lines below the header. */
  rows: number;
  /** Of the sample; null without one. */
  expected: number | null;
  faults: FaultFound[];
}

/** So many of each fault are named. */
const NAMED = 5;
const HEADER = 'ID,Label';
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
/** `ID_0a_any,0,0021`, with quotes or without. */
const DECIMAL_COMMA = /^[^,]+,"?[+-]?\d+,\d+([eE][+-]?\d+)?"?$/;
const NOT_FINITE = /^[+-]?(nan|inf|infinity)$/i;

/**
 * Reads a submission line by line: its header, ids (parted at the last underscore) and probabilities. With a sample also
 * whether it holds each id of the sample once and no other; without one, whether each slice has its six labels.
 * Throws IchorError `file-unreadable`, `not-text`, `sample-invalid` (exit 2).
 */
export async function checkSubmission(file: string, sample: string | null): Promise<SubmissionCheck> {
  const found = new Map<Fault, FaultFound>();
  const say = (fault: Fault, line: number, text: string) => {
    const one = found.get(fault) ?? { fault, count: 0, examples: [] };
    found.set(fault, one);
    one.count++;
    if (one.examples.length < NAMED) one.examples.push({ line, text });
  };
  const wanted = sample === null ? null : await sampleIds(sample);
  // The line of each id, by the id's place in the sample: a map of a million strings is made once only.
  const seen = new Int32Array(wanted?.size ?? 0);
  const others = new Map<string, number>();
  const labelled = new Map<string, { labels: number; line: number }>();
  let rows = 0;
  let decimalCommas = 0;
  // A row that cannot be read still names its id: one mistake is not told twice, as a malformed row and as a missing id.
  const takeMalformed = (text: string, line: number) => {
    if (DECIMAL_COMMA.test(text)) decimalCommas++;
    const id = bare(/^[^,;\t]*/.exec(text)?.[0] ?? '');
    const place = wanted?.get(id);
    if (place !== undefined && seen[place] === 0) seen[place] = MALFORMED;
    const parts = wanted === null ? splitSubmissionId(id) : null;
    if (parts !== null) takeLabel(parts, line);
  };
  const takeLabel = ({ slice, label }: { slice: string; label: Label }, line: number) => {
    const own = labelled.get(slice) ?? { labels: 0, line };
    own.labels |= 1 << LABELS.indexOf(label);
    labelled.set(slice, own);
  };
  await eachLine(file, (text, line) => {
    if (line === 1) {
      if (!isHeader(text)) say('header', 1, brief(text));
      // What looks like a row is one: a file without a header is told so once.
      if (!/,"?[\d.]/.test(text)) return;
    }
    rows++;
    const comma = text.indexOf(',');
    if (comma < 1 || text.includes(',', comma + 1)) {
      say('form', line, brief(text));
      return takeMalformed(text, line);
    }
    const id = bare(text.slice(0, comma));
    const probability = bare(text.slice(comma + 1));
    sayOfProbability(probability, id, line, say);
    const place = wanted?.get(id);
    const before = place === undefined ? others.get(id) : seen[place];
    if (before && before !== MALFORMED) say('duplicate', line, `${brief(id)}, first in line ${before}`);
    else if (place === undefined) others.set(id, line);
    else seen[place] = line;
    if (place !== undefined) return;
    const parts = splitSubmissionId(id);
    if (parts === null) return say('label', line, brief(id));
    if (wanted !== null) return before ? undefined : say('unknown', line, brief(id));
    takeLabel(parts, line);
  });
  if (rows === 0 && !found.has('header')) say('form', 1, 'there is no row below the header');
  let place = 0;
  for (const id of wanted?.keys() ?? []) if (seen[place++] === 0) say('missing', place + 1, brief(id));
  const all = (1 << LABELS.length) - 1;
  for (const [slice, { labels, line }] of labelled) {
    const lacking = LABELS.filter((_, i) => (labels & (1 << i)) === 0);
    if (labels !== all) say('incomplete', line, `${brief(slice)} lacks ${lacking.join(', ')}`);
  }
  const form = found.get('form');
  if (form !== undefined && form.count === decimalCommas) form.hint = 'A decimal comma? Write a point: 0.5, not 0,5.';
  const order = Object.keys(FAULTS);
  const faults = [...found.values()].sort((a, b) => order.indexOf(a.fault) - order.indexOf(b.fault));
  return { rows, expected: wanted?.size ?? null, faults };
}

/** In place of the line of an id whose row could not be read. */
const MALFORMED = -1;

type Say = (fault: Fault, line: number, text: string) => void;

function sayOfProbability(text: string, id: string, line: number, say: Say): void {
  const fault = faultOf(text);
  if (fault !== null) say(fault, line, fault === 'empty' ? brief(id) : `${brief(text)} for ${brief(id)}`);
}

function faultOf(probability: string): Fault | null {
  if (probability === '') return 'empty';
  if (NOT_FINITE.test(probability)) return 'nan';
  if (!NUMBER.test(probability)) return 'not-a-number';
  const value = Number(probability);
  return value >= 0 && value <= 1 ? null : 'range';
}

/** Ids of the sample submission by their place, which is their line less two. */
async function sampleIds(sample: string): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  const invalid = (line: number, problem: string) =>
    new IchorError(
      'sample-invalid',
      `${sample}:${line}: ${problem}`,
      'The sample is the file that Kaggle gives: ID,Label and a row for each slice and label.',
      2,
    );
  await eachLine(sample, (text, line) => {
    if (line === 1) {
      if (!isHeader(text)) throw invalid(1, `the first line is ${brief(text)}, not ${HEADER}.`);
      return;
    }
    const comma = text.indexOf(',');
    const id = bare(comma < 0 ? text : text.slice(0, comma));
    if (splitSubmissionId(id) === null) throw invalid(line, `${brief(id)} does not end with one of the six labels.`);
    if (ids.has(id)) throw invalid(line, `${brief(id)} stands there twice.`);
    ids.set(id, ids.size);
  });
  if (ids.size === 0) throw invalid(1, 'it names no id.');
  return ids;
}

/** With a byte order mark or without, its cells quoted or not. */
const isHeader = (text: string): boolean =>
  text
    .replace(/^\uFEFF/, '')
    .split(',')
    .map(bare)
    .join(',') === HEADER;

/** Without the quotes that some programs put round each cell. */
const bare = (cell: string): string =>
  cell.length > 1 && cell[0] === '"' && cell.at(-1) === '"' ? cell.slice(1, -1) : cell;

/** What stands there, short and on one line: a file may hold anything. */
function brief(text: string): string {
  const plain = text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, '\uFFFD');
  return plain.length > 60 ? `${plain.slice(0, 57)}...` : plain || '(nothing)';
}
