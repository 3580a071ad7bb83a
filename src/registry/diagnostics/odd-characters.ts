/**
 * Characters that look like one of a keyboard, or like nothing, and are another one to a computer: they come along when text
 * is copied out of a web page, a chat or a word processor.
 */
export interface OddCharacter {
  /** Offset in the text, in UTF-16 units. */
  at: number;
  /** `a no-break space (U+00A0)` */
  name: string;
  /** What was meant; empty where nothing was. */
  instead: string;
  what: 'space' | 'nothing' | 'dash' | 'quote' | 'wide' | 'letter' | 'control';
}

type Kind = Omit<OddCharacter, 'at'>;

const KINDS = new Map<string, Kind>();

function add(what: OddCharacter['what'], instead: string, names: Readonly<Record<string, string>>): void {
  for (const [code, name] of Object.entries(names))
    KINDS.set(String.fromCodePoint(Number.parseInt(code, 16)), { what, instead, name: `${name} (U+${code})` });
}

add('space', ' ', {
  '00A0': 'a no-break space',
  '1680': 'an Ogham space',
  '202F': 'a narrow no-break space',
  '205F': 'a mathematical space',
  '3000': 'an ideographic space',
  '2028': 'a line separator',
  '2029': 'a paragraph separator',
  '0085': 'a next-line character',
});
for (let code = 0x2000; code <= 0x200a; code++) add('space', ' ', { [code.toString(16)]: 'a typographic space' });
add('nothing', '', {
  '00AD': 'a soft hyphen',
  '200B': 'a zero-width space',
  '200C': 'a zero-width non-joiner',
  '200D': 'a zero-width joiner',
  '2060': 'a word joiner',
  FEFF: 'a byte order mark',
});
for (const [from, to] of [
  [0x200e, 0x200f],
  [0x202a, 0x202e],
  [0x2066, 0x2069],
] as const)
  for (let code = from; code <= to; code++)
    add('nothing', '', { [code.toString(16).toUpperCase()]: 'a mark of text direction' });
add('dash', '-', {
  '2010': 'a typographic hyphen',
  '2011': 'a no-break hyphen',
  '2012': 'a figure dash',
  '2013': 'an en dash',
  '2014': 'an em dash',
  '2015': 'a horizontal bar',
  '2212': 'a minus sign of typesetting',
});
add('quote', "'", {
  '2018': 'a typographic quote',
  '2019': 'a typographic quote',
  '201A': 'a typographic quote',
  '201B': 'a typographic quote',
});
add('quote', '"', {
  '201C': 'a typographic quote',
  '201D': 'a typographic quote',
  '201E': 'a typographic quote',
  '201F': 'a typographic quote',
  '00AB': 'a typographic quote',
  '00BB': 'a typographic quote',
});
// Full-width forms of Chinese and Japanese keyboards: the colon, the brackets, the digits.
for (let code = 0xff01; code <= 0xff5e; code++)
  add('wide', String.fromCodePoint(code - 0xfee0), { [code.toString(16).toUpperCase()]: 'a full-width character' });
