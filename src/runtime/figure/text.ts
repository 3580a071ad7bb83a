/** Shares of the font's size; those of DejaVu Sans, the widest font that a system is likely to answer with. */
const WIDTHS: readonly (readonly [RegExp, number])[] = [
  [/[ilj.,:;|!'’·]/, 0.33],
  [/[ ftrI()[\]/-]/, 0.4],
  [/[mwMW@%]/, 0.98],
  [/[A-Z&+=<>×→±~]/, 0.84],
];
const USUAL = 0.63;
const BOLD = 1.12;

export interface TextStyle {
  /** Pixels. */
  size: number;
  bold?: boolean;
}

/** Pixels that a text takes at most, as nothing here can measure it: a figure's text may be shorter, never cut. */
export function textWidth(text: string, { size, bold = false }: TextStyle): number {
  const share = [...text].reduce(
    (sum, character) => sum + (WIDTHS.find(([which]) => which.test(character))?.[1] ?? USUAL),
    0,
  );
  return share * size * (bold ? BOLD : 1);
}

/** Lines of at most `width` pixels, broken at spaces; a word that is longer is broken where it has to be. */
export function wrapped(text: string, width: number, style: TextStyle): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((one) => pieces(one, width, style))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (textWidth(longer, style) <= width) line = longer;
    else {
      if (line !== '') lines.push(line);
      line = word;
    }
  }
  return line === '' ? lines : [...lines, line];
}

function pieces(word: string, width: number, style: TextStyle): string[] {
  const parts: string[] = [];
  let part = '';
  for (const character of word) {
    if (part !== '' && textWidth(part + character, style) > width) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return [...parts, part];
}
