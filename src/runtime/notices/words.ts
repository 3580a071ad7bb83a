import type { LedgerNote, LeftOut } from '../ledger.ts';

interface LeftOutWords {
  /** After a count: `12 not CT`. */
  words: string;
  /** Of one, where that reads otherwise. */
  one?: string;
  hint?: string;
  /** It was asked for, or does no harm: nothing to doubt. */
  benign?: true;
}

const COPY_AGAIN = 'Copy the files again: they are cut off.';

/** What people call the reasons for which stages leave files and label rows out. One that is missing reads as its own words. */
const LEFT_OUT: Readonly<Record<string, LeftOutWords>> = {
  'transfer-syntax': {
    words: 'compressed or big endian',
    hint: 'Convert what is compressed first: gdcmconv --raw IN OUT, or dcmdjpeg (JPEG) and dcmdrle (RLE).',
  },
  'not-ct': { words: 'not CT' },
  'secondary-capture': { words: 'secondary captures', one: 'secondary capture' },
  'burned-in-annotation': { words: 'with burned-in annotations' },
  'multi-frame': { words: 'multi-frame', hint: 'Split multi-frame files into one file a slice first.' },
  colour: { words: 'in colour' },
  'pixel-format': { words: 'with pixels of an unknown format' },
  'no-pixels': { words: 'without pixels' },
  'unreadable-header': { words: 'with a header that ends early or cannot be read', hint: COPY_AGAIN },
  'unreadable-file': { words: 'that cannot be opened', hint: 'Look at their permissions.' },
  'empty-file': { words: 'empty', hint: COPY_AGAIN },
  'truncated-pixels': { words: 'with pixels that end early', hint: COPY_AGAIN },
  'not-dicom': { words: 'no DICOM' },
  dicomdir: { words: 'DICOMDIR', benign: true },
  'hidden-file': { words: 'hidden', benign: true },
  'missing-identity': { words: 'without the UIDs that tell slices apart' },
  'duplicate-slice': {
    words: 'with a slice id that another file has already',
    hint: 'Files with one SOP instance UID (or, in Kaggle’s folders, one name) count as one slice: were UIDs overwritten?',
  },
  limit: { words: 'beyond data.limit', benign: true },
  'bad-label-row': { words: 'that cannot be read', hint: 'A label is 0 or 1; an ID ends in _ and a label.' },
  'duplicate-label-row': { words: 'exact duplicates', one: 'exact duplicate', benign: true },
  'label-without-slice': { words: 'of slices without a usable file' },
  'label-of-test-slice': { words: 'of slices in the test folder' },
  'incomplete-labels': { words: 'of slices that lack some of the six labels' },
};

/** What a note says of all that it stands on: `of` is `33 slices`. One that is missing is said with its first message. */
const NOTES: Readonly<Record<string, (of: string) => string>> = {
  'no-rescale': (of) => `${of} without rescale slope or intercept: 1 and 0 were taken`,
  'no-modality': (of) => `${of} without a modality in the header: CT was taken`,
  'other-sop-uid': (of) => `${of} whose SOP instance UID is not the name of the file: the name was taken`,
  'stray-white-space': (of) => `${of} with white space around the name: it was dropped`,
  'wide-gap': (of) => `${of} with gaps above 1.5 times the spacing: slices may be missing`,
  'same-position': (of) => `${of} with slices at one position: ordered by id`,
  'no-geometry': (of) => `${of} with slices that have no position: those come last, by id`,
  'mixed-orientation': (of) => `${of} with slices that are not parallel`,
  'series-of-two-patients': (of) => `${of} with slices of more than one patient`,
  'train-and-test': (of) => `${of} with slices in the train and in the test folder`,
  'any-is-not-or': (of) => `${of} whose label any contradicts the five types: both were kept`,
  'slice-without-labels': (of) => `${of} of the train folder without labels: predicted, never trained on`,
  'repaired-intercept': (of) => `${of} with values that had wrapped around (unsigned, intercept near 0): repaired`,
  'implausible-values': (of) => `${of} with implausible values: noise or damage`,
  'shared-picture': (of) => `${of} with the picture of another patient: both stay on one side`,
  'picture-in-train-and-test': (of) => `${of} with a picture that stands in the train and in the test folder`,
  'little-brain': (of) => `${of} with too little brain (data.minBrainFraction): the backbone did not train on them`,
  interpolated: (of) => `${of} without pixels that can be read: predicted from their neighbours`,
  'constant-prediction': (of) =>
    `${of} of series without any pixels: the share of each label stands in for a prediction`,
  'submission-has-more': (of) =>
    `${of} of the test folder that the sample submission does not list: not in submission.csv`,
};

