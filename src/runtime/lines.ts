import { isUtf8 } from 'node:buffer';
import { StringDecoder } from 'node:string_decoder';
import { IchorError } from '../errors.ts';
import { createReadStream } from '../files/fs.ts';
import { systemCode, systemReason } from '../files/system-error.ts';

/** Longer than any row: what has no line breaks is no table, and must not fill the memory. */
const LONGEST = 1 << 20;

export interface Line {
  text: string;
  /** From 1. */
  number: number;
}

/** A text that is no file of its own, from its start on. */
export interface Pieces {
  pieces(): AsyncIterable<Uint8Array>;
}

/**
 * The lines of a text file, piece by piece, each without its end (`\n` or `\r\n`, also where both are mixed) and without a
 * byte order mark. Empty lines at the end are none. `shown`: how errors name the file.
 * Throws IchorError `file-unreadable`, and `not-text` for what is compressed, UTF-16 or UTF-32, has NUL bytes, bytes that are
 * no UTF-8, characters that another program lost (U+FFFD), or a line that never ends (exit 2). Another encoding is not guessed
 * at: under a wrong one `Müller` and `Möller` are other people, or one.
 */
export async function* linesOf(
  file: string | Pieces,
  shown = typeof file === 'string' ? file : 'The table',
): AsyncGenerator<readonly Line[]> {
  const decoder = new StringDecoder('utf8');
  let [rest, number, empty] = ['', 0, 0];
  let lines: Line[] = [];
  const take = (text: string) => {
    const own = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (own.trim() === '') {
      empty++;
      return;
    }
    // They were not the last ones.
    for (; empty > 0; empty--) lines.push({ text: '', number: ++number });
    lines.push({ text: own, number: ++number });
  };
  let first = true;
  /** The start of a character that the next piece goes on with. */
  let begun: Buffer = Buffer.alloc(0);
  const checkText = (bytes: Buffer, decoded: string) => {
    const whole = begun.length === 0 ? bytes : Buffer.concat([begun, bytes]);
    const end = whole.length - unfinished(whole);
    if (!isUtf8(whole.subarray(0, end)) || decoded.includes('\uFFFD'))
      throw notUtf8(shown, number + empty + 1, rest, whole);
    begun = whole.subarray(end);
  };
  try {
    const pieces = typeof file === 'string' ? createReadStream(file, { highWaterMark: 1 << 20 }) : file.pieces();
    for await (const piece of pieces) {
      const chunk = piece as Buffer;
      if (first) refuseOther(shown, chunk);
      const nul = chunk.indexOf(0);
      if (nul >= 0) throw hasNul(shown, number + empty + 1 + newlines(chunk, nul));
      const decoded = decoder.write(chunk);
      checkText(chunk, decoded);
      const text = rest + (first ? decoded.replace(/^\uFEFF/, '') : decoded);
      first = false;
      let from = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
        take(text.slice(from, end));
        from = end + 1;
      }
      rest = text.slice(from);
      if (rest.length > LONGEST) throw tooLong(shown, number + empty + 1, rest);
      if (lines.length > 0) yield lines;
      lines = [];
    }
  } catch (error) {
    if (error instanceof IchorError) throw error;
    throw new IchorError(
      'file-unreadable',
      // The system's message holds the path, which may be private.
      `${shown} cannot be read: ${systemReason(error)}.`,
      hintOf(systemCode(error)),
      2,
      { cause: error },
    );
  }
  // It ends within a character.
  if (begun.length > 0) throw notUtf8(shown, number + empty + 1, rest, begun);
  if (rest !== '') take(rest);
  if (lines.length > 0) yield lines;
}

function hintOf(code: string | undefined): string {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'Look at its path and name; a relative path starts where the command was typed.';
    case 'EISDIR':
      return 'Name the CSV file in it, with the columns ID and Label.';
    case 'EACCES':
    case 'EPERM':
      return 'Look at its permissions with `ls -l`, and at those of the folders above it.';
    default:
      return 'Look at the disk or network share that holds it, then run the same command again.';
  }
}

const AS_CSV = 'Open it in the program that wrote it, and save the table as CSV in UTF-8.';
const UNPACK = 'Unpack it, and name the CSV file that comes out.';
/** Files within the archive that a workbook is. */
const WORKBOOK = /\[Content_Types\]\.xml|\bxl\/|mimetypeapplication\/vnd\.oasis/;
/** What tables are kept in beside text, by how such a file begins. */
const OTHERS: readonly (readonly [bytes: Buffer, what: string, hint: string])[] = [
  [Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), 'an Excel workbook of before 2007', AS_CSV],
  [Buffer.from('PAR1'), 'a Parquet file', 'Write it as CSV: in pandas `read_parquet(FILE).to_csv(NAME, index=False)`.'],
  [Buffer.from('SQLite format 3\0'), 'a SQLite database', AS_CSV],
  [Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'), 'an HDF5 file', AS_CSV],
  [Buffer.from('BZh'), 'compressed (bzip2)', UNPACK],
  [Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), 'compressed (xz)', UNPACK],
  [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), 'compressed (Zstandard)', UNPACK],
  [Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'), 'a 7z archive', UNPACK],
  [Buffer.from('Rar!'), 'a RAR archive', UNPACK],
];

