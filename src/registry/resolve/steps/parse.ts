import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  Parser,
  parseDocument,
  visit,
  type YAMLError,
  type Node as YamlNode,
} from 'yaml';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import {
  conflictMarker,
  customTag,
  duplicateKey,
  forbiddenKey,
  oddCharacter,
  oddInSyntax,
  referenceQuotes,
  severalDocuments,
  tooDeep,
  tooManyValues,
  unknownAnchor,
  yamlSyntax,
  yamlVersion,
} from '../../diagnostics/findings/syntax.ts';
import { asTyped, type OddCharacter, oddCharacters, oddInName, oddInValue } from '../../diagnostics/odd-characters.ts';
import { FORBIDDEN_KEYS } from '../../registry.ts';
import { formatPath, type Path } from '../../values/path.ts';
import type { Layer, Node, Place } from '../../values/value.ts';
import { DATA_ROOT } from './data-root.ts';
import { commentOf } from './yaml-comment.ts';
import { excessOf } from './yaml-excess.ts';

const DEEPEST = 100;
const MOST_VALUES = 20_000;
/** Sentences, for people: of a paper's row, of a table. */
const PROSE = ['paper', 'title', 'notes', 'claim', 'summary', 'description', 'text'];
const STANDARD_TAGS = ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`);

export interface Parsed {
  /** Null where the text is empty or no node could be made of it. */
  node: Node | null;
  findings: Diagnostic[];
  /** Where the first comment starts; absent where there is none. */
  comment?: number;
}

/** Where the text begins: an argument of `--set` starts in the middle of its line. */
export interface ParseOptions {
  file: string;
  layer: Layer;
  line?: number;
  column?: number;
  /** Where in a recipe the value goes; absent for a whole file. */
  path?: Path;
}

/**
 * Step 1: YAML 1.2 text to nodes that know their places. The text is data: no tag but the standard ones, no merge
 * keys, and aliases, depth and number of values are bounded before anything is built of them.
 */
export function parse(text: string, options: ParseOptions): Parsed {
  const lines = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    const first = options.line ?? 1;
    return { file: options.file, line: line + first - 1, column: line === 1 ? col + (options.column ?? 1) - 1 : col };
  };
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const excess = excessOf(tokens, { depth: DEEPEST, values: MOST_VALUES });
  if (excess) {
    const where = place(excess.offset);
    const finding = excess.what === 'depth' ? tooDeep(where, DEEPEST) : tooManyValues(where, MOST_VALUES);
    return { node: null, findings: [finding] };
  }
  // Doubled keys are found below: the library compares each key with each.
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    stringKeys: true,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const documents = [...composer.compose(tokens, true, text.length)] as Document.Parsed[];
  const document = documents[0];
  if (!document) return { node: null, findings: [] };
  const findings: Diagnostic[] = syntaxFindings(text, document, place);
  const from = commentOf(tokens);
  const comment = from === null ? {} : { comment: from };
  const second = documents[1];
  if (second) findings.push(severalDocuments(place(second.range[0])));
  if (findings.length > 0 || !document.contents) return { node: null, findings, ...comment };
  const converter = new Converter(document, options.layer, place);
  const node = converter.node(document.contents, null, options.path ?? [], 0);
  return { node: converter.stopped ? null : node, findings: converter.findings, ...comment };
}

function syntaxFindings(text: string, document: Document.Parsed, place: (offset: number) => Place): Diagnostic[] {
  const marker = /^(<{7}|={7}|>{7})(?= |\r?$)/m.exec(text);
  if (marker && document.errors.length > 0) return [conflictMarker(place(marker.index))];
  const { explicit, version } = document.directives.yaml;
  if (explicit && version !== '1.2') return [yamlVersion(place(0), version)];
  // What follows a first mistake of syntax is mostly its echo. Unknown tags are warnings of the library, and errors of
  // ours once nodes are converted.
  const [error] = document.errors as YAMLError[];
  if (!error) return [];
  const odd = oddCause(text, error);
  if (odd) return [oddInSyntax(place(odd.at), odd)];
  // In { } and [ ] the brace of a reference opens a map.
  const dollar = error.pos[0] - 1;
  if (dollar >= 0 && text.startsWith('${', dollar)) return [referenceQuotes(place(dollar), referenceAt(text, dollar))];
  return [yamlSyntax(place(startOf(error, document)), error.message, error.code)];
}

/** The odd character that makes a text no YAML: where it would be YAML, or fail elsewhere, with what was meant in its place. */
function oddCause(text: string, error: YAMLError): OddCharacter | null {
  const odd = oddCharacters(text);
  if (odd.length === 0) return null;
  const [other] = parseDocument(asTyped(text), { logLevel: 'silent', prettyErrors: false }).errors;
  // What cannot be seen is left out of the text as it was typed.
  const left = odd.filter(({ at, instead }) => instead === '' && at < error.pos[0]).length;
  if (other && other.code === error.code && other.pos[0] === error.pos[0] - left) return null;
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length;
  const line = lineOf(error.pos[0]);
  const near = (one: OddCharacter) => Math.abs(lineOf(one.at) - line);
  return odd.reduce((best, one) => (near(one) < near(best) ? one : best));
}

/** A quote that is not closed is found at the end of the file: the mistake stands where it opens. */
function startOf({ code, message, pos }: YAMLError, document: Document.Parsed): number {
  if (code !== 'MISSING_CHAR' || !message.includes('quote')) return pos[0];
  let opened = pos[0];
  visit(document, {
    Scalar(_, { type, range }) {
      if (range && (type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE')) opened = range[0];
    },
  });
  return opened;
}

const referenceAt = (text: string, start: number): string =>
  /^\$\{[^}\n]{0,100}\}/.exec(text.slice(start))?.[0] ?? '${…}';

/** YAML nodes to ours. Aliases are written out, within the bound on the number of values. */
class Converter {
  readonly findings: Diagnostic[] = [];
  stopped = false;
  private values = 0;
  /** As in YAML, an alias means the anchor that was last set before it. */
  private readonly anchors = new Map<string, { node: ParsedNode | YamlNode; open: boolean }>();

  constructor(
    private readonly document: Document.Parsed,
    private readonly layer: Layer,
    private readonly place: (offset: number) => Place,
  ) {}

  node(yaml: YamlNode | null, key: Place | null, path: Path, depth: number): Node {
    const place = this.placeOf(yaml, key);
    const sourced = { place, key, layer: this.layer, shadowed: null };
    const nothing: Node = { kind: 'scalar', value: null, ...sourced };
    this.values++;
    if (this.values > MOST_VALUES || depth > DEEPEST) this.stop(place, depth);
    if (this.stopped || !yaml) return nothing;
    if (isAlias(yaml)) return this.alias(yaml.source, key, path, depth, place) ?? nothing;
    this.checkTag(yaml.tag, place, path);
    const anchor = { node: yaml, open: true };
    if (yaml.anchor) this.anchors.set(yaml.anchor, anchor);
    const node = this.content(yaml, sourced, path, depth);
    anchor.open = false;
    return node ?? nothing;
  }

  private content(
    yaml: YamlNode,
    sourced: Omit<Node & { kind: 'scalar' }, 'kind' | 'value'>,
    path: Path,
    depth: number,
  ): Node | null {
    if (isScalar(yaml)) {
      const value = yaml.value;
      const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
      if (typeof plain === 'string') this.checkValue(plain, yaml, path);
      return { kind: 'scalar', value: plain, ...sourced };
    }
    if (isSeq<YamlNode>(yaml)) {
      const items = yaml.items.map((item, index) => this.node(item, null, [...path, index], depth + 1));
      return { kind: 'list', items, ...sourced };
    }
    if (!isMap<YamlNode, YamlNode | null>(yaml)) return null;
    const entries = new Map<string, Node>();
    for (const pair of yaml.items) {
      const name = isScalar(pair.key) ? String(pair.key.value ?? '') : '';
      const key = this.placeOf(pair.key, sourced.place);
      const below = [...path, name];
      const odd = oddInName(name);
      if (odd) this.findings.push(oddCharacter(this.placeIn(pair.key, odd.at) ?? key, below, 'This key', odd));
      else if (FORBIDDEN_KEYS.has(name)) this.findings.push(forbiddenKey(key, below, name));
      else if (entries.has(name)) this.findings.push(duplicateKey(key, below, name));
      else entries.set(name, this.node(pair.value, key, below, depth + 1));
      if (this.stopped) break;
    }
    return { kind: 'map', entries, ...sourced };
  }

  private alias(name: string, key: Place | null, path: Path, depth: number, place: Place): Node | null {
    const anchor = this.anchors.get(name);
    if (!anchor || anchor.open) {
      this.findings.push(unknownAnchor(place, path, name));
      return null;
    }
    return this.node(anchor.node, key, path, depth);
  }

  private checkValue(value: string, yaml: YamlNode, path: Path): void {
    if (path.some((part) => PROSE.includes(String(part)))) return;
    const odd = oddInValue(
      value,
      formatPath(path)
        .replace(/\[\d+\]$/, '')
        .endsWith(formatPath(DATA_ROOT)),
    );
    if (!odd) return;
    const place = this.placeIn(yaml, odd.at) ?? this.placeOf(yaml, null);
    this.findings.push(oddCharacter(place, path, 'This value', odd));
  }

  /** Where a character of a text stands; null where its offset says nothing: behind an escape, in a text of several lines. */
  private placeIn(yaml: YamlNode | null, at: number): Place | null {
    if (!isScalar(yaml) || !yaml.range || typeof yaml.value !== 'string') return null;
    const quoted = yaml.type === 'QUOTE_DOUBLE' || yaml.type === 'QUOTE_SINGLE' ? 1 : 0;
    const written = yaml.range[1] - yaml.range[0];
    return written === yaml.value.length + 2 * quoted ? this.place(yaml.range[0] + quoted + at) : null;
  }

  private placeOf(yaml: YamlNode | null, otherwise: Place | null): Place {
    const offset = yaml?.range?.[0];
    if (offset !== undefined) return this.place(offset);
    return otherwise ?? this.place(this.document.range[0]);
  }

  private checkTag(tag: string | undefined, place: Place, path: Path): void {
    if (tag && !STANDARD_TAGS.includes(tag)) this.findings.push(customTag(place, path, tag));
  }

  private stop(place: Place, depth: number): void {
    if (this.stopped) return;
    this.stopped = true;
    this.findings.push(depth > DEEPEST ? tooDeep(place, DEEPEST) : tooManyValues(place, MOST_VALUES));
  }
}
