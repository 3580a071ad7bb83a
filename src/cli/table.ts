/** Columns side by side; numbers (and whatever else is named) to the right. */
export function table(
  rows: readonly (readonly string[])[],
  options: { right?: readonly number[]; indent?: number } = {},
): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  const indent = ' '.repeat(options.indent ?? 0);
  return rows
    .map((row) =>
      (
        indent + row.map((cell, i) => pad(cell, widths[i] ?? 0, options.right?.includes(i) ?? false)).join('  ')
      ).trimEnd(),
    )
    .join('\n');
}

function pad(cell: string, width: number, right: boolean): string {
  return right ? cell.padStart(width) : cell.padEnd(width);
}
