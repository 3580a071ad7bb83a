import { IchorError } from '../../errors.ts';

/** A text with fields, `{PatientNumber:3}/brain/{SliceNumber}.jpg`; or a column's bare name. */
export interface CellTemplate {
  /** Names of its fields, in their order. */
  fields: readonly string[];
  /** Filled with a row's cells; null where one of them is empty. */
  fill(cells: Readonly<Record<string, string>>): string | null;
  /** What a whole text holds in the place of the fields; null where it is not of this form. */
  match(text: string): Readonly<Record<string, string>> | null;
}

/** What spreadsheets make of a long number on saving: its last digits are gone, and several people have the same. */
const ROUNDED = /^\d[.,]\d+E\+\d{2,}$/i;

/** The first field of a template of ids whose cell is such a number, as words for a row's problem; null: none. */
export function roundedId(template: CellTemplate | null, cells: Readonly<Record<string, string>>): string | null {
  const field = template?.fields.find((one) => ROUNDED.test(cells[one] ?? ''));
  return field === undefined ? null : `its ${field} is a number that a spreadsheet rounded (as 1.23E+11)`;
}

/** `{name}`, or `{name:3}`: padded with zeros in front to so many characters. */
const FIELD = /\{([^{}:]+)(?::(\d{1,2}))?\}/g;

/**
 * @param from what of the recipe it stands in, for messages
 * @throws IchorError `template-invalid` (exit 2) where a brace has no partner
 */
export function cellTemplate(text: string, from: string): CellTemplate {
  if (!/[{}]/.test(text)) return columnOf(text);
  const parts: (string | { field: string; width: number })[] = [];
  let at = 0;
  for (const { 0: all, 1: field = '', 2: width = '0', index } of text.matchAll(FIELD)) {
    parts.push(text.slice(at, index), { field: field.trim(), width: Number(width) });
    at = index + all.length;
  }
  parts.push(text.slice(at));
  if (parts.some((part) => typeof part === 'string' && /[{}]/.test(part)))
    throw new IchorError(
      'template-invalid',
      `${from} is ${JSON.stringify(text)}: a brace has no partner, or stands around nothing.`,
      'A field is a column in braces, with zeros in front where a width is said: images/{patient:3}/{slice}.png.',
      2,
    );
  const fields = [...new Set(parts.flatMap((part) => (typeof part === 'string' ? [] : [part.field])))];
  return {
    fields,
    fill(cells) {
      let out = '';
      for (const part of parts) {
        const cell = typeof part === 'string' ? part : cells[part.field];
        if (cell === undefined || (cell === '' && typeof part !== 'string')) return null;
        out += typeof part === 'string' ? cell : cell.padStart(part.width, '0');
      }
      return out;
    },
    match: matcher(parts),
  };
}

/** The name of a column alone stands for its cell. */
function columnOf(name: string): CellTemplate {
  return {
    fields: [name],
    fill: (cells) => cells[name] || null,
    match: () => null,
  };
}

function matcher(parts: readonly (string | { field: string })[]): CellTemplate['match'] {
  const seen: string[] = [];
  const pattern = parts.map((part) => {
    if (typeof part === 'string') return part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    // A field that stands twice holds the same text twice.
    const before = seen.indexOf(part.field);
    seen.push(before < 0 ? part.field : '');
    return before < 0 ? '([^/]+?)' : `\\${before + 1}`;
  });
  const groups = seen.filter((field) => field !== '');
  const expression = new RegExp(`^${renumbered(pattern, seen)}$`, 'u');
  return (text) => {
    const found = expression.exec(text);
    return found === null ? null : Object.fromEntries(groups.map((field, i) => [field, found[i + 1] as string]));
  };
}

/** Back references count groups alone, not fields. */
function renumbered(pattern: readonly string[], seen: readonly string[]): string {
  return pattern
    .map((text) =>
      /^\\\d+$/.test(text) ? `\\${seen.slice(0, Number(text.slice(1))).filter((field) => field !== '').length}` : text,
    )
    .join('');
}
