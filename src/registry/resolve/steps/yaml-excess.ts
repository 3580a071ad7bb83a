import type { CST } from 'yaml';

export interface Excess {
  what: 'depth' | 'values';
  offset: number;
}

/**
 * Where a text first has more levels or more values than it may, or null. Tokens are walked without recursion and
 * before anything is composed of them, so that 10,000 brackets in a row end here and not in the composer's call stack.
 */
export function excessOf(tokens: readonly CST.Token[], limits: { depth: number; values: number }): Excess | null {
  const stack: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  let values = 0;
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    const { token, depth } = entry;
    const offset = 'offset' in token ? token.offset : 0;
    if (depth > limits.depth) return { what: 'depth', offset };
    if (token.type === 'document') {
      if (token.value) stack.push({ token: token.value, depth });
    } else if ('items' in token) {
      values += token.items.length;
      if (values > limits.values) return { what: 'values', offset };
      for (const item of token.items) {
        if ('key' in item && item.key) stack.push({ token: item.key, depth: depth + 1 });
        if (item.value) stack.push({ token: item.value, depth: depth + 1 });
      }
    }
  }
  return null;
}
