export const times = (n: number): string => (n === 1 ? 'once' : `${n} times`);

/** Of the labels of a test side: `opened at …, once`; `opened at …, 3 times, the first time at …`. */
export function openedText(opened: readonly string[]): string {
  const [first, last] = [opened[0] ?? '', opened.at(-1) ?? ''];
  return `opened at ${last}, ${times(opened.length)}${opened.length > 1 ? `, the first time at ${first}` : ''}`;
}
