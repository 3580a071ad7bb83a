import { linesOf } from '../lines.ts';

/** Each line of a text file with its number from 1: see `linesOf`. Throws IchorError `file-unreadable`, `not-text` (exit 2). */
export async function eachLine(file: string, line: (text: string, number: number) => void): Promise<void> {
  for await (const lines of linesOf(file)) for (const { text, number } of lines) line(text, number);
}
