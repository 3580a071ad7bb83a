import type { CST } from 'yaml';

/**
 * Offset of the first token that lies deeper than `limit` collections, or null. Walked without recursion, so that
 * 10,000 brackets in a row end here and not in the composer's call stack.
 */
export function nestingWithin(tokens: readonly CST.Token[], limit: number): number | null {
  const stack: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    const { token, depth } = entry;
    if (depth > limit) return 'offset' in token ? token.offset : 0;
    if (token.type === 'document') {
      if (token.value) stack.push({ token: token.value, depth });
    } else if ('items' in token) {
      for (const item of token.items) {
        if ('key' in item && item.key) stack.push({ token: item.key, depth: depth + 1 });
        if (item.value) stack.push({ token: item.value, depth: depth + 1 });
      }
    }
  }
  return null;
}
