/** The text from one offset to another in the place of which another one stands. */
export interface TextEdit {
  from: number;
  to: number;
  text: string;
}

export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  return inOrder(edits).reduceRight(
    (done, { from, to, text: own }) => done.slice(0, from) + own + done.slice(to),
    text,
  );
}

const inOrder = (edits: readonly TextEdit[]): TextEdit[] => [...edits].sort((a, b) => a.from - b.from || a.to - b.to);

/** The lines that edits touch, old and new, as a unified diff without context. */
export function diffOfEdits(text: string, edits: readonly TextEdit[]): string {
  const lineStart = (offset: number) => text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = (offset: number) => {
    const end = text.indexOf('\n', offset);
    return end < 0 ? text.length : end;
  };
  const hunks: { from: number; to: number; edits: TextEdit[] }[] = [];
  for (const edit of inOrder(edits)) {
    // What ends with a line break takes no part of the next line.
    const last = edit.to > edit.from && text[edit.to - 1] === '\n' ? edit.to - 1 : edit.to;
    const [from, to] = [lineStart(edit.from), lineEnd(last)];
    const open = hunks.at(-1);
    if (open && from <= open.to) {
      open.to = Math.max(open.to, to);
      open.edits.push(edit);
    } else hunks.push({ from, to, edits: [edit] });
  }
  return hunks
    .map(({ from, to, edits: own }) => {
      const before = text.slice(from, to);
      const after = applyEdits(
        before,
        own.map((edit) => ({ ...edit, from: edit.from - from, to: Math.min(edit.to, to) - from })),
      );
      const line = text.slice(0, from).split('\n').length;
      const marked = (sign: string, part: string) =>
        part === ''
          ? []
          : part
              .replace(/\n$/, '')
              .split('\n')
              .map((one) => `${sign}${one}`);
      return [`@@ line ${line} @@`, ...marked('-', before), ...marked('+', after)].join('\n');
    })
    .join('\n');
}
