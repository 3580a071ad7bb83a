import { join } from 'node:path';
import { appendFileSync, existsSync, rmSync } from '../../files/fs.ts';
import type { LedgerNote, LeftOut } from '../ledger.ts';
import { readCsv } from './csv.ts';

/** Beside `ledger.json`: the items beyond those that stand there one by one. */
export const MORE_FILE = 'ledger-more.csv';

const COLUMNS = ['fate', 'what', 'reason', 'item', 'count', 'message', 'hint'] as const;
/** Lines kept until they are written: a whole archive may share one fault. */
const AT_ONCE = 4096;

/** One line of a ledger: what was left out, or what was noted. */
export interface LedgerItem {
  fate: 'left-out' | LedgerNote['kind'];
  what: LedgerNote['what'];
  reason: string;
  item: string;
  count: number;
  message: string;
  hint: string;
}

export const itemOf = (fate: LedgerItem['fate'], line: LeftOut | LedgerNote): LedgerItem => ({
  fate,
  what: line.what,
  reason: line.reason,
  item: line.item,
  count: line.count ?? 1,
  message: line.message,
  hint: 'hint' in line ? (line.hint ?? '') : '',
});

/** Writes as it goes, so that no list of millions is held. Synchronous: so is whoever finds the faults. */
export class LedgerMore {
  readonly #file: string;
  #lines: string[] = [];

  constructor(folder: string) {
    this.#file = join(folder, MORE_FILE);
    // An interrupted attempt may have left one.
    rmSync(this.#file, { force: true });
  }

  add(line: LedgerItem): void {
    this.#lines.push(COLUMNS.map((column) => cell(String(line[column]))).join(','));
    if (this.#lines.length >= AT_ONCE) this.flush();
  }

  flush(): void {
    if (this.#lines.length === 0) return;
    const head = existsSync(this.#file) ? '' : `${COLUMNS.join(',')}\n`;
    appendFileSync(this.#file, `${head}${this.#lines.join('\n')}\n`);
    this.#lines = [];
  }
}

const cell = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The lines of an artifact's `ledger-more.csv`, streamed; none where it has no such file. */
export async function* readLedgerMore(folder: string): AsyncGenerator<LedgerItem> {
  const file = join(folder, MORE_FILE);
  if (!existsSync(file)) return;
  for await (const { fate, what, reason = '', item = '', count, message = '', hint = '' } of readCsv(file)) {
    yield {
      fate: fate as LedgerItem['fate'],
      what: what as LedgerItem['what'],
      reason,
      item,
      count: Number(count),
      message,
      hint,
    };
  }
}
