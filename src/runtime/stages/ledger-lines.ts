import { itemOf, LedgerMore, MORE_FILE } from '../artifacts/ledger-more.ts';
import { type LedgerNote, type LedgerPart, type LeftOut, MORE_ITEMS } from '../ledger.ts';
import { readablePath } from '../sources/paths.ts';

/** Lines of one reason that are written one by one into `ledger.json`. */
const MOST_LINES = 1000;

/** What one reason left out, or noted. */
interface Lines<T> {
  lines: T[];
  /** Beyond those: how many items, and the last of them, by what tells them apart. */
  more: Map<string, { count: number; last: T }>;
}

/**
 * Collects a stage's part of the ledger, and keeps it short where a whole archive shares one fault: beyond a thousand lines
 * of a reason the rest is one line with their count. Where a folder is given, their names stand in its `ledger-more.csv`.
 */
export class LedgerLines {
  readonly #leftOut = new Map<string, Lines<LeftOut>>();
  readonly #notes = new Map<string, Lines<LedgerNote>>();
  readonly #file: LedgerMore | null;
  /** Files of several frames: how many these are, and which were left out. */
  readonly #frames = new Map<string, { frames: number; gone: LeftOut[] }>();

  constructor(
    readonly stage: string,
    /** The artifact's. */
    folder: string | null = null,
  ) {
    this.#file = folder === null ? null : new LedgerMore(folder);
  }

  /**
   * A file, by its `item`, whose frames are slices of their own. It has one fate: it is left out where all of them are, for
   * what most of them are; else its left out frames are notes.
   */
  holdsFrames(item: string, frames: number): void {
    this.#frames.set(item, { frames, gone: [] });
  }

  leaveOut(line: LeftOut): void {
    const file = line.what === 'file' ? this.#frames.get(line.item) : undefined;
    if (file !== undefined) {
      file.gone.push(line);
      return;
    }
    if (add(this.#leftOut, `${line.what} ${line.reason}`, line, line.detail ?? '')) return;
    this.#file?.add(itemOf('left-out', line));
  }

  note(line: LedgerNote): void {
    if (add(this.#notes, `${line.what} ${line.reason}`, line, '')) return;
    this.#file?.add(itemOf(line.kind, line));
  }

  /** Items by reason that were left out so far. */
  counts(what: LeftOut['what']): Map<string, number> {
    const counts = new Map<string, number>();
    for (const line of this.part().leftOut)
      if (line.what === what) counts.set(line.reason, (counts.get(line.reason) ?? 0) + (line.count ?? 1));
    return counts;
  }

  part(found?: LedgerPart['found']): LedgerPart {
    this.#file?.flush();
    const where = this.#file === null ? '' : `, listed in ${MORE_FILE}`;
    const listed = <T extends LeftOut | LedgerNote>(all: Map<string, Lines<T>>): T[] =>
      [...all.values()].flatMap(({ lines, more }) => [
        ...lines,
        ...[...more.values()].map(({ count, last }) => ({
          ...last,
          item: MORE_ITEMS,
          message: `${count} more${where}: ${last.message}`,
          count,
        })),
      ]);
    const framed = this.#framesPart();
    const leftOut = [...listed(this.#leftOut), ...framed.leftOut];
    const notes = [...listed(this.#notes), ...framed.notes];
    return { stage: this.stage, ...(found === undefined ? {} : { found }), leftOut, notes };
  }

  #framesPart(): Pick<LedgerPart, 'leftOut' | 'notes'> {
    if (this.#frames.size === 0) return { leftOut: [], notes: [] };
    const lines = new LedgerLines(this.stage);
    for (const [item, { frames, gone }] of this.#frames) {
      const reasons = new Map<string, LeftOut[]>();
      for (const line of gone) reasons.set(line.reason, [...(reasons.get(line.reason) ?? []), line]);
      const most = [...reasons.values()].sort((a, b) => b.length - a.length);
      const [first] = most;
      if (first === undefined) continue;
      if (gone.length >= frames) {
        lines.leaveOut({ ...(first[0] as LeftOut), item });
        continue;
      }
      for (const of of most) {
        const [{ reason, message }] = of as [LeftOut];
        lines.note({
          item,
          what: 'file',
          reason: 'frames-left-out',
          message: `${of.length} of its ${frames} frames are left out (${reason}): ${message}`,
          kind: 'warning',
        });
      }
    }
    return lines.part();
  }
}

/** False where there are so many lines already that this one is only counted. */
function add<T extends LeftOut | LedgerNote>(all: Map<string, Lines<T>>, name: string, line: T, detail: string) {
  const own: Lines<T> = all.get(name) ?? { lines: [], more: new Map() };
  all.set(name, own);
  if (own.lines.length < MOST_LINES) {
    own.lines.push(line);
    return true;
  }
  const count = line.count ?? 1;
  own.more.set(detail, { count: (own.more.get(detail)?.count ?? 0) + count, last: line });
  return false;
}

/** A path as one line of text: control characters (a newline in a file's name) and bytes that are no UTF-8 are escaped. */
export const shownPath = (path: string): string => {
  const escaped = JSON.stringify(path).slice(1, -1);
  return readablePath(escaped.replaceAll('\\"', '"').replaceAll('\\\\', '\\'));
};
