import { createReadStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { IchorError } from '../../errors.ts';

/** Longer than any row: what has no line breaks is no table, and must not fill the memory. */
const LONGEST = 1 << 20;

/**
 * The lines of a text file, piece by piece: `line` gets each with its number from 1, without its end (`\n` or `\r\n`). An
 * empty last line is none. Throws IchorError `file-unreadable` (exit 2).
 */
export async function eachLine(file: string, line: (text: string, number: number) => void): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let [rest, number] = ['', 0];
  const take = (text: string) => line(text.endsWith('\r') ? text.slice(0, -1) : text, ++number);
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
      const text = rest + decoder.write(chunk as Buffer);
      let from = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
        take(text.slice(from, end));
        from = end + 1;
      }
      rest = text.slice(from);
      if (rest.length > LONGEST)
        throw new IchorError('file-unreadable', `${file} is no text with lines.`, undefined, 2);
    }
  } catch (error) {
    if (error instanceof IchorError) throw error;
    throw new IchorError(
      'file-unreadable',
      `${file} cannot be read: ${(error as Error).message}.`,
      'Name a CSV file with the columns ID and Label.',
      2,
      { cause: error },
    );
  }
  rest += decoder.end();
  if (rest !== '') take(rest);
}
