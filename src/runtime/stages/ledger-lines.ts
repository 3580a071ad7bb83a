import type { LedgerNote, LedgerPart, LeftOut } from '../ledger.ts';
import { readablePath } from '../sources/paths.ts';

/** Lines of one reason that are written one by one; the rest is one line with their count. */
const MOST_LINES = 1000;

/** Collects a stage's part of the ledger, and keeps it short where a whole archive shares one fault. */
export class LedgerLines {
  readonly #leftOut = new Map<string, LeftOut[]>();
  readonly #notes = new Map<string, LedgerNote[]>();
  readonly #more = new Map<string, number>();

  constructor(readonly stage: string) {}

  leaveOut(line: LeftOut): void {
    const lines = listIn(this.#leftOut, `${line.what} ${line.reason}`);
    if (lines.length < MOST_LINES) return void lines.push(line);
    const last = lines.at(-1) as LeftOut;
    const count = (line.count ?? 1) + (lines.length > MOST_LINES ? (last.count ?? 1) : 0);
    if (lines.length > MOST_LINES) lines.pop();
    lines.push({ ...line, item: '(more)', message: `${count} more: ${line.message}`, count });
  }

  note(line: LedgerNote): void {
    const name = `${line.what} ${line.reason}`;
    const lines = listIn(this.#notes, name);
    if (lines.length < MOST_LINES) lines.push(line);
    else this.#more.set(name, (this.#more.get(name) ?? 0) + 1);
  }

  /** Items by reason that were left out so far. */
  counts(what: LeftOut['what']): Map<string, number> {
    const counts = new Map<string, number>();
    for (const lines of this.#leftOut.values())
      for (const line of lines)
        if (line.what === what) counts.set(line.reason, (counts.get(line.reason) ?? 0) + (line.count ?? 1));
    return counts;
  }

  part(found?: LedgerPart['found']): LedgerPart {
    const notes = [...this.#notes].flatMap(([name, lines]) => {
      const more = this.#more.get(name);
      const last = lines.at(-1) as LedgerNote;
      return more === undefined ? lines : [...lines, { ...last, item: '(more)', message: `${more} more of this kind` }];
    });
    const leftOut = [...this.#leftOut.values()].flat();
    return { stage: this.stage, ...(found === undefined ? {} : { found }), leftOut, notes };
  }
}

function listIn<T>(map: Map<string, T[]>, key: string): T[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}

/** A path as one line of text: control characters (a newline in a file's name) and bytes that are no UTF-8 are escaped. */
export const shownPath = (path: string): string => {
  const escaped = JSON.stringify(path).slice(1, -1);
  return readablePath(escaped.replaceAll('\\"', '"').replaceAll('\\\\', '\\'));
};
