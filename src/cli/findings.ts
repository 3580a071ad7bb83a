import { type Diagnostic, formatFindings } from '../library/index.ts';
import { findingsAsCalled } from './called.ts';
import { paint } from './paint.ts';

/** What `ichor check` alone says: that plugins run is what a run is for, and what is fetched `plan` and `run` say themselves. */
const OF_CHECK = ['plugin-code', 'weights-fetched'];

/** Findings on standard error, but for codes that are no matter to a command other than `check`. */
export const printFound = (
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  untold: readonly string[] = [],
): Promise<void> =>
  printDiagnostics(
    diagnostics.filter(({ code }) => !OF_CHECK.includes(code) && !untold.includes(code)),
    sources,
  );

/** Findings on standard error, each with the lines around it. */
export async function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
): Promise<void> {
  if (diagnostics.length === 0) return;
  process.stderr.write(`${await formatFindings(findingsAsCalled(diagnostics), { paint, sources })}\n`);
}

/** `2 errors, 1 warning` */
export function countText(diagnostics: readonly Diagnostic[]): string {
  const count = (severity: Diagnostic['severity']) => diagnostics.filter((d) => d.severity === severity).length;
  const parts = (['error', 'warning', 'note'] as const)
    .map((severity) => [count(severity), severity] as const)
    .filter(([n]) => n > 0)
    .map(([n, severity]) => `${n} ${severity}${n === 1 ? '' : 's'}`);
  return parts.join(', ');
}

export const hasErrors = (diagnostics: readonly Diagnostic[]) => diagnostics.some((d) => d.severity === 'error');
