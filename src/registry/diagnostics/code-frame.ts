import type { Diagnostic } from './diagnostic.ts';

/** Colours of a terminal; absent: plain text. */
export interface Paint {
  red(text: string): string;
  yellow(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

const CONTEXT = 1;
const WIDEST = 120;

/** The lines around a finding with a mark under its column, or '' where its place has no text. */
export function codeFrame(
  source: string,
  { line, column, severity }: Pick<Diagnostic, 'line' | 'column' | 'severity'>,
  paint?: Paint,
): string {
  const lines = source.replace(/^\uFEFF/, '').split(/\r?\n|\r/);
  if (line < 1 || line > lines.length) return '';
  const first = Math.max(1, line - CONTEXT);
  const last = Math.min(lines.length, line + CONTEXT);
  const width = String(last).length;
  const dim = paint?.dim ?? ((text: string) => text);
  const mark = severity === 'error' ? paint?.red : paint?.yellow;
  const frame: string[] = [];
  for (let number = first; number <= last; number++) {
    const text = lines[number - 1] ?? '';
    if (number !== line && text.trim() === '') continue;
    // A very long line is shown from a little before the mark.
    const skipped = number === line && column > WIDEST - 20 ? column - 60 : 0;
    const shown = printable(text.slice(skipped, skipped + WIDEST));
    frame.push(`${dim(`${number === line ? '>' : ' '} ${String(number).padStart(width)} |`)} ${shown}`.trimEnd());
    if (number === line) {
      const pointer = `${' '.repeat(Math.max(0, column - 1 - skipped))}^`;
      frame.push(`${dim(`  ${' '.repeat(width)} |`)} ${mark ? mark(pointer) : pointer}`);
    }
  }
  return frame.join('\n');
}

/** Control characters, escape sequences of a terminal among them, are shown and not obeyed. */
const printable = (text: string): string =>
  text.replaceAll(/\p{Cc}|\p{Cf}/gu, (character) => (character === '\t' ? ' ' : '\uFFFD'));
