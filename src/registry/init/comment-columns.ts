/** A line of a recipe: its text, and what stands behind it as a comment. */
export interface Line {
  text: string;
  comment?: string;
}

const WIDEST = 120;
/** Comments of a block start in one column, not further right than this. */
const FURTHEST = 44;
const LEAST_ROOM = 40;

/** Lines with their comments in one column for each run of lines; a long comment goes on below itself. */
export function commentColumns(lines: readonly Line[]): string {
  const out: string[] = [];
  let run: Line[] = [];
  const flush = () => {
    const widths = run.filter(({ comment }) => comment).map(({ text }) => text.length + 2);
    const column = Math.min(FURTHEST, Math.max(0, ...widths));
    for (const line of run) out.push(...withComment(line, column));
    run = [];
  };
  for (const line of lines) {
    // A blank line or a comment of its own ends a run.
    if (line.text.trim() === '' || line.text.trimStart().startsWith('#')) {
      flush();
      out.push(line.text.trimEnd());
    } else run.push(line);
  }
  flush();
  return `${out.join('\n')}\n`;
}

function withComment({ text, comment }: Line, column: number): string[] {
  if (!comment) return [text];
  const start = Math.max(column, text.length + 2);
  const [first = '', ...more] = wrapped(comment, Math.max(LEAST_ROOM, WIDEST - start - 2));
  return [`${text.padEnd(start)}# ${first}`, ...more.map((line) => `${' '.repeat(start)}# ${line}`)];
}

/** `npx ichor` stays on one line: at the start of a line `ichor` alone would be taken for a call that still lacks its `npx`. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<!\bnpx)\s+|\s+(?!ichor\b)/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}
