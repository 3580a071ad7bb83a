import { join, sep } from 'node:path';

/**
 * Paths below a source's root as text. A name is bytes (an old archive writes Latin-1), a path in our tables is UTF-8:
 * each byte that is none stands as U+FFFD and two digits, and so does a U+FFFD of the name itself. So every name has
 * one text, every text one name, and names in UTF-8 stand for themselves.
 */
const MARK = '\ufffd';
const ESCAPED = /\ufffd([0-9A-F]{2})/;

/** The text of a file's name. */
export function nameText(name: Buffer): string {
  const text = name.toString('utf8');
  if (!text.includes(MARK)) return text;
  let out = '';
  for (let at = 0; at < name.length; ) {
    const size = characterSize(name, at);
    const character = name.toString('utf8', at, at + size);
    if (character.includes(MARK))
      for (const byte of name.subarray(at, at + size)) out += MARK + byte.toString(16).toUpperCase().padStart(2, '0');
    else out += character;
    at += size;
  }
  return out;
}

/** Bytes of the UTF-8 character that starts here; 1 where none does. */
function characterSize(bytes: Buffer, at: number): number {
  for (let size = 1; size <= 4 && at + size <= bytes.length; size++) {
    const text = bytes.toString('utf8', at, at + size);
    const whole = Buffer.from(text, 'utf8');
    if (whole.equals(bytes.subarray(at, at + size))) return size;
  }
  return 1;
}

/** What the system calls a path below `root`. */
export function systemPath(root: string, path: string): string | Buffer {
  if (!path.includes(MARK)) return join(root, path);
  const parts = path.split(ESCAPED).map((part, i) => (i % 2 === 0 ? Buffer.from(part) : Buffer.from(part, 'hex')));
  return Buffer.concat([Buffer.from(root.endsWith(sep) ? root : root + sep), ...parts]);
}

/** A path as people know it: `M\xFCller`. */
export const readablePath = (path: string): string => path.replaceAll(new RegExp(ESCAPED, 'g'), '\\x$1');
