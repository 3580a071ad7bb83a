import {
  type Document,
  isScalar,
  isSeq,
  LineCounter,
  Pair,
  parse,
  parseDocument,
  type Scalar,
  type Node as YamlNode,
} from 'yaml';
import { DEFAULT_COMPONENT } from '../kinds/common.ts';
import type { Component } from '../kinds/component.ts';
import type { Kind } from '../kinds/kind.ts';
import type { Migration, NestedParameter } from '../kinds/migration.ts';
import { fieldsOf } from '../language/fields.ts';
import { LANGUAGE, nestedIn, PART, type Shape, shapeAt } from '../language/language.ts';
import type { Registry } from '../registry.ts';
import { at, formatPath, type Path, parsePath } from '../values/path.ts';
import { isText, type Node } from '../values/value.ts';
import {
  type Block,
  type Entry,
  endOf,
  entryOf,
  isBlock,
  lineBelow,
  lineBreak,
  lineStart,
  word,
  written,
} from './entries.ts';
import { LANGUAGE_HISTORY, type LanguageHistory } from './language-history.ts';
import { migrationsOf, outdatedKey } from './outdated.ts';
import { notMigrated, proveMigrated } from './prove.ts';
import { aliasInto, removalEdits } from './removals.ts';
import { applyEdits, diffOfEdits, type TextEdit } from './text-edits.ts';

export interface MigrateOptions {
  registry: Registry;
  /** The recipe as far as it resolves: says of which type a block is that does not say so itself. */
  resolved: Node | null;
  language?: LanguageHistory;
  /** How messages name the file. */
  file?: string;
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

/**
 * The text of a recipe file rewritten for today's components and language: only what changed is touched, so that
 * comments, order and layout stay. A text that is up to date is returned as it is. Throws IchorError `not-migrated` where
 * that cannot be done without a change of what else the file says.
 */
export function migrateText(text: string, options: MigrateOptions): Migrated {
  const document = parseDocument<YamlNode>(text, { version: '1.2', logLevel: 'silent' });
  const work = new Migrator(text, document as Document.Parsed, options);
  if (isBlock(document.contents)) work.file(document.contents);
  const changes = work.changes.sort((a, b) => a.at - b.at).map(({ said }) => said);
  const now = applyEdits(text, work.edits);
  if (now !== text) proveMigrated(now, work.meant(), options.file ?? 'The recipe');
  return { text: now, changes, notes: work.notes, diff: diffOfEdits(text, work.edits) };
}

class Migrator {
  readonly edits: TextEdit[] = [];
  readonly changes: { at: number; said: string }[] = [];
  readonly notes: string[] = [];
  private readonly history: LanguageHistory;
  /** Versions that a resolved recipe was made with: `sequence bi-lstm`. */
  private versions: Readonly<Record<string, unknown>> = {};

  /** What was removed, by block: the last entry of a block leaves another edit than the first one. */
  private readonly gone = new Map<Block, Set<Entry>>();
  /** The same changes, to be done to the parsed document. */
  private readonly intents: (() => void)[] = [];

  constructor(
    private readonly text: string,
    private readonly document: Document.Parsed,
    private readonly options: MigrateOptions,
  ) {
    this.history = options.language ?? LANGUAGE_HISTORY;
  }

  file(root: Block): void {
    const components = root.getIn(['resolved', 'components']);
    if (isBlock(components)) this.versions = components.toJSON() as Record<string, unknown>;
    this.language(root);
    this.walk(root, LANGUAGE, []);
    this.references(root);
    this.paths(root);
    this.renewVersions(components);
    this.finishRemovals();
  }

  /** What the new text has to say: the document with all that was meant to change. Nothing else can be asked after it. */
  meant(): unknown {
    for (const intent of this.intents) intent();
    return this.document.toJS();
  }

  // ---------------------------------------------------------------- the language

