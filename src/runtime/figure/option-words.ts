/** `layers 2, cells 256, layer norm`: what a block states, in words. What is off, none or empty is left out. */
export function optionsInWords(params: Readonly<Record<string, unknown>>): string {
  return Object.entries(params)
    .flatMap(([name, value]) => optionInWords(wordsOf(name), value))
    .join(', ');
}

function optionInWords(name: string, value: unknown): string[] {
  if (value === true) return [name];
  if (typeof value === 'number' || typeof value === 'string') return [`${name} ${shown(value)}`];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) {
    const items = value.filter((item) => ['number', 'string'].includes(typeof item)).map(shown);
    return items.length === 0 ? [] : [`${name} (${items.join(', ')})`];
  }
  const inside = optionsInWords(value as Record<string, unknown>);
  return inside === '' ? [] : [`${name} (${inside})`];
}

/** `rotateDegrees`: rotate degrees. */
const wordsOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** A minus sign, not a hyphen. */
const shown = (value: unknown): string => String(value).replace(/^-(?=\d)/, '−');
