/** A word of a command that is printed to be copied: in quotes where a shell would read it otherwise. */
export function quoted(word: string): string {
  if (/^[\w./@%+=:,\\-]+$/.test(word)) return word;
  return process.platform === 'win32' ? `"${word}"` : `'${word.replaceAll("'", "'\\''")}'`;
}
