import { isMap, isScalar, isSeq, type Pair, parseDocument, stringify, type YAMLMap, type Node as YamlNode } from 'yaml';
import { DEFAULT_COMPONENT } from '../common.ts';
import { fieldsOf } from '../fields.ts';
import type { Component, Kind } from '../kinds.ts';
import { LANGUAGE, PART, type Shape, shapeAt } from '../language.ts';
import { at, formatPath, type Path, parsePath } from '../path.ts';
import type { Registry } from '../registry.ts';
import { isText, type Node } from '../value.ts';
import { LANGUAGE_HISTORY, type LanguageHistory, type Migration } from './migration.ts';
import { migrationsOf, outdatedKey } from './outdated.ts';
import { applyEdits, diffOfEdits, type TextEdit } from './text-edits.ts';

export interface MigrateOptions {
  registry: Registry;
  /** The recipe as far as it resolves: says of which type a block is that does not say so itself. */
  resolved: Node | null;
  language?: LanguageHistory;
}

export interface Migrated {
  text: string;
  /** One sentence for each change, in the order of the file. */
  changes: readonly string[];
  /** What could not be decided, for a person. */
  notes: readonly string[];
  /** Old and new lines. */
  diff: string;
}

type Entry = Pair<YamlNode, YamlNode | null>;
type Block = YAMLMap<YamlNode, YamlNode | null>;

/**
 * The text of a recipe file rewritten for today's components and language: only what changed is touched, so that
 * comments, order and layout stay. A text that is up to date is returned as it is.
 */
export function migrateText(text: string, options: MigrateOptions): Migrated {
  const { contents } = parseDocument<YamlNode>(text, { version: '1.2', logLevel: 'silent' });
  const work = new Migrator(text, options);
  if (isMap<YamlNode, YamlNode | null>(contents)) work.file(contents);
  const changes = work.changes.sort((a, b) => a.at - b.at).map(({ said }) => said);
  return { text: applyEdits(text, work.edits), changes, notes: work.notes, diff: diffOfEdits(text, work.edits) };
}

class Migrator {
  readonly edits: TextEdit[] = [];
  readonly changes: { at: number; said: string }[] = [];
  readonly notes: string[] = [];
  private readonly history: LanguageHistory;
  /** Versions that a resolved recipe was made with: `sequence bi-lstm`. */
  private versions: Readonly<Record<string, unknown>> = {};

  constructor(
    private readonly text: string,
    private readonly options: MigrateOptions,
  ) {
    this.history = options.language ?? LANGUAGE_HISTORY;
  }

  file(root: Block): void {
    const components = root.getIn(['resolved', 'components']);
    if (isMap(components)) this.versions = components.toJSON() as Record<string, unknown>;
    this.language(root);
    this.walk(root, LANGUAGE, []);
    this.references(root);
    this.paths(root);
    this.renewVersions(components);
  }

  // ---------------------------------------------------------------- the language

  private language(root: Block): void {
    const stated = entryOf(root, 'recipe')?.value;
    const version = isScalar(stated) && typeof stated.value === 'number' ? stated.value : this.history.version;
    const profiles = entryOf(root, 'profiles')?.value;
    const parts = isMap<YamlNode, YamlNode | null>(profiles) ? profiles.items.map(({ value }) => value) : [];
    for (const migration of this.history.migrations.filter(({ to }) => to > version)) {
      for (const part of [root, ...parts]) if (isMap<YamlNode, YamlNode | null>(part)) this.languageIn(part, migration);
    }
    if (isScalar(stated) && version < this.history.version) {
      this.replace(stated, String(this.history.version), `recipe: ${version} became ${this.history.version}`);
    }
  }

