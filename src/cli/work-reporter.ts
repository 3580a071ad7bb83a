import type { RunEvent, WorkEvent } from '../library/index.ts';
import { printDiagnostics } from './findings.ts';
import { paint } from './paint.ts';

/** Shows what the library tells: the name at the start, findings, and all else by `report`. */
export function workReporter(
  report: (event: RunEvent) => void,
  { quiet, named = true }: { quiet: boolean; named?: boolean },
): (event: WorkEvent) => void {
  return (event) => {
    if (event.type === 'begin') {
      const of = event.predictsWith === null ? event.marks : [`with the networks of ${event.predictsWith}`];
      if (!quiet && named)
        process.stderr.write(`${paint.bold(event.recipe)}${of.map((text) => `  ${text}`).join('')}\n`);
    } else if (event.type === 'findings') void printDiagnostics(event.diagnostics, event.sources);
    else report(event);
  };
}
