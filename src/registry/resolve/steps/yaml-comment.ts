import type { CST } from 'yaml';

/** Where the first comment of a text starts, or null. */
export function commentOf(tokens: readonly CST.Token[]): number | null {
  let first: number | null = null;
  const stack: unknown[] = [...tokens];
  for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
    if (Array.isArray(one)) stack.push(...one);
    else if (typeof one === 'object' && one !== null) {
      const token = one as { type?: unknown; offset?: unknown };
      if (token.type === 'comment' && typeof token.offset === 'number')
        first = Math.min(first ?? token.offset, token.offset);
      else stack.push(...Object.values(one).filter((value) => typeof value === 'object'));
    }
  }
  return first;
}