  private languageIn(part: Block, { rename = {}, removed = [], values = {}, summary }: Migration): void {
    const find = (path: string) => {
      const keys = path.split('.');
      const parent = keys.length === 1 ? part : part.getIn(keys.slice(0, -1));
      if (!isMap<YamlNode, YamlNode | null>(parent)) return null;
      const entry = entryOf(parent, keys.at(-1) ?? '');
      return entry ? { parent, entry } : null;
    };
    for (const [path, now] of Object.entries(rename)) {
      const found = find(path);
      if (found) this.rename(found.parent, found.entry, now, path, summary);
    }
    for (const path of removed) {
      const found = find(path);
      if (found) this.remove(found.parent, found.entry, path, summary);
    }
    for (const [path, news] of Object.entries(values)) {
      const found = find(path) ?? find(this.oldPath(path, rename));
      if (found) this.renewValue(found.entry.value, news, path, summary);
    }
  }

  private oldPath(path: string, rename: NonNullable<Migration['rename']>): string {
    const last = path.slice(path.lastIndexOf('.') + 1);
    const parent = path.slice(0, path.length - last.length);
    return Object.keys(rename).find((old) => old.startsWith(parent) && rename[old] === last) ?? path;
  }

  // ---------------------------------------------------------------- components

  private walk(node: YamlNode | null | undefined, shape: Shape | undefined, path: Path): void {
    if (!node || !shape) return;
    if (shape.is === 'part') this.walk(node, PART, []);
    else if (shape.is === 'component') {
      if (isMap<YamlNode, YamlNode | null>(node)) this.block(node, shape.kind, path);
    } else if (isSeq<YamlNode>(node)) {
      for (const [i, item] of node.items.entries()) this.walk(item, shapeAt(shape, i), [...path, i]);
    } else if (isMap<YamlNode, YamlNode | null>(node)) {
      if (shape.is === 'list') this.listEdit(node, shape.of, path);
      else for (const { key, value } of node.items) this.walk(value, shapeAt(shape, word(key)), [...path, word(key)]);
    }
  }

  /** `{ append, prepend, remove, patch }`: a patched item is named by its type. */
  private listEdit(edit: Block, items: Shape, path: Path): void {
    for (const name of ['append', 'prepend']) {
      const list = entryOf(edit, name)?.value;
      if (isSeq<YamlNode>(list)) for (const item of list.items) this.walk(item, items, [...path, name]);
    }
    const patch = entryOf(edit, 'patch')?.value;
    if (!isMap<YamlNode, YamlNode | null>(patch) || items.is !== 'component') return;
    for (const { key, value } of patch.items)
      if (isMap<YamlNode, YamlNode | null>(value)) this.block(value, items.kind, path, word(key));
  }

  private block(block: Block, kind: Kind, path: Path, named?: string): void {
    const component = this.componentAt(kind, path, entryOf(block, 'type')?.value ?? null, named);
    if (!component) return;
    const where = formatPath(path);
    const fields = fieldsOf(component);
    for (const entry of [...block.items]) {
      const key = word(entry.key);
      const outdated = outdatedKey(component, key);
      if (outdated?.now === null) this.remove(block, entry, `${where}.${key}`, outdated.migration.summary);
      else if (outdated) this.rename(block, entry, outdated.now, `${where}.${key}`, outdated.migration.summary);
      const now = outdated?.now ?? key;
      for (const { values, summary } of migrationsOf(component)) {
        const news = values && Object.hasOwn(values, now) ? values[now] : undefined;
        if (news) this.renewValue(entry.value, news, `${where}.${now}`, summary, fields[now]);
      }
    }
    const made = this.versions[`${kind} ${component.name}`];
    if (typeof made === 'number') this.keepDefaults(block, component, made, where);
  }

  private componentAt(kind: Kind, path: Path, stated: YamlNode | null, named?: string): Component | undefined {
    const own = isScalar(stated) && typeof stated.value === 'string' ? stated.value : named;
    const below = this.options.resolved ? at(this.options.resolved, [...path, 'type']) : undefined;
    const name = own ?? (isText(below) ? below.value : DEFAULT_COMPONENT[kind]);
    return name === undefined ? undefined : this.options.registry.get(kind, name);
  }

