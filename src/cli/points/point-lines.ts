import type { Emit } from '../../runtime/events.ts';
import type { Notice } from '../../runtime/notices/notice.ts';
import { noticesText } from '../notices.ts';
import { paint } from '../paint.ts';
import { progressReporter } from '../progress.ts';

export interface PointLines {
  emit: Emit;
  /** It is done. */
  end(): void;
}

/** What is said of a point while it runs, on standard error. Of one that is only recalled one line is enough. */
export function pointLines({
  position,
  title,
  recalled,
  beside,
  quiet,
}: {
  /** `3 of 12` */
  position: string;
  title: string;
  /** It was done before. */
  recalled: boolean;
  /** Others run at the same time: every line says whose it is. */
  beside: boolean;
  quiet: boolean;
}): PointLines {
  const head = `${paint.bold(position)}  ${title}`;
  const say = (text: string) => {
    if (!quiet) process.stderr.write(`${text}\n`);
  };
  const before = beside ? `${paint.dim(position)}  ${title}` : '';
  const report = progressReporter({ quiet, ...(beside ? { before } : {}) });
  let told = !recalled;
  if (told) say(head);
  return {
    emit(event) {
      if (!told && event.type === 'stage-start') {
        say(head);
        told = true;
      }
      if (event.type === 'notices') sayNotices(event.notices, { run: event.run, quiet, before });
      else if (told) report(event);
    },
    end() {
      if (!told) say(`${head}  ${paint.dim('done before')}`);
    },
  };
}

/** What was said by an earlier point: those over the same data say the same, and once is enough. */
const said = new Set<string>();

function sayNotices(
  notices: readonly Notice[],
  { run, quiet, before }: { run: string; quiet: boolean; before: string },
): void {
  const own = notices.filter(({ level, what, text }) => {
    if (said.has(text) || (quiet && (level !== 'warning' || what === null))) return false;
    said.add(text);
    return true;
  });
  const text = noticesText(own, run);
  if (text !== null) process.stderr.write(`${text.replaceAll(/^/gm, `${before}  `)}\n`);
}
