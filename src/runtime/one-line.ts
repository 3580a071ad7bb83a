/** What stands in a file, short and on one line: it may hold anything, and control characters would move a terminal's cursor. */
export function oneLine(text: string, longest = 80): string {
  const plain = text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, '\uFFFD');
  return plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain;
}