  /** What a recipe left to a default that has changed since is stated, so that it stays. */
  private keepDefaults(block: Block, component: Component, made: number, where: string): void {
    const first = new Map<string, { value: unknown; summary: string }>();
    for (const { to, defaults = {}, summary } of migrationsOf(component)) {
      if (to <= made) continue;
      for (const [name, value] of Object.entries(defaults)) if (!first.has(name)) first.set(name, { value, summary });
    }
    for (const [name, { value, summary }] of first) {
      const stated = block.items.some(({ key }) => (outdatedKey(component, word(key))?.now ?? word(key)) === name);
      const last = block.items.at(-1);
      if (stated || !last) continue;
      const written = `${name}: ${stringify(value, { collectionStyle: 'flow' }).trim()}`;
      const end = last.value?.range?.[1] ?? (last.key as YamlNode).range?.[1] ?? 0;
      const indent = ' '.repeat(this.column(last));
      const offset = block.flow ? end : this.lineEnd(end);
      this.edits.push({ from: offset, to: offset, text: block.flow ? `, ${written}` : `\n${indent}${written}` });
      this.changes.push({
        at: offset,
        said: `${where}.${name}: ${JSON.stringify(value)} is stated, the default of its version. ${summary}`,
      });
    }
  }

  // ---------------------------------------------------------------- what names a parameter elsewhere

  private references(node: YamlNode | null | undefined): void {
    if (isScalar(node) && typeof node.value === 'string') {
      const path = /^\$\{(.+)\}$/.exec(node.value)?.[1];
      const now = path === undefined ? null : this.renamed(path);
      if (now !== null) this.replaceWithin(node, path ?? '', now, `\${${path}} became \${${now}}`);
    } else if (isSeq<YamlNode>(node)) for (const item of node.items) this.references(item);
    else if (isMap<YamlNode, YamlNode | null>(node)) for (const { value } of node.items) this.references(value);
  }

  /** Paths of `contrast` and `sweep`; and the blocks among a sweep's values. */
  private paths(root: Block): void {
    const contrast = entryOf(root, 'contrast')?.value;
    if (isMap<YamlNode, YamlNode | null>(contrast)) {
      for (const { value } of contrast.items) {
        if (isSeq<YamlNode>(value)) for (const item of value.items) this.path(item);
      }
    }
    const sweep = entryOf(root, 'sweep')?.value;
    if (!isMap<YamlNode, YamlNode | null>(sweep)) return;
    for (const name of ['grid', 'pairs']) {
      const tried = entryOf(sweep, name)?.value;
      if (!isMap<YamlNode, YamlNode | null>(tried)) continue;
      for (const { key, value } of tried.items) {
        const parts = parsePath(word(key))?.map(({ part }) => part) ?? [];
        this.path(key);
        const shape = parts.reduce<Shape | undefined>(shapeAt, LANGUAGE);
        if (isSeq<YamlNode>(value)) for (const item of value.items) this.walk(item, shape, parts);
      }
    }
  }

  private path(node: YamlNode): void {
    const now = this.renamed(word(node));
    if (now !== null) this.replaceWithin(node, word(node), now, `${word(node)} became ${now}`);
  }

  /** A path as it is said today, or null where nothing changed. */
  private renamed(text: string): string | null {
    const parts = parsePath(text);
    if (!parts) return null;
    let shape: Shape | undefined = LANGUAGE;
    for (const [index, { part }] of parts.entries()) {
      const above = parts.slice(0, index).map((one) => one.part);
      if (shape?.is === 'component') {
        const component = this.componentAt(shape.kind, above, null);
        const outdated = component ? outdatedKey(component, String(part)) : null;
        if (!outdated) return null;
        if (outdated.now === null) {
          this.notes.push(`${text} names ${part}, which there is no more. ${outdated.migration.summary}`);
          return null;
        }
        return formatPath([...above, outdated.now, ...parts.slice(index + 1).map((one) => one.part)]);
      }
      const here = formatPath([...above, part]);
      for (const { rename = {} } of this.history.migrations) {
        const now = Object.hasOwn(rename, here) ? rename[here] : undefined;
        if (now !== undefined) return formatPath([...above, now, ...parts.slice(index + 1).map((one) => one.part)]);
      }
      shape = shapeAt(shape, part);
    }
    return null;
  }