add('wide', ': ', { FF1A: 'a full-width colon' });
add('wide', ', ', { FF0C: 'a full-width comma', '3001': 'an ideographic comma' });
for (const [letters, script] of [
  ['аaсcеeіiјjоoрpѕsуyхxһhАAВBЕEІIЈJКKМMНHОOРPСCЅSТTХX', 'Cyrillic'],
  ['οoνvΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX', 'Greek'],
] as const)
  for (const [foreign, latin] of letters.match(/../gu) ?? [])
    add('letter', latin as string, {
      [(foreign as string).codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0') ?? '']: `a ${script} letter`,
    });
for (let code = 0; code < 0xa0; code++)
  if (![0x09, 0x0a, 0x0d, 0x85].includes(code) && (code < 0x20 || code > 0x7e))
    add('control', '', { [code.toString(16).toUpperCase().padStart(4, '0')]: 'a control character' });

/** Each of them in a text, in its order. */
export function oddCharacters(text: string): OddCharacter[] {
  // Nearly all texts have none.
  if (/^[\x20-\x7e\t\r\n]*$/.test(text)) return [];
  const found: OddCharacter[] = [];
  for (let at = 0; at < text.length; at++) {
    const kind = KINDS.get(text.charAt(at));
    if (kind) found.push({ at, ...kind });
  }
  return found;
}

const codeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * A text with what nobody would see in it shown as `\u200b`: characters without a width, spaces that are none; and what a
 * terminal obeys (ESC, BEL, CR), which an id of a file may hold. Line breaks and tabs stay.
 */
export const visible = (text: string): string => {
  const unseen = oddCharacters(text).filter(({ what }) => what === 'nothing' || what === 'space' || what === 'control');
  return unseen
    .reduceRight((shown, { at }) => shown.slice(0, at) + codeOf(shown.charAt(at)) + shown.slice(at + 1), text)
    .replaceAll('\r', codeOf);
};

/** The same of what is to stand on one line. */
export const visibleLine = (text: string): string => visible(text).replaceAll(/[\t\n]/g, codeOf);

/** The text as it would have been typed. */
export const asTyped = (text: string): string =>
  oddCharacters(text).length === 0
    ? text
    : [...text].map((character) => KINDS.get(character)?.instead ?? character).join('');

/** What of a key cannot have been meant: anything odd, but letters of another script only beside Latin ones. */
export function oddInName(name: string): OddCharacter | null {
  const mixed = /[A-Za-z]/.test(name);
  return oddCharacters(name).find(({ what }) => what !== 'letter' || mixed) ?? null;
}

/**
 * What of a value cannot have been meant. A text may hold what it likes, inside; an odd character at its edge, one that
 * makes a word or a number of plain letters another one, or a control character is a slip.
 * @param path a path of this machine: names of folders may hold all that their owner can type
 */
export function oddInValue(value: string, path = false): OddCharacter | null {
  const odd = oddCharacters(value);
  const [first, last] = [odd[0], odd.at(-1)];
  const control = odd.find(({ what }) => what === 'control');
  if (control) return control;
  if (path) {
    const broken = /[\t\r\n]/.exec(value);
    if (broken) return { at: broken.index, name: NAMES[broken[0]] ?? 'a tab', instead: '', what: 'control' };
  }
  if (first?.at === 0 && ['space', 'nothing', 'quote'].includes(first.what)) return first;
  if (last && last.at === value.length - 1 && ['space', 'nothing'].includes(last.what)) return last;
  if (!first) return null;
  // A colon without a space behind it makes no key, and a # without one before it no comment.
  const glued = odd.find(
    ({ at, what }) => what === 'space' && (/^[\w-]+:$/.test(value.slice(0, at)) || value.charAt(at + 1) === '#'),
  );
  if (glued || path) return glued ?? null;
  const typed = asTyped(value);
  if (/^[\w-]+: /.test(typed) && !/^[\w-]+: /.test(value)) return first;
  const plain = /^[\x21-\x7e]+$/.test(typed) && (/[A-Za-z0-9]/.test(value) || first.what === 'wide');
  if (plain) return first;
  const latin = /^[\x20-\x7e]*$/.test(typed);
  return (latin && odd.find(({ what }) => what === 'nothing' || what === 'wide')) || null;
}

const NAMES: Readonly<Record<string, string>> = { '\t': 'a tab', '\n': 'a line break', '\r': 'a line break' };

/** What to do about one. */
export function oddHint({ instead, what }: OddCharacter): string {
  if (what === 'control')
    return 'Delete it. In double quotes \\t and \\n are a tab and a line break: write paths with /.';
  if (instead === '') return 'Delete it.';
  return instead === ' ' ? 'Type a space of the space bar.' : `Type ${instead.trim()} anew, on the keyboard.`;
}
