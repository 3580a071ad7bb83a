import {
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
  type Node as YamlNode,
} from 'yaml';
import { helpText } from '../explain.ts';
import { type Help, helpAt } from '../help.ts';
import { LANGUAGE, type Shape, shapeAt } from '../language/language.ts';
import type { Registry } from '../registry.ts';
import type { Path } from '../values/path.ts';

import type { MapNode, Node } from '../values/value.ts';
import { commentColumns, type Line } from './comment-columns.ts';

export interface CommentOptions {
  /** A comment in which calls of the command are as this machine takes them: lines are broken after that. */
  called(text: string): string;
  registry: Registry;
  /** The recipe that the text is (a part of), resolved: says of which type its blocks are. */
  resolved: Node;
  /** Keys of the first level that are left out. */
  without: readonly string[];
  /** Values of the first level that are replaced, as YAML. */
  replaced: Readonly<Record<string, string>>;
}

/**
 * The text of a recipe with a comment behind each field: what stands there already, and what language and components
 * say of it. Values keep their writing. A block in one line is spread over several where it has a field that nothing
 * explained so far; what was explained once is not explained again.
 */
export function commentedRecipe(text: string, options: CommentOptions): string {
  const { contents } = parseDocument<YamlNode>(text, { version: '1.2' });
  if (!isMap<YamlNode, YamlNode | null>(contents)) return text;
  const writer = new Writer(text, options);
  const first = contents.range?.[0] ?? 0;
  const header = text.slice(0, first).trimEnd();
  const body = contents.items.filter(({ key }) => !options.without.includes(keyOf(key)));
  const blocks = body.map((pair) => writer.pair(pair, [], ''));
  // Air around what takes several lines.
  const lines = blocks.flatMap((block, index) => {
    const apart = index > 0 && (block.length > 1 || (blocks[index - 1]?.length ?? 0) > 1) && block[0]?.text !== '';
    return apart ? [{ text: '' }, ...block] : block;
  });
  const said = lines.map((line) => (line.comment ? { ...line, comment: options.called(line.comment) } : line));
  return commentColumns([...header.split('\n').map((line): Line => ({ text: line })), ...said]);
}

const keyOf = (key: unknown): string => (isScalar(key) ? String(key.value) : '');

/** Where no help would be read: nothing stands in a recipe without them. */
const NOTHING: MapNode = {
  kind: 'map',
  entries: new Map(),
  place: { file: '', line: 0, column: 0 },
  key: null,
  layer: 'default',
  shadowed: null,
};

class Writer {
  private readonly explained = new Set<string>();
  /** Kinds whose other components are pointed to already. */
  private readonly pointed = new Set<string>();

  constructor(
    private readonly text: string,
    private readonly options: CommentOptions,
  ) {}

  /** `lead`: what stands before the key: its indentation, and the `- ` of an item. */
  pair({ key, value }: Pair<YamlNode, YamlNode | null>, above: Path, lead: string): Line[] {
    const path = [...above, keyOf(key)];
    const name = this.source(key);
    const indent = ' '.repeat(lead.length);
    const before = this.above(key, indent);
    const replaced = path.length === 1 ? this.options.replaced[name] : undefined;
    if (replaced !== undefined) {
      const said = this.said(value?.comment ?? null, path);
      return [...before, { text: `${lead}${name}: ${replaced}`, ...said }];
    }
    const spread = (isMap(value) || isSeq(value)) && value.items.length > 0 && this.isSpread(value, path);
    const own = behind(value);
    const said = this.said(own.comment, path);
    if (!spread) {
      const written = value === null || value.range?.[0] === value.range?.[1] ? '' : ` ${this.source(value)}`;
      return [...before, { text: `${lead}${name}:${written}`, ...said }];
    }
    const inside = isMap<YamlNode, YamlNode | null>(value)
      ? value.items.flatMap((pair) => this.pair(pair, path, `${indent}  `))
      : (value as YAMLSeq<YamlNode>).items.flatMap((item, index) => this.item(item, [...path, index], `${indent}  `));
    const first = own.above.map((line): Line => ({ text: `${indent}  # ${line}` }));
    return [...before, { text: `${lead}${name}:`, ...said }, ...first, ...inside];
  }

