/**
 * Numbers as DICOM writes them in text: the value representations DS and IS (PS3.5 6.2). Nothing is guessed: `1,5` is
 * not 1, `-1 024` is not -1, `NaN` and `0x10` are no numbers, `1e400` is none that can be held.
 */
export interface NumberText {
  /** One a value, in their order; null where one of them is no number. */
  values: number[] | null;
  /** A value is longer than its representation allows: against the standard, and plain to read. */
  long: boolean;
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INTEGER = /^[+-]?\d+$/;
const DECIMAL_CHARACTERS = 16;
const INTEGER_CHARACTERS = 12;
/** IS: -2^31 to 2^31 - 1. */
const INTEGERS = 2 ** 31;

/** DS, its values parted by backslashes. `text` as it stands in the file, padding included. */
export const decimals = (text: string): NumberText =>
  numbersIn(text, DECIMAL, DECIMAL_CHARACTERS, (value) => Number.isFinite(value));

/** IS, likewise. */
export const integers = (text: string): NumberText =>
  numbersIn(text, INTEGER, INTEGER_CHARACTERS, (value) => value >= -INTEGERS && value < INTEGERS);

function numbersIn(text: string, form: RegExp, most: number, holds: (value: number) => boolean): NumberText {
  // Spaces pad a value on both sides. Zero bytes at the end pad no number by the standard, and many writers use them.
  const parts = text
    .replace(/[\0 ]+$/, '')
    .split('\\')
    .map((part) => part.replace(/^ +| +$/g, ''));
  const numbers = parts.map((part) => (form.test(part) ? Number(part) : Number.NaN));
  const sound = numbers.every((value) => !Number.isNaN(value) && holds(value));
  return { values: sound ? numbers : null, long: parts.some((part) => part.length > most) };
}
