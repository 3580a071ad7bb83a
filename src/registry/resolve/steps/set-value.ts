import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { setComment } from '../../diagnostics/findings/syntax.ts';
import { formatPath } from '../../values/path.ts';
import type { ScalarNode } from '../../values/value.ts';
import { DATA_ROOT } from './data-root.ts';
import { type Parsed, type ParseOptions, parse } from './parse.ts';

/**
 * The value of `--set path=value`. It is YAML, so that lists, maps, numbers and null can be said; but a command line is one
 * value, and none of it may go lost. So what YAML would read as a comment, an anchor, an alias, a tag, a directive or the start
 * of a document is text here, as it was typed; behind a list or a map a comment is refused. In lists and
 * maps of several lines comments are comments.
 */
export function parseSetValue(text: string, options: ParseOptions): Parsed {
  const trimmed = text.trim();
  const start = text.length - text.trimStart().length;
  if (trimmed === '~' && formatPath(options.path ?? []) === formatPath(DATA_ROOT))
    return asText(trimmed, start, options);
  if (trimmed.includes('\n')) {
    const parsed = parse(text, options);
    if (parsed.comment === undefined || parsed.node?.kind !== 'scalar') return parsed;
    return { ...parsed, findings: [comment(parsed.comment, trimmed, options)] };
  }
  if (STRUCTURE.test(trimmed)) {
    const parsed = parse(text, options);
    return parsed.comment === undefined ? parsed : { ...parsed, findings: [comment(parsed.comment, trimmed, options)] };
  }
  if (INDICATOR.test(trimmed)) return asText(trimmed, start, options);
  const parsed = parse(text, options);
  if (parsed.comment === undefined) return parsed;
  // `name: value #x` is a map, and what it sets would be cut.
  if (parsed.node !== null && parsed.node.kind !== 'scalar')
    return { ...parsed, findings: [comment(parsed.comment, trimmed, options)] };
  return asText(trimmed, start, options);
}

/** Starts a list, a map or a quoted text; or is a standard tag (`!!str 5`). */
const STRUCTURE = /^(?:[[{"']|- |!!)/;
/** Means something to YAML at the start of a value, and nothing on a command line. */
const INDICATOR = /^(?:[&*!|>@`%#]|\?(?: |$)|---|\.\.\.$)/;

function asText(value: string, offset: number, { file, layer, line = 1, column = 1, ...more }: ParseOptions): Parsed {
  const place = { file, line, column: column + offset };
  const node: ScalarNode = { kind: 'scalar', value, place, key: null, layer, shadowed: null };
  // The same characters are odd in it as anywhere.
  const quoted = parse(JSON.stringify(value), { file, layer, line, column: place.column - 1, ...more });
  return { node, findings: quoted.findings };
}

const comment = (offset: number, text: string, { file, line = 1, column = 1 }: ParseOptions): Diagnostic =>
  setComment({ file, line, column: column + offset }, text);
