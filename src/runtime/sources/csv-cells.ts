/**
 * The cells of one line, trimmed, quotes taken off; null where a quote has no partner. Tables of labels hold no line breaks in
 * their cells: read line by line, a stray quote costs its own row and not all that follow.
 */
export function cellsOf(line: string, delimiter = ','): string[] | null {
  if (!line.includes('"')) return line.split(delimiter).map((cell) => cell.trim());
  const cells: string[] = [];
  let rest = line;
  for (;;) {
    const quoted = /^\s*"((?:[^"]|"")*)"\s*/.exec(rest);
    if (quoted === null) {
      const end = rest.indexOf(delimiter);
      const cell = end < 0 ? rest : rest.slice(0, end);
      if (cell.includes('"')) return null;
      cells.push(cell.trim());
      if (end < 0) return cells;
      rest = rest.slice(end + delimiter.length);
      continue;
    }
    cells.push((quoted[1] as string).replaceAll('""', '"').trim());
    rest = rest.slice(quoted[0].length);
    if (rest === '') return cells;
    if (!rest.startsWith(delimiter)) return null;
    rest = rest.slice(delimiter.length);
  }
}
