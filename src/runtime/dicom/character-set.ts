/** Defined terms of Specific Character Set (0008,0005), PS3.3 C.12.1.1.2, as the encodings of the WHATWG name them. */
const ENCODINGS: Readonly<Record<string, string>> = {
  'IR 13': 'shift_jis',
  'IR 58': 'gb18030',
  'IR 87': 'iso-2022-jp',
  'IR 100': 'latin1',
  'IR 101': 'iso-8859-2',
  'IR 109': 'iso-8859-3',
  'IR 110': 'iso-8859-4',
  'IR 126': 'iso-8859-7',
  'IR 127': 'iso-8859-6',
  'IR 138': 'iso-8859-8',
  'IR 144': 'iso-8859-5',
  'IR 148': 'iso-8859-9',
  'IR 149': 'euc-kr',
  'IR 159': 'iso-2022-jp',
  'IR 166': 'windows-874',
  'IR 192': 'utf-8',
  'IR 203': 'iso-8859-15',
};
/** These two begin with no `IR`. */
const CHINESE: readonly string[] = ['GB18030', 'GBK'];
/** Escapes that choose a set which its encoding reads without them: ESC $ ) C and ESC $ ) A, and the single-byte ones. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: ISO 2022 escapes are control characters
const ESCAPES = /\x1b(?:\$\)[AC]|[()-][A-Z])/g;

/**
 * How texts of a header are read (names, descriptions, ids), by its Specific Character Set; code extensions by the last set that
 * is named, which all in use here hold ASCII. What is no known term, or cannot be read so, is Latin-1, which holds every byte.
 */
export function textDecoder(characterSet: string): (bytes: Buffer) => string {
  const terms = characterSet
    .toUpperCase()
    .split('\\')
    .map((term) =>
      term
        .trim()
        .replace(/^ISO[_ ](?:2022[ _])?/, '')
        .replace('_', ' '),
    )
    .filter((term) => term !== '' && term !== 'IR 6');
  const term = terms.at(-1) ?? '';
  const encoding = CHINESE.includes(term) ? 'gb18030' : ENCODINGS[term];
  const latin = (bytes: Buffer) => bytes.toString('latin1');
  if (encoding === undefined || encoding === 'latin1') return latin;
  return (bytes) => {
    const plain = encoding === 'iso-2022-jp' ? bytes : Buffer.from(latin(bytes).replaceAll(ESCAPES, ''), 'latin1');
    try {
      return decoderOf(encoding).decode(plain);
    } catch {
      // What it was in the middle of is forgotten with it.
      decoders.delete(encoding);
      return latin(bytes);
    }
  };
}

/** One for all files: it takes longer to make than a header to read. */
const decoders = new Map<string, InstanceType<typeof TextDecoder>>();

function decoderOf(encoding: string): InstanceType<typeof TextDecoder> {
  const decoder = decoders.get(encoding) ?? new TextDecoder(encoding, { fatal: true });
  decoders.set(encoding, decoder);
  return decoder;
}
