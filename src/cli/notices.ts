import { NOTICES_TITLE, type Notice, shownNotices, underNotice } from '../runtime/notices/notice.ts';
import { number } from '../runtime/notices/words.ts';
import type { RunResult } from '../runtime/runs/run.ts';
import { asCalled } from './called.ts';
import { paint } from './paint.ts';

/** The block that a run ends with; null where there is nothing to say. */
export function noticesText(
  notices: readonly Notice[],
  run: string,
  /** Identities are private, and stand as keyed hashes: what shows them as they are; null: they do. */
  unhashed: string | null = null,
): string | null {
  if (notices.length === 0) return null;
  const { shown, more } = shownNotices(notices);
  const lines = shown.flatMap((notice) => {
    const under = underNotice(notice);
    const text = notice.level === 'warning' ? paint.yellow(notice.text) : notice.text;
    return [`  ${text}`, ...(under === null ? [] : [`      ${paint.dim(under)}`])];
  });
  const rest = more === 0 ? [] : [`  and ${number(more)} more ${more === 1 ? 'kind' : 'kinds'}`];
  if (unhashed !== null && shown.some(({ first }) => first !== null))
    rest.push(
      `  ${paint.dim(`Files and slices stand here as keyed hashes: ${unhashed} names them as they are, and makes all of it anew.`)}`,
    );
  return asCalled([`${paint.bold(NOTICES_TITLE)} (all of it: ichor runs ledger ${run})`, ...lines, ...rest].join('\n'));
}

/** The end of a quiet command: a script learns the run's name, and a person what is doubtful. */
export function printQuietEnd({ name, notices }: Pick<RunResult, 'name' | 'notices'>): void {
  // Warnings of the run itself were said when they came up: they are not on anything.
  const text = noticesText(
    notices.filter(({ level, what }) => level === 'warning' && what !== null),
    name,
  );
  if (text !== null) process.stderr.write(`${text}\n`);
  process.stdout.write(`${name}\n`);
}