  private language(root: Block): void {
    const stated = entryOf(root, 'recipe')?.value;
    const version = isScalar(stated) && typeof stated.value === 'number' ? stated.value : this.history.version;
    const profiles = entryOf(root, 'profiles')?.value;
    const parts = isBlock(profiles) ? profiles.items.map(({ value }) => value) : [];
    for (const migration of this.history.migrations.filter(({ to }) => to > version)) {
      for (const part of [root, ...parts]) if (isBlock(part)) this.languageIn(part, migration);
    }
    if (isScalar(stated) && version < this.history.version) {
      this.replace(stated, String(this.history.version), `recipe: ${version} became ${this.history.version}`);
    }
  }

  private languageIn(part: Block, { rename = {}, removed = [], values = {}, summary }: Migration): void {
    const find = (path: string) => {
      const keys = path.split('.');
      const parent = keys.length === 1 ? part : part.getIn(keys.slice(0, -1));
      if (!isBlock(parent)) return null;
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
      if (isBlock(node)) {
        this.block(node, shape.kind, path);
        for (const [key, nested] of Object.entries(nestedIn(shape.kind)))
          this.walk(entryOf(node, key)?.value, nested, [...path, key]);
      } else if (isScalar(node) && typeof node.value === 'string') this.shortForm(node, shape.kind, path);
    } else if (isSeq<YamlNode>(node)) {
      for (const [i, item] of node.items.entries()) this.walk(item, shapeAt(shape, i), [...path, i]);
    } else if (isBlock(node)) {
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
    if (!isBlock(patch) || items.is !== 'component') return;
    for (const { key, value } of patch.items) if (isBlock(value)) this.block(value, items.kind, path, word(key));
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
      else if (outdated?.nested) {
        this.nest(block, entry, key, outdated.nested, `${where}.${key}`, outdated.migration.summary);
        continue;
      } else if (outdated) this.rename(block, entry, outdated.now, `${where}.${key}`, outdated.migration.summary);
      const now = outdated?.now ?? key;
      for (const { values, summary } of migrationsOf(component)) {
        const news = values && Object.hasOwn(values, now) ? values[now] : undefined;
        if (news) this.renewValue(entry.value, news, `${where}.${now}`, summary, fields[now]);
      }
    }
    this.keepDefaults(block, component, kind, where);
  }

  private componentAt(kind: Kind, path: Path, stated: YamlNode | null, named?: string): Component | undefined {
    const own = isScalar(stated) && typeof stated.value === 'string' ? stated.value : named;
    const below = this.options.resolved ? at(this.options.resolved, [...path, 'type']) : undefined;
    const name = own ?? (isText(below) ? below.value : DEFAULT_COMPONENT[kind]);
    return name === undefined ? undefined : this.options.registry.get(kind, name);
  }

  /** Defaults that a component had in this version and has no more. */
  private oldDefaults(kind: Kind, component: Component): Map<string, { value: unknown; summary: string }> {
    const first = new Map<string, { value: unknown; summary: string }>();
    const made = this.versions[`${kind} ${component.name}`];
    if (typeof made !== 'number') return first;
    for (const { to, defaults = {}, summary } of migrationsOf(component)) {
      if (to <= made) continue;
      for (const [name, value] of Object.entries(defaults)) if (!first.has(name)) first.set(name, { value, summary });
    }
    return first;
  }

  /** What a recipe left to a default that has changed since is stated, so that it stays. */
  private keepDefaults(block: Block, component: Component, kind: Kind, where: string): void {
    const said = block.items.map(({ key }) => outdatedKey(component, word(key))?.now ?? word(key));
    const old = [...this.oldDefaults(kind, component)].filter(([name]) => !said.includes(name));
    const last = block.items.findLast((entry) => !this.gone.get(block)?.has(entry));
    if (old.length === 0) return;
    const entries = old.map(([name, { value }]) => `${name}: ${written(value)}`);
    if (!last) {
      // All of it was removed, or it was empty: it is written anew.
      const [from = 0, end = 0] = block.range ?? [];
      const final = block.items.at(-1);
      const to = block.flow || !final ? end : endOf(this.text, final);
      this.gone.delete(block);
      this.edits.push({ from, to, text: `{ ${entries.join(', ')} }` });
      this.intents.push(() => block.items.splice(0));
    } else if (block.flow) {
      const end = last.value?.range?.[1] ?? last.key.range?.[1] ?? 0;
      this.edits.push({ from: end, to: end, text: entries.map((entry) => `, ${entry}`).join('') });
    } else {
      const below = lineBelow(this.text, last);
      const start = `${lineBreak(this.text)}${' '.repeat(this.column(block.items[0] ?? last))}`;
      this.edits.push({ from: below, to: below, text: entries.map((entry) => `${start}${entry}`).join('') });
    }
    const offset = last ? endOf(this.text, last) : (block.range?.[0] ?? 0);
    for (const [name, { value, summary }] of old) {
      this.changes.push({ at: offset, said: defaultStated(`${where}.${name}`, value, summary) });
      this.intents.push(() =>
        block.items.push(new Pair(this.document.createNode(name), this.document.createNode(value))),
      );
    }
  }

