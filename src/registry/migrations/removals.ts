import { type Document, isAlias, isNode, type Scalar, visit, type Node as YamlNode } from 'yaml';
import { type Block, type Entry, endOf, lineStart, nextLine } from './entries.ts';
import type { TextEdit } from './text-edits.ts';

/** The edits that take these entries out of their block, of which they may be all. */
export function removalEdits(text: string, block: Block, gone: ReadonlySet<Entry>): TextEdit[] {
  const { items, flow } = block;
  const startOf = (entry: Entry | undefined): number => entry?.key.range?.[0] ?? 0;
  const last = items.at(-1);
  if (!last) return [];
  if (items.every((entry) => gone.has(entry))) {
    const [from = 0, end = 0] = block.range ?? [];
    return [{ from, to: flow ? end : endOf(text, last), text: '{}' }];
  }
  if (flow) return flowEdits(block, gone);
  const kept = items.findIndex((entry) => !gone.has(entry));
  const first = startOf(items[0]);
  // The first entry of a block may stand behind the dash of an item.
  const inline = kept > 0 && text.slice(lineStart(text, first), first).trim() !== '';
  const edits: TextEdit[] = inline ? [{ from: first, to: startOf(items[kept]), text: '' }] : [];
  for (const entry of items.slice(inline ? kept : 0)) {
    // Its whole lines, the comment behind it included.
    if (gone.has(entry))
      edits.push({ from: lineStart(text, startOf(entry)), to: nextLine(text, endOf(text, entry)), text: '' });
  }
  return edits;
}

function flowEdits({ items }: Block, gone: ReadonlySet<Entry>): TextEdit[] {
  const end = ({ key, value }: Entry): number => value?.range?.[1] ?? key.range?.[1] ?? 0;
  const kept = items.findLastIndex((entry) => !gone.has(entry));
  const edits: TextEdit[] = [];
  for (const [index, entry] of items.slice(0, kept).entries()) {
    const next = items[index + 1]?.key.range?.[0] ?? 0;
    if (gone.has(entry)) edits.push({ from: entry.key.range?.[0] ?? 0, to: next, text: '' });
  }
  const [keeps, last] = [items[kept], items.at(-1)];
  if (keeps && last && keeps !== last) edits.push({ from: end(keeps), to: end(last), text: '' });
  return edits;
}

/** An alias that stands elsewhere and means something in this node. */
export function aliasInto(document: Document.Parsed, node: YamlNode): YamlNode | null {
  const inside = new Set<unknown>();
  visit(node as Scalar, { Node: (_, one) => void inside.add(one), Alias: (_, one) => void inside.add(one) });
  let found: YamlNode | null = null;
  visit(document, {
    Alias(_, alias) {
      const meant = alias.resolve(document);
      if (!isAlias(meant) && isNode(meant) && inside.has(meant) && !inside.has(alias)) {
        found = alias;
        return visit.BREAK;
      }
      return undefined;
    },
  });
  return found;
}
