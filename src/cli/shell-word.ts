/** A word of a command that is printed to be copied: in quotes where a shell would read it otherwise. */
export function quoted(word: string): string {
  const windows = process.platform === 'win32';
  if ((windows ? /^[\w./@+=:,\\-]+$/ : /^[\w./@%+=:,-]+$/).test(word)) return word;
  return windows ? `"${word}"` : `'${word.replaceAll("'", "'\\''")}'`;
}
