import type { Node } from './value.ts';

/** Keys and indices from the recipe's root. */
export type Path = readonly (string | number)[];

/** `augment[1].shift`. A key that is no plain word stands in quotes: `contrast["a.b"]`. */
export function formatPath(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[^\s.[\]="']+$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}

export interface PathPart {
  part: string | number;
  /** 0-based offset in the text. */
  offset: number;
}

/** The parts of `a.b[0].c` or `a["b"]`, or null where the text is no path. */
export function parsePath(text: string): PathPart[] | null {
  const parts: PathPart[] = [];
  const pattern = /(?:(^|\.)([^\s.[\]="']+))|\[(\d{1,6})\]|\[("(?:[^"\\]|\\.)*")\]/y;
  let offset = 0;
  while (offset < text.length) {
    pattern.lastIndex = offset;
    const match = pattern.exec(text);
    if (!match) return null;
    const [whole, dot, word, index, quoted] = match;
    if (word !== undefined) parts.push({ part: word, offset: offset + (dot?.length ?? 0) });
    else if (index !== undefined) parts.push({ part: Number(index), offset });
    else parts.push({ part: unquote(quoted ?? ''), offset });
    offset += whole.length;
  }
  return parts.length === 0 ? null : parts;
}

function unquote(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    return text.slice(1, -1);
  }
}

/** The node at a path, or undefined. */
export function at(node: Node | undefined, path: Path): Node | undefined {
  let here = node;
  for (const part of path) {
    if (here?.kind === 'map') here = here.entries.get(String(part));
    else if (here?.kind === 'list' && typeof part === 'number') here = here.items[part];
    else return undefined;
  }
  return here;
}

export function startsWith(path: Path, prefix: Path): boolean {
  return prefix.length <= path.length && prefix.every((part, index) => part === path[index]);
}
