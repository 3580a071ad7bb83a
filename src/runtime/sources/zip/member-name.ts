import { crc32 } from '../../../files/crc32.ts';
import { extraField, type ZipEntry } from '../../../files/zip.ts';
import { nameText } from '../paths.ts';

/** Bit 11 of the flags: the name is UTF-8 (APPNOTE appendix D). */
const UTF8 = 1 << 11;
/** Info-ZIP's field of a name in UTF-8, beside one that old programs read. */
const UNICODE_PATH = 0x7075;
/** What the bytes from 0x80 on are to DOS (code page 437): names in zips are, where nothing says otherwise. */
const CP437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

/** The name of a member as text, with `/`. Bytes that are no UTF-8 although they should be stand as in a folder's names. */
export function memberName({ nameBytes, flags, extra, host }: ZipEntry): string {
  const text = decoded(nameBytes, flags, extra);
  // Programs of Windows wrote its own separator.
  return (host === 0 || host === 10 || host === 11) && !text.includes('/') ? text.replaceAll('\\', '/') : text;
}

function decoded(bytes: Buffer, flags: number, extra: Buffer): string {
  if ((flags & UTF8) !== 0) return nameText(bytes);
  const field = extraField(extra, UNICODE_PATH);
  // It counts only for the name that it was made of: a program that renamed the member may have left it.
  if (field !== null && field.length > 5 && field[0] === 1 && field.readUInt32LE(1) === crc32(bytes))
    return nameText(field.subarray(5));
  if (bytes.every((byte) => byte < 0x80)) return bytes.toString('latin1');
  // Nobody's name in code page 437 is UTF-8 by chance, and many programs write UTF-8 without saying so.
  const utf8 = bytes.toString('utf8');
  if (!utf8.includes('\ufffd')) return utf8;
  return [...bytes].map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : CP437[byte - 0x80])).join('');
}

/** Whether a name leads out of the archive, or nowhere. */
export const isUnsafe = (name: string): boolean =>
  /^[\\/]|^[a-z]:|(^|[\\/])\.\.([\\/]|$)|\0/i.test(name) ||
  name.split('/').every((part) => part === '' || part === '.');

/** A name without what says nothing: `./a//b` is `a/b`. */
export const plainName = (name: string): string =>
  name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
