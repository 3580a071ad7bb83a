import type { Run, SummaryTable } from '../library/index.ts';
import { noticesText } from './notices.ts';
import { paint } from './paint.ts';
import { shown } from './paths.ts';
import { table } from './table.ts';

const FILES = ['report', 'predictions', 'flagged', 'submission', 'patients'] as const;

/**
 * The end of a run: the metrics as a small table, what is comparable, where things are, and what was left out, repaired or is
 * doubtful. On standard output.
 */
export async function printSummary(
  run: Run & { repeated: boolean },
  /** What makes this command name files and slices as they are. */
  unhashed = '--set data.source.showIds=true',
): Promise<void> {
  const parts: string[] = [];
  if (run.artifacts.evaluate !== undefined) {
    const summary = await run.summary();
    if (summary !== null) parts.push(metricsText(summary));
  }
  const files = FILES.flatMap((name) => {
    const file = run.files[name];
    return file === undefined ? [] : [[name, shown(file)]];
  });
  if (run.repeated) parts.push(`Nothing was left to do: run ${run.name} stands for this one.`);
  parts.push(files.length > 0 ? table(files) : `run  ${shown(run.folder)}`);
  const isPrivate = run.notices.length > 0 && (await run.identities()) === 'private';
  const notices = noticesText(run.notices, run.name, isPrivate ? unhashed : null);
  if (notices !== null) parts.push(notices);
  process.stdout.write(`\n${parts.join('\n\n')}\n`);
}

/** The small table of a run's figures. */
export function metricsText(summary: SummaryTable): string {
  const rows = [summary.columns, ...summary.rows.map(({ name, cells }) => [name, ...cells])];
  const right = summary.columns.map((_, i) => i).slice(1);
  return [
    paint.bold(summary.title),
    table(rows, { right }),
    ...summary.worse.map((text) => paint.yellow(text)),
    ...summary.notes.map((note) => paint.dim(note)),
  ].join('\n');
}