const UNITS: Readonly<Record<LedgerNote['what'], [one: string, many: string]>> = {
  file: ['file', 'files'],
  'label-row': ['label row', 'label rows'],
  slice: ['slice', 'slices'],
  series: ['series', 'series'],
  patient: ['patient', 'patients'],
  side: ['side', 'sides'],
  network: ['network', 'networks'],
};

export const number = (n: number): string => n.toLocaleString('en-GB');

/** `1 slice`, `1,033 label rows`. */
export const counted = (n: number, what: LedgerNote['what']): string => `${number(n)} ${UNITS[what][n === 1 ? 0 : 1]}`;

/** The plain words of a reason: `no DICOM`; of one that has none here, its name without hyphens. */
export const leftOutWords = (reason: string, count = 2): string => {
  const own = LEFT_OUT[reason];
  return (count === 1 ? own?.one : undefined) ?? own?.words ?? plain(reason);
};
export const leftOutHint = (reason: string): string | null => LEFT_OUT[reason]?.hint ?? null;
export const isBenign = (reason: string): boolean => LEFT_OUT[reason]?.benign === true;

const plain = (reason: string): string => reason.replaceAll('-', ' ');

/** A note in words, whoever wrote it. `messages`: its first ones. */
export function noteText(
  { what, reason }: Pick<LedgerNote, 'what' | 'reason'>,
  count: number,
  messages: readonly string[],
): string {
  const of = counted(count, what);
  const own = NOTES[reason];
  if (own !== undefined) return own(of);
  const [first = ''] = messages;
  const said = first.replace(/\.$/, '');
  // What is about all of a side, a network or a file needs no count.
  if (count === 1 && what !== 'slice' && what !== 'label-row') return said;
  const same = messages.every((message) => message === first);
  return same ? `${of}: ${lowered(said)}` : `${of}, ${plain(reason)}: ${lowered(said)}`;
}

/** `The header has none` goes on behind a colon as `the header has none`; names and abbreviations stay. */
const lowered = (text: string): string => (/^[A-Z][a-z]/.test(text) ? text[0]?.toLowerCase() + text.slice(1) : text);

/** So many reasons, and details of one, are named. */
const MOST_REASONS = 6;
const MOST_DETAILS = 3;

export interface ReasonCount {
  reason: string;
  count: number;
  /** The item that came first; of those beyond the listed ones none. */
  first: string;
  /** What tells its items apart. */
  details: string[];
}

/** What was left out by reason, the largest first, what was asked for last. */
export function byReason(lines: readonly LeftOut[], what: LeftOut['what']): ReasonCount[] {
  const reasons = new Map<string, ReasonCount>();
  for (const line of lines) {
    if (line.what !== what) continue;
    const own = reasons.get(line.reason) ?? { reason: line.reason, count: 0, first: line.item, details: [] };
    reasons.set(line.reason, own);
    own.count += line.count ?? 1;
    if (line.detail !== undefined && !own.details.includes(line.detail)) own.details.push(line.detail);
  }
  return [...reasons.values()].sort(
    (a, b) => Number(isBenign(a.reason)) - Number(isBenign(b.reason)) || b.count - a.count,
  );
}

/** `31 compressed or big endian (RLE lossless), 17 not CT`. */
export function reasonsText(reasons: readonly ReasonCount[]): string {
  const some = reasons.length > MOST_REASONS ? reasons.slice(0, MOST_REASONS - 1) : reasons;
  const rest = reasons.slice(some.length).reduce((sum, { count }) => sum + count, 0);
  const words = some.map(({ reason, count, details }) => {
    const named = [...details.slice(0, MOST_DETAILS), ...(details.length > MOST_DETAILS ? ['…'] : [])].join(', ');
    const own = `${leftOutWords(reason, count)}${named === '' ? '' : ` (${named})`}`;
    return reasons.length === 1 ? own : `${number(count)} ${own}`;
  });
  return [...words, ...(rest > 0 ? [`${number(rest)} for other reasons`] : [])].join(', ');
}
