import type { Diagnostic } from './diagnostic.ts';
import { relativeFile } from './relative-file.ts';

/**
 * Findings for programs: one array of `{ code, severity, file, line, column, path, message, hint }`, every key always
 * there. `file` is relative to `cwd`, with `/`; `line` and `column` count from 1, and are 0 where a place has no text.
 */
export function formatJson(diagnostics: readonly Diagnostic[], { cwd }: { cwd: string }): string {
  const rows = diagnostics.map(({ code, severity, file, line, column, path, message, hint }) => ({
    code,
    severity,
    file: relativeFile(file, cwd),
    line,
    column,
    path,
    message,
    hint: hint ?? null,
  }));
  return JSON.stringify(rows, null, 2);
}
