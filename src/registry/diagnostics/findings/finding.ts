import { formatPath, type Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic, Severity } from '../diagnostic.ts';

/** Each message is made by one function of this folder; this joins it with its place. */
export function finding(
  severity: Severity,
  code: string,
  place: Place,
  path: Path,
  message: string,
  hint?: string,
): Diagnostic {
  return {
    code,
    severity,
    file: place.file,
    line: place.line,
    column: place.column,
    path: formatPath(path),
    message,
    ...(hint ? { hint } : {}),
  };
}

/** A short text of any value for a message: `"seven"`, `[1, 2]`, `a map of 3 keys`. */
export function show(value: unknown): string {
  if (typeof value === 'string')
    return value.length > 60 ? `${JSON.stringify(value.slice(0, 57))}…` : JSON.stringify(value);
  if (value === null || typeof value !== 'object') return String(value);
  const text = JSON.stringify(value);
  if (text.length <= 40) return text;
  return Array.isArray(value) ? `a list of ${value.length}` : `a map of ${Object.keys(value).length} keys`;
}

/** `a`, `a or b`, `a, b or c` */
export function either(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