/** By its first bytes: what people have that is no UTF-8 text, with what to do about it. */
function refuseOther(file: string, start: Buffer): void {
  const [a, b, c, d] = start;
  const refuse = (what: string, hint: string) => {
    throw new IchorError('not-text', `${file} is ${what}, no CSV file as it stands.`, hint, 2);
  };
  if (a === 0x1f && b === 0x8b)
    refuse('compressed (gzip)', `Unpack it and name what comes out: gunzip -k ${inCommand(file)}`);
  for (const [bytes, what, hint] of OTHERS) if (start.subarray(0, bytes.length).equals(bytes)) refuse(what, hint);
  if (a === 0x50 && b === 0x4b && c === 0x03 && d === 0x04 && WORKBOOK.test(start.subarray(0, 4096).toString('latin1')))
    refuse('an Excel workbook', AS_CSV);
  if (a === 0x50 && b === 0x4b && c === 0x03 && d === 0x04)
    refuse('a ZIP archive', `Unpack it and name the CSV file in it: unzip ${inCommand(file)}`);
  // Before UTF-16, whose mark is the first half of theirs.
  const four = (own: number | undefined, ...zeros: (number | undefined)[]) =>
    own !== 0 && zeros.every((one) => one === 0);
  if ((a === 0 && b === 0 && c === 0xfe && d === 0xff) || (a === 0xff && b === 0xfe && c === 0 && d === 0))
    refuse('UTF-32 text', `Save it as UTF-8: iconv -f UTF-32 -t UTF-8 ${inCommand(file)} > utf-8.csv`);
  if (four(a, b, c, d))
    refuse('UTF-32 text', `Save it as UTF-8: iconv -f UTF-32LE -t UTF-8 ${inCommand(file)} > utf-8.csv`);
  if (four(d, a, b, c))
    refuse('UTF-32 text', `Save it as UTF-8: iconv -f UTF-32BE -t UTF-8 ${inCommand(file)} > utf-8.csv`);
  const marked = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  // Without a mark: Latin letters with a zero beside each.
  const bigEnd = a === 0 && b !== 0 && c === 0 && d !== 0;
  const littleEnd = b === 0 && a !== 0 && d === 0 && c !== 0;
  const order = marked ? '' : bigEnd ? 'BE' : 'LE';
  if (marked || bigEnd || littleEnd)
    refuse('UTF-16 text', `Save it as UTF-8: iconv -f UTF-16${order} -t UTF-8 ${inCommand(file)} > utf-8.csv`);
}

/** @param start of the line */
const tooLong = (file: string, line: number, start: string) =>
  new IchorError(
    'not-text',
    `${file}:${line}: the line is longer than a million characters: no row of a table is.`,
    start.includes('\r')
      ? `Its lines end as those of old Macs (CR alone): tr '\\r' '\\n' < ${inCommand(file)} > lines.csv`
      : `Look at it (sed -n ${line}p ${inCommand(file)} | head -c 200): something else was written into the file, or its line breaks are gone. Remove the line, or copy the file again.`,
    2,
  );

/** Bytes at the end that begin a character and are not all of it: 0 to 3. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? back : 0;
  }
  return 0;
}

/**
 * @param line that `rest` is the start of
 * @param bytes that go on from there
 */
function notUtf8(shown: string, line: number, rest: string, bytes: Buffer): IchorError {
  const decoded = bytes.toString('utf8');
  const at = decoded.indexOf('\uFFFD');
  const before = decoded.slice(0, at);
  const breaks = newlinesOf(before);
  // What of the line stands before it: in this piece, and in the one before.
  const start = breaks === 0 ? rest + before : before.slice(before.lastIndexOf('\n') + 1);
  const place = `${shown}:${line + breaks}:${[...start.replace(/^\uFEFF/, '')].length + 1}`;
  const from = Buffer.byteLength(before);
  if (bytes.subarray(from, from + 3).equals(LOST))
    return new IchorError(
      'not-text',
      `${place}: there is the character U+FFFD, which programs write in the place of one that they cannot read: names that differed may be equal now.`,
      'Write the table again from where it came from, in UTF-8.',
      2,
    );
  const byte = (bytes[from] as number).toString(16).toUpperCase();
  return new IchorError(
    'not-text',
    `${place}: the byte ${byte} there is no UTF-8: the table is in another encoding, or damaged.`,
    `Save it as UTF-8 (Excel: "CSV UTF-8"). From Windows in western Europe: iconv -f WINDOWS-1252 -t UTF-8 ${inCommand(shown)} > utf-8.csv`,
    2,
  );
}
const LOST = Buffer.from('\uFFFD');

const newlinesOf = (text: string): number => text.split('\n').length - 1;

/** How a command names the file: what stands for a private name is none. */
const inCommand = (shown: string): string => (/\s/.test(shown) ? 'FILE' : shown);

const hasNul = (file: string, line: number) =>
  new IchorError(
    'not-text',
    `${file}:${line}: there is a NUL byte: the file is damaged, or no text.`,
    'Write it again: a copy that was cut short, or a full disk, leaves such bytes. If it is UTF-16, save it as UTF-8.',
    2,
  );

function newlines(chunk: Buffer, end: number): number {
  let count = 0;
  for (let at = chunk.indexOf(10); at >= 0 && at < end; at = chunk.indexOf(10, at + 1)) count++;
  return count;
}