  private item(item: YamlNode, path: Path, indent: string): Line[] {
    const before = this.above(item, indent);
    if (isMap<YamlNode, YamlNode | null>(item) && this.isSpread(item, path)) {
      const own = item.flow && item.comment ? [{ text: `${indent}#${item.comment}` }] : [];
      return [
        ...before,
        ...own,
        ...item.items.flatMap((pair, index) => this.pair(pair, path, index === 0 ? `${indent}- ` : `${indent}  `)),
      ];
    }
    const comment = isScalar(item) || isMap(item) ? item.comment?.trim() : undefined;
    return [...before, { text: `${indent}- ${this.source(item)}`, ...(comment ? { comment } : {}) }];
  }

  /** What is written over several lines already, and one-line blocks with a field that is new to the reader. */
  private isSpread(value: YAMLMap | YAMLSeq, path: Path): boolean {
    if (!value.flow) return true;
    if (isSeq(value)) return value.items.some((item, index) => isMap(item) && this.isSpread(item, [...path, index]));
    return value.items.some(({ key }) => {
      const help = this.helpOf([...path, keyOf(key)]);
      return help !== '' && !this.explained.has(help);
    });
  }

  /** The comment behind a key: its own, then what was not said before. */
  private said(own: string | null | undefined, path: Path): { comment?: string } {
    const words = own?.trim().replaceAll(/\s+/g, ' ') ?? '';
    const help = this.helpOf(path);
    const isNew = help !== '' && !this.explained.has(help);
    if (isNew) this.explained.add(help);
    const facts = isNew ? (words === '' ? help : this.factsOf(path)) : '';
    const more = isNew && !words.includes('ichor list') ? this.others(path) : '';
    const ends = words === '' || (facts === '' && more === '');
    const comment = [ends ? words : `${capital(words).replace(/[.;]$/, '')}.`, facts, more].filter(Boolean).join(' ');
    return comment ? { comment } : {};
  }

  private helpOf(path: Path): string {
    const { registry, resolved } = this.options;
    if (path.at(-1) === 'type') return helpAt(resolved, registry, path)?.description ?? '';
    return helpText(brief(helpAt(this.knownTo(path), registry, path)));
  }

  /** Where the components are named that could stand there as well: once for each kind. */
  private others(path: Path): string {
    const shape = shapeOf(path.at(-1) === 'type' ? path.slice(0, -1) : path);
    const place = shape?.is === 'list' ? shape.of : path.at(-1) === 'type' ? shape : undefined;
    if (place?.is !== 'component' || this.pointed.has(place.kind)) return '';
    this.pointed.add(place.kind);
    return this.options.registry.names(place.kind).length > 1 ? `Others: ichor list ${place.kind}` : '';
  }

  private factsOf(path: Path): string {
    const { registry, resolved } = this.options;
    if (path.at(-1) === 'type') return this.helpOf(path);
    const help = brief(helpAt(resolved, registry, path));
    return helpText(help && { ...help, description: '' });
  }

  /** Of a component's block what it is for; of what type it is stands behind its type. */
  private knownTo(path: Path): Node {
    return shapeOf(path)?.is === 'component' ? NOTHING : this.options.resolved;
  }

  /** Comments on lines of their own, and the blank line before them. */
  private above(node: YamlNode, indent: string): Line[] {
    const lines: Line[] = node.spaceBefore ? [{ text: '' }] : [];
    const comment = node.commentBefore;
    // The comment before the first key is the header, which is kept as it stands.
    if (!comment || (node.range?.[0] ?? 0) === this.firstKey()) return lines;
    return [...lines, ...comment.split('\n').map((line): Line => ({ text: `${indent}#${line}` }))];
  }

  private firstKey(): number {
    return this.text.search(/^[^#\s]/m);
  }

  private source(node: YamlNode): string {
    const [from = 0, to = 0] = node.range ?? [];
    return this.text.slice(from, to);
  }
}

/** A comment behind `key:` or behind a value of one line; and lines above the first of a block. */
function behind(value: YamlNode | null): { comment: string | null; above: string[] } {
  if (value === null) return { comment: null, above: [] };
  if (isScalar(value) || ((isMap(value) || isSeq(value)) && value.flow))
    return { comment: value.comment ?? null, above: [] };
  const [first = null, ...above] = value.commentBefore?.split('\n') ?? [];
  return { comment: first, above: above.map((line) => line.trim()) };
}

function shapeOf(path: Path): Shape | undefined {
  return path.reduce<Shape | undefined>(shapeAt, LANGUAGE);
}

/** Without what says nothing: that a text is a text, and the one word that may stand there. */
function brief(help: Help | null): Help | null {
  if (help?.takes === 'a text') return { ...help, takes: '', default: help.default === '' ? undefined : help.default };
  return help && help.takes === help.default ? { ...help, takes: '', default: undefined } : help;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
