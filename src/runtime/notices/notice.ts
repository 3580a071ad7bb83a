import { visibleLine } from '../../registry/diagnostics/odd-characters.ts';
import { type LedgerNote, type LedgerPart, type LeftOut, MORE_ITEMS } from '../ledger.ts';
import { byReason, counted, hintOfReason, isBenign, leftOutHint, noteText, number, reasonsText } from './words.ts';

/** One thing that a run left out, repaired, guessed or doubts, said once: on the terminal, on the page, in run.json. */
export interface Notice {
  kind: 'left-out' | 'warning' | 'repair';
  /** `information`: nothing to doubt; it was asked for, or mended. */
  level: 'warning' | 'information';
  /** On what; null: on the run itself. */
  what: LedgerNote['what'] | null;
  /** Its reasons, the largest first, as they stand in the ledger; of a note one, of the run itself its code if it has one. */
  reasons: { reason: string; count: number }[];
  count: number;
  /** Of how many that were found; null where nobody counts. */
  of: number | null;
  /** One sentence without its full stop. */
  text: string;
  /** The first place: a file, a line, a slice; its HMAC where identities are private. */
  first: string | null;
  hint: string | null;
}

/** A warning that a run said while it ran. */
export interface Warning {
  message: string;
  code?: string;
  hint?: string;
}

/**
 * What is to be said of a run: from the ledgers of all of its artifacts, and the warnings that it said beside them. Left out
 * first, then what is doubtful, then what was repaired. Nothing to say: an empty list. `information` stays in the ledger.
 */
export function noticesOf(parts: readonly LedgerPart[], warnings: readonly Warning[] = []): Notice[] {
  const lines = parts.flatMap(({ leftOut }) => leftOut);
  const notes = noteNotices(parts.flatMap((part) => part.notes));
  return [
    ...leftOutNotice(parts, lines, 'file'),
    ...leftOutNotice(parts, lines, 'label-row'),
    ...warningNotices(warnings),
    ...notes.filter(({ kind }) => kind === 'warning'),
    ...notes.filter(({ kind }) => kind === 'repair'),
  ].map((notice) => ({
    ...notice,
    text: visibleLine(notice.text),
    first: notice.first === null ? null : visibleLine(notice.first),
  }));
}

function leftOutNotice(parts: readonly LedgerPart[], lines: readonly LeftOut[], what: LeftOut['what']): Notice[] {
  const reasons = byReason(lines, what);
  const [largest] = reasons;
  if (largest === undefined) return [];
  const count = reasons.reduce((sum, one) => sum + one.count, 0);
  const found = parts.reduce((sum, part) => sum + (part.found?.[what === 'file' ? 'files' : 'labelRows'] ?? 0), 0);
  // What something can be done about is named: other rows may be gone only because of it.
  const named = reasons.find(({ reason }) => leftOutHint(reason) !== null) ?? largest;
  return [
    {
      kind: 'left-out',
      level: reasons.every(({ reason }) => isBenign(reason)) ? 'information' : 'warning',
      what,
      reasons: reasons.map(({ reason, count: n }) => ({ reason, count: n })),
      count,
      of: found > 0 ? found : null,
      text: `${found > 0 ? `${number(count)} of ${counted(found, what)}` : counted(count, what)} left out: ${reasonsText(reasons)}`,
      first: named.first === MORE_ITEMS || isBenign(named.reason) ? null : named.first,
      hint: reasons.length === 1 ? leftOutHint(named.reason) : hintOfReason(named.reason, named.count),
    },
  ];
}

/** By what they are on and why, whichever stages said it: two networks may say the same of one slice. */
function noteNotices(notes: readonly LedgerNote[]): Notice[] {
  interface Group {
    note: LedgerNote;
    counts: Map<string, number>;
    messages: string[];
    /** Each once, in the order in which they came. */
    details: Set<string>;
    /** What to do, by what it is about. */
    hints: Map<string, string | null>;
  }
  const groups = new Map<string, Group>();
  for (const note of notes) {
    if (note.kind === 'information') continue;
    const key = JSON.stringify([note.kind, note.what, note.reason]);
    const own: Group = groups.get(key) ?? {
      note,
      counts: new Map(),
      messages: [],
      details: new Set(),
      hints: new Map(),
    };
    groups.set(key, own);
    own.counts.set(note.item, Math.max(own.counts.get(note.item) ?? 0, note.count ?? 1));
    if (note.item !== MORE_ITEMS) own.messages.push(note.message);
    for (const detail of note.details ?? []) own.details.add(detail);
    if (!own.hints.has(note.item)) own.hints.set(note.item, note.hint ?? null);
  }
  return [...groups.values()].map(({ note, counts, messages, details, hints }): Notice => {
    const { kind, what, reason, item } = note;
    const count = [...counts.values()].reduce((sum, n) => sum + n, 0);
    const text = noteText(note, count, messages, [...details]);
    return {
      kind: kind === 'repair' ? 'repair' : 'warning',
      level: kind === 'repair' ? 'information' : 'warning',
      what,
      reasons: [{ reason, count }],
      count,
      of: null,
      text,
      first:
        what === 'side' || what === 'network' || item === MORE_ITEMS || (what === 'file' && text.includes(item))
          ? null
          : item,
      hint: hintOf(what, hints),
    };
  });
}

/** Of sides and networks there are a few, and what to do about one may be wrong for the next: each has its own. */
function hintOf(what: LedgerNote['what'], hints: ReadonlyMap<string, string | null>): string | null {
  const [first = null] = hints.values();
  if ((what !== 'side' && what !== 'network') || new Set(hints.values()).size === 1) return first;
  return [...hints].flatMap(([item, hint]) => (hint === null ? [] : [`${item}: ${hint}`])).join(' ');
}

/** Each once, as it was said. */
function warningNotices(warnings: readonly Warning[]): Notice[] {
  const said = new Map(warnings.map((warning) => [warning.message, warning]));
  return [...said.values()].map(
    ({ message, code, hint = null }): Notice => ({
      kind: 'warning',
      level: 'warning',
      what: null,
      reasons: code === undefined ? [] : [{ reason: code, count: 1 }],
      count: 1,
      of: null,
      text: message.replace(/\.$/, ''),
      first: null,
      hint,
    }),
  );
}

/** So many are shown in a block; the ledger has all. */
const MOST = 8;

export const NOTICES_TITLE = 'Left out, repaired or doubtful';

/** What a block shows, and how many kinds it leaves to the ledger. */
export function shownNotices(notices: readonly Notice[]): { shown: readonly Notice[]; more: number } {
  const shown = notices.length > MOST ? notices.slice(0, MOST - 1) : notices;
  return { shown, more: notices.length - shown.length };
}

/** What stands under a notice: its first place and what to do; null where there is neither. */
export const underNotice = ({ first, hint, count }: Notice): string | null =>
  first === null && hint === null
    ? null
    : [...(first === null ? [] : [count === 1 ? first : `first ${first}`]), ...(hint === null ? [] : [hint])].join(
        '. ',
      );
