/** `0-3,7` */
export function ranges(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  const parts: [number, number][] = [];
  for (const n of sorted) {
    const last = parts.at(-1);
    if (last !== undefined && last[1] === n - 1) last[1] = n;
    else parts.push([n, n]);
  }
  return parts.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}

/** So many and no more: what a text of a scheduler names is a list in memory. */
const MOST = 1e6;

/** The numbers of `0-3,7`; what is of another form names none. */
export function numbersIn(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [from = Number.NaN, to = from] = part === '' ? [] : part.split('-').map(Number);
    return Number.isInteger(from) && to - from < MOST ? Array.from({ length: to - from + 1 }, (_, i) => from + i) : [];
  });
}