  /** A component by its name alone has room for a default when it is written out. */
  private shortForm(node: Scalar, kind: Kind, path: Path): void {
    const component = this.options.registry.get(kind, String(node.value));
    const old = component ? [...this.oldDefaults(kind, component)] : [];
    if (old.length === 0) return;
    const entries = old.map(([name, { value }]) => `, ${name}: ${written(value)}`).join('');
    const said = old.map(([name, { value, summary }]) => defaultStated(formatPath([...path, name]), value, summary));
    this.replace(node, `{ type: ${written(node.value)}${entries} }`, said.join(' '));
  }

  // ---------------------------------------------------------------- what names a parameter elsewhere

  private references(node: YamlNode | null | undefined): void {
    if (isScalar(node) && typeof node.value === 'string') {
      const path = /^\$\{\s*(.+?)\s*\}$/.exec(node.value)?.[1];
      const now = path === undefined ? null : this.renamed(path, true);
      if (now !== null) this.replaceWithin(node, path ?? '', now, `\${${path}} became \${${now}}`);
    } else if (isSeq<YamlNode>(node)) for (const item of node.items) this.references(item);
    else if (isBlock(node)) for (const { value } of node.items) this.references(value);
  }

  /** Paths of `contrast` and `sweep`; and the blocks among a sweep's values. */
  private paths(root: Block): void {
    const contrast = entryOf(root, 'contrast')?.value;
    if (isBlock(contrast)) {
      for (const { value } of contrast.items) {
        const list = isBlock(value) ? entryOf(value, 'paths')?.value : value;
        if (isSeq<YamlNode>(list)) for (const item of list.items) this.path(item);
      }
    }
    const sweep = entryOf(root, 'sweep')?.value;
    if (!isBlock(sweep)) return;
    for (const name of ['grid', 'pairs']) {
      const tried = entryOf(sweep, name)?.value;
      if (!isBlock(tried)) continue;
      for (const { key, value } of tried.items) {
        const parts = parsePath(word(key))?.map(({ part }) => part) ?? [];
        const nested = this.nestedAt(parts);
        if (nested && isSeq<YamlNode>(value))
          for (const [i, item] of value.items.entries())
            this.wrap(item, String(parts.at(-1)), nested, (now) => {
              value.items[i] = now;
            });
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

  /** What became of the parameter at a path that is one of a block inside of its component's today. */
  private nestedAt(parts: Path): NestedParameter | undefined {
    const above = parts.slice(0, -1);
    const shape = above.reduce<Shape | undefined>(shapeAt, LANGUAGE);
    const component = shape?.is === 'component' ? this.componentAt(shape.kind, above, null) : undefined;
    return component && outdatedKey(component, String(parts.at(-1)))?.nested;
  }

  /**
   * A path as it is said today, or null where nothing changed. `value`: what stands there is meant, and not the block that
   * says it today.
   */
  private renamed(text: string, value = false): string | null {
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
        if (outdated.nested) return formatPath([...above, outdated.now, ...(value ? [part] : [])]);
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
    if (!isBlock(components)) return;
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

  /** A parameter that a block of its own says today. */
  private nest(block: Block, entry: Entry, key: string, nested: NestedParameter, path: string, summary: string): void {
    if (entryOf(block, nested.block)) {
      this.notes.push(`${path} and ${nested.block} both stand there: one of the two has to go. ${summary}`);
      return;
    }
    const wrapped = this.wrap(entry.value, key, nested, (now) => {
      entry.value = now;
    });
    if (wrapped) this.replace(entry.key, nested.block, `${path} became ${nested.block}. ${summary}`);
    else
      this.notes.push(
        `${path} is ${word(entry.value)}: ${nested.type} takes numbers below ${nested.minimum} for a share of the whole. ${summary}`,
      );
  }

  /** A value inside of the block that says it today; false where none does. */
  private wrap(
    node: YamlNode | null,
    key: string,
    { type, otherwise, minimum }: NestedParameter,
    put: (now: YamlNode) => void,
  ): boolean {
    if (!node || (isScalar(node) && node.value === null)) {
      if (!node) return false;
      this.replace(node, otherwise, `null became ${otherwise}`);
      return true;
    }
    if (isScalar(node) && typeof node.value === 'number' && minimum !== undefined && node.value < minimum) return false;
    this.refuseAliases(node, key, 'changes');
    const [from = 0, to = 0] = node.range ?? [];
    this.edits.push({ from, to: from, text: `{ type: ${type}, ${key}: ` }, { from: to, to, text: ' }' });
    this.intents.push(() => {
      const block = this.document.createNode({ type }) as Block;
      block.items.push(new Pair<YamlNode, YamlNode>(this.document.createNode(key), node));
      put(block);
    });
    return true;
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
    this.refuseAliases(node, path, 'changes');
    const now = written(news[old]);
    this.replace(node, now, `${path}: ${old} became ${now}. ${summary}`);
  }

  private replace(node: YamlNode, text: string, said: string): void {
    const [from = 0, to = 0] = node.range ?? [];
    this.edits.push({ from, to, text });
    this.changes.push({ at: from, said });
    this.intents.push(() => {
      (node as Scalar).value = parse(text, { version: '1.2' });
    });
  }

  /** A part of a scalar, whose quotes stay. */
  private replaceWithin(node: YamlNode, old: string, now: string, said: string): void {
    const [start = 0, end = 0] = node.range ?? [];
    const offset = this.text.slice(start, end).indexOf(old);
    if (offset < 0) return;
    this.edits.push({ from: start + offset, to: start + offset + old.length, text: now });
    this.changes.push({ at: start, said });
    this.intents.push(() => {
      (node as Scalar).value = word(node).replace(old, () => now);
    });
  }

  private remove(block: Block, entry: Entry, path: string, summary: string): void {
    this.changes.push({ at: entry.key.range?.[0] ?? 0, said: `${path} was removed. ${summary}` });
    for (const node of [entry.key, entry.value]) if (node) this.refuseAliases(node, path, 'falls away');
    this.gone.set(block, (this.gone.get(block) ?? new Set()).add(entry));
    this.intents.push(() => {
      block.items = block.items.filter((one) => one !== entry);
    });
  }

  private finishRemovals(): void {
    for (const [block, entries] of this.gone) this.edits.push(...removalEdits(this.text, block, entries));
  }

  /** What is said again elsewhere, with an alias, would be lost there or change there too. */
  private refuseAliases(node: YamlNode, path: string, what: string): void {
    const alias = aliasInto(this.document, node);
    if (!alias) return;
    const lines = new LineCounter();
    parseDocument(this.text, { version: '1.2', logLevel: 'silent', lineCounter: lines });
    const line = (offset = 0): number => lines.linePos(offset).line;
    throw anchorInUse(this.options.file ?? 'The recipe', path, what, line(node.range?.[0]), line(alias.range?.[0]));
  }

  private column({ key }: Entry): number {
    const offset = key.range?.[0] ?? 0;
    return offset - lineStart(this.text, offset);
  }
}

const defaultStated = (path: string, value: unknown, summary: string): string =>
  `${path}: ${JSON.stringify(value)} is stated, the default of its version. ${summary}`;

const anchorInUse = (file: string, path: string, what: string, line: number, alias: number) =>
  notMigrated(
    file,
    `${path} in line ${line} ${what}, and line ${alias} says the same with an alias of it`,
    `Write the value out in line ${alias}, then migrate.`,
  );
