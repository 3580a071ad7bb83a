import type { Emit } from '../../runtime/events.ts';
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
  const report = progressReporter({ quiet, ...(beside ? { before: `${paint.dim(position)}  ${title}` } : {}) });
  let told = !recalled;
  if (told) say(head);
  return {
    emit(event) {
      if (!told && event.type === 'stage-start') {
        say(head);
        told = true;
      }
      if (told) report(event);
    },
    end() {
      if (!told) say(`${head}  ${paint.dim('done before')}`);
    },
  };
}