  /** A resolved recipe was made anew by this: its versions are today's. */
  private renewVersions(components: unknown): void {
    if (!isMap<YamlNode, YamlNode | null>(components)) return;
    for (const { key, value } of components.items) {
      const [kind, name] = word(key).split(' ');
      const component = this.options.registry.get(kind as Kind, name ?? '');
      const changed =
        component && migrationsOf(component).some(({ to }) => isScalar(value) && to > Number(value.value));
      if (changed && value)
        this.replace(
          value,
          String(component.version),
          `resolved.components: ${word(key)} is of version ${component.version} now`,
        );
    }
  }

  // ---------------------------------------------------------------- edits

  private rename(block: Block, entry: Entry, now: string, path: string, summary: string): void {
    if (entryOf(block, now)) {
      this.notes.push(`${path} and ${now} both stand there: one of the two has to go. ${summary}`);
      return;
    }
    this.replace(entry.key, now, `${path} became ${now}. ${summary}`);
  }

  private renewValue(
    node: YamlNode | null,
    news: Readonly<Record<string, unknown>>,
    path: string,
    summary: string,
    schema?: { enum?: readonly unknown[]; anyOf?: readonly { const?: unknown }[] },
  ): void {
    if (!isScalar(node)) return;
    const old = String(node.value);
    if (!Object.hasOwn(news, old)) return;
    const taken = schema?.anyOf?.some((branch) => branch.const === node.value) || schema?.enum?.includes(node.value);
    if (taken) return;
    const now = stringify(news[old]).trim();
    this.replace(node, now, `${path}: ${old} became ${now}. ${summary}`);
  }

  private replace(node: YamlNode, text: string, said: string): void {
    const [from = 0, to = 0] = node.range ?? [];
    this.edits.push({ from, to, text });
    this.changes.push({ at: from, said });
  }

  /** A part of a scalar, whose quotes stay. */
  private replaceWithin(node: YamlNode, old: string, now: string, said: string): void {
    const [start = 0, end = 0] = node.range ?? [];
    const offset = this.text.slice(start, end).indexOf(old);
    if (offset < 0) return;
    this.edits.push({ from: start + offset, to: start + offset + old.length, text: now });
    this.changes.push({ at: start, said });
  }

  private remove(block: Block, entry: Entry, path: string, summary: string): void {
    const from = entry.key.range?.[0] ?? 0;
    const end = entry.value?.range?.[1] ?? entry.key.range?.[1] ?? from;
    this.changes.push({ at: from, said: `${path} was removed. ${summary}` });
    const index = block.items.indexOf(entry);
    const next = block.items[index + 1]?.key.range?.[0];
    const before = block.items[index - 1];
    if (block.items.length === 1) {
      const [start = from, , stop = end] = block.range ?? [];
      this.edits.push({ from: start, to: block.flow ? (block.range?.[1] ?? stop) : end, text: '{}' });
    } else if (block.flow) {
      const last = before?.value?.range?.[1] ?? before?.key.range?.[1] ?? from;
      this.edits.push(next === undefined ? { from: last, to: end, text: '' } : { from, to: next, text: '' });
    } else if (this.text.slice(this.lineStart(from), from).trim() === '') {
      // Its whole lines, the comment behind it included.
      this.edits.push({ from: this.lineStart(from), to: Math.min(this.lineEnd(end) + 1, this.text.length), text: '' });
    } else if (next !== undefined) this.edits.push({ from, to: next, text: '' });
  }

  private lineStart = (offset: number): number => this.text.lastIndexOf('\n', offset - 1) + 1;

  private lineEnd(offset: number): number {
    const end = this.text.indexOf('\n', offset);
    return end < 0 ? this.text.length : end;
  }

  private column({ key }: Entry): number {
    const offset = key.range?.[0] ?? 0;
    return offset - this.lineStart(offset);
  }
}

const word = (node: unknown): string => (isScalar(node) ? String(node.value) : '');

const entryOf = (map: Block, key: string): Entry | undefined => map.items.find((pair) => word(pair.key) === key);
