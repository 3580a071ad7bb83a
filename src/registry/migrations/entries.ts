import { isMap, isScalar, isSeq, type Pair, stringify, type YAMLMap, type Node as YamlNode } from 'yaml';

export type Entry = Pair<YamlNode, YamlNode | null>;
export type Block = YAMLMap<YamlNode, YamlNode | null>;

export const isBlock = (node: unknown): node is Block => isMap<YamlNode, YamlNode | null>(node);

export const word = (node: unknown): string => (isScalar(node) ? String(node.value) : '');

export const entryOf = (map: Block, key: string): Entry | undefined => map.items.find((pair) => word(pair.key) === key);

export const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** Where its line break stands. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end < 0) return text.length;
  return end > offset && text[end - 1] === '\r' ? end - 1 : end;
}

export function nextLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

export const lineBreak = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

/**
 * Where what an entry says ends, on its last line. The range of a block of several lines, and of nothing at all, goes
 * on to where the next entry starts.
 */
export function endOf(text: string, { key, value }: Entry): number {
  const keyEnd = key.range?.[1] ?? 0;
  const [start = keyEnd, end = keyEnd] = value?.range ?? [];
  if (start === end) {
    const colon = /^\s*:/.exec(text.slice(keyEnd))?.[0].length ?? 0;
    return value === null ? keyEnd : keyEnd + colon;
  }
  const last = isBlock(value) && !value.flow ? value.items.at(-1) : undefined;
  if (last) return endOf(text, last);
  if (!isLong(value)) return end;
  const said = text.slice(start, end);
  // Comments below an empty last item belong to what comes next.
  const own =
    isSeq<YamlNode>(value) && isEmpty(value.items.at(-1)) ? said.replace(/(\r?\n[ \t]*(#[^\n]*)?)+$/, '') : said;
  return start + own.trimEnd().length;
}

const isEmpty = (node: YamlNode | undefined): boolean => node?.range?.[0] === node?.range?.[1];

/** Where a new line can be put below an entry. Empty lines at the end of a text that keeps them (`|+`) are part of it. */
export function lineBelow(text: string, entry: Entry): number {
  const [, end = 0] = entry.value?.range ?? [];
  const last = isBlock(entry.value) && !entry.value.flow ? entry.value.items.at(-1) : undefined;
  if (last) return lineBelow(text, last);
  if (!isText(entry.value) || text[end - 1] !== '\n') return lineEnd(text, endOf(text, entry));
  return text[end - 2] === '\r' ? end - 2 : end - 1;
}

const isText = (node: unknown): boolean =>
  isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED');

const isLong = (node: unknown): boolean => isText(node) || ((isMap(node) || isSeq(node)) && !node.flow);

/** A value in one line, as it can stand anywhere. */
export function written(value: unknown): string {
  return stringify([value], { collectionStyle: 'flow', lineWidth: 0, blockQuote: false }).trim().slice(1, -1).trim();
}
