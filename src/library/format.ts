import { resolve } from 'node:path';
import type { Diagnostic } from '../registry/diagnostics/diagnostic.ts';
import { type FormatOptions, formatDiagnostics } from '../registry/diagnostics/format.ts';
import { formatGithub } from '../registry/diagnostics/format-github.ts';
import { formatJson } from '../registry/diagnostics/format-json.ts';

/** How findings are said: with the lines around them, as a JSON array, or as annotations of a workflow. */
export interface FindingsFormat extends Partial<FormatOptions> {
  format?: 'text' | 'json' | 'github';
}

/** Findings as a terminal shows them, as JSON or for GitHub Actions. */
export async function formatFindings(
  diagnostics: readonly Diagnostic[],
  { format = 'text', cwd, ...options }: FindingsFormat = {},
): Promise<string> {
  const from = resolve(cwd ?? process.cwd());
  if (format === 'github') return formatGithub(diagnostics, { cwd: from });
  if (format === 'json') return formatJson(diagnostics, { cwd: from });
  return formatDiagnostics(diagnostics, { ...options, cwd: from });
}
