import { fieldsOf } from '../../registry/language/fields.ts';
import type { ComponentShape, Shape } from '../../registry/language/language.ts';
import { shapeAt } from '../../registry/language/language.ts';
import { type ComponentKey, defaultComponent, shapeOf } from '../../registry/language/nondefault.ts';
import type { Registry } from '../../registry/registry.ts';
import { differences } from '../../registry/values/differences.ts';
import { formatPath, type Path, parsePath } from '../../registry/values/path.ts';
import { type JsonSchema, objectForm } from '../../registry/values/schema-type.ts';
import type { Plain } from '../../registry/values/value.ts';
import { type Machine, machineText } from '../machine.ts';
import { hashOf, type KeyParts } from '../store/key.ts';
import type { Instance } from './plan.ts';
import { valueAt } from './recipe-slice.ts';

/** What a key was made of, and which part of the recipe each part of its slice is (paths as text: it stands in manifests). */
export interface KeyOrigin {
  parts: KeyParts;
  paths: Readonly<Record<string, string>>;
  /** Of an artifact that is there: what it was made on. */
  machine?: Machine;
}

/** One thing in which two keys of a stage differ. A closed list: whatever enters a key has a line here. */
export type PartDifference =
  | { what: 'value'; path: Path; before: Plain | undefined; now: Plain | undefined }
  | { what: 'seed'; before: number | undefined; now: number | undefined }
  | { what: 'component-version'; component: string; path: Path; before: number; now: number }
  /** Hashes of the file that it stands in; null: of ichor itself, or of a package, whose version says it. */
  | { what: 'component-code'; component: string; path: Path; before: string | null; now: string | null }
  | { what: 'stage-version'; before: number; now: number }
  | { what: 'input'; id: string; before: string | undefined; now: string | undefined }
  | { what: 'fingerprint' }
  /** Texts of weights: `none`, `md5:4d47…`. */
  | { what: 'weights'; before: string; now: string }
  | { what: 'engine'; before: string; now: string }
  /** Only between keys of --exact, or one of them and another; null: not recorded, or not in the key. */
  | { what: 'machine'; before: string | null; now: string | null };

export const pathsOf = ({ from }: Pick<Instance, 'from'>): Record<string, string> =>
  Object.fromEntries(from.map(({ slice, recipe }) => [formatPath(slice), formatPath(recipe)]));

/** Everything in which two keys of one stage differ; empty where the keys are equal. */
export function partDifferences(before: KeyOrigin, now: KeyOrigin, registry: Registry): PartDifference[] {
  const [old, fresh] = [before.parts, now.parts];
  const found: PartDifference[] = sliceDifferences(before, now, registry);
  // Whatever shape an older slice had: a changed key is never left without a reason.
  if (found.length === 0 && hashOf(old.slice) !== hashOf(fresh.slice)) {
    found.push({ what: 'value', path: [], before: old.slice as Plain, now: fresh.slice as Plain });
  }
  if (old.seed !== fresh.seed) found.push({ what: 'seed', before: old.seed, now: fresh.seed });
  if (old.version !== fresh.version) found.push({ what: 'stage-version', before: old.version, now: fresh.version });
  for (const id of new Set([...Object.keys(old.inputs), ...Object.keys(fresh.inputs)])) {
    const [was, is] = [old.inputs[id], fresh.inputs[id]];
    if (was !== is) found.push({ what: 'input', id, before: was, now: is });
  }
  if (old.fingerprint !== fresh.fingerprint) found.push({ what: 'fingerprint' });
  if (old.weights !== fresh.weights) {
    // Where a value of the recipe says it already (imagenet -> none), the hash says nothing more.
    const told = found.some((one) => one.what === 'value' && one.path.at(-1) === 'weights');
    if (!told) found.push({ what: 'weights', before: weightsShort(old.weights), now: weightsShort(fresh.weights) });
  }
  const [was, is] = [old.engine, fresh.engine].map(engineText) as [string, string];
  if (was !== is) {
    const alike = old.engine?.precision === fresh.engine?.precision;
    const short = (text: string) => (alike ? text.replace(/, [^,]*$/, '') : text);
    found.push({ what: 'engine', before: short(was), now: short(is) });
  }
  if (hashOf(old.machine ?? null) !== hashOf(fresh.machine ?? null)) {
    const machine = old.machine ?? before.machine;
    const text = (of: Machine | undefined) => (of === undefined ? null : machineText(of));
    found.push({ what: 'machine', before: text(machine), now: text(fresh.machine) });
  }
  return found;
}

/** Enough of a hash to tell two apart. */
const weightsShort = (weights: string | undefined): string =>
  weights === undefined ? 'none' : weights.replace(/^(\w+:[0-9a-f]{12})[0-9a-f]+$/, '$1');

/** Only the native engine has another way, so that only there it is worth a word. */
const EAGER: Readonly<Record<string, string | undefined>> = { native: 'eager' };

export const engineText = (engine: KeyParts['engine'] | null): string =>
  engine
    ? [engine.kind, engine.version, engine.mode ?? EAGER[engine.kind], engine.precision].filter(Boolean).join(', ')
    : 'none';

function sliceDifferences(before: KeyOrigin, now: KeyOrigin, registry: Registry): PartDifference[] {
  const pieces = [...new Set([...Object.keys(now.paths), ...Object.keys(before.paths)])].sort();
  const found: PartDifference[] = [];
  const channels = [before, now].map(({ parts, paths }) => channelNames(parts, paths));
  for (const piece of pieces) {
    if (piece.startsWith('channels[')) continue;
    const path = pathOf(now.paths[piece] ?? before.paths[piece]);
    const nested = pieces
      .filter((other) => other.startsWith(`${piece}.`))
      .map((other) => other.slice(piece.length + 1));
    // What stands inside of another piece comes and goes with a value of that piece.
    const inner = pieces.some((other) => piece.startsWith(`${other}.`));
    if (inner && (now.paths[piece] === undefined || before.paths[piece] === undefined)) continue;
    const [old, fresh] = [before, now].map(({ parts }) => without(valueAt(parts.slice, pathOf(piece)), nested));
    found.push(...compare(old, fresh, shapeOf(path), path, registry));
  }
  const [old = [], fresh = []] = channels;
  if (old.length !== fresh.length) return [...found, { what: 'value', path: ['channels'], before: old, now: fresh }];
  fresh.forEach((name, i) => {
    const [left, right] = [before, now].map(({ parts }) => valueAt(parts.slice, ['channels', i]));
    const path: Path = ['windows', name];
    if (old[i] === name) found.push(...compare(left, right, shapeOf(path), path, registry));
    else if (hashOf(left) !== hashOf(right)) {
      found.push({ what: 'value', path: ['channels', i, 'window'], before: old[i], now: name });
    }
  });
  return found;
}

/** Names of the windows in the order of the channels; the pages' slice has its channels as the recipe does. */
function channelNames({ slice }: KeyParts, paths: KeyOrigin['paths']): string[] {
  const channels = valueAt(slice, ['channels']);
  if (!Array.isArray(channels) || paths['channels[0]'] === undefined) return [];
  return channels.map((channel, i) => {
    const [top, name] = pathOf(paths[`channels[${i}]`]);
    // A channel of a source that gives pictures is a picture's name.
    return String(top === 'channels' ? channel : (name ?? i));
  });
}

const pathOf = (text: string | undefined): Path => parsePath(text ?? '')?.map(({ part }) => part) ?? [];

function without(value: unknown, names: readonly string[]): unknown {
  if (!isMap(value) || names.length === 0) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !names.includes(key)));
}

function compare(
  before: unknown,
  now: unknown,
  shape: Shape | undefined,
  path: Path,
  registry: Registry,
): PartDifference[] {
  if (same(before, now)) return [];
  const whole = (): PartDifference[] => [
    { what: 'value', path, before: shown(before ?? defaultOf(shape)), now: shown(now ?? defaultOf(shape)) },
  ];
  switch (shape?.is) {
    case 'component':
      return compareComponents(normal(before, shape), normal(now, shape), shape, path, registry);
    case 'list': {
      const [left, right] = [before ?? defaultOf(shape), now ?? defaultOf(shape)];
      if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return whole();
      return left.flatMap((item, i) => compare(item, right[i], shape.of, [...path, i], registry));
    }
    case 'map':
    case 'named': {
      const [left, right] = [before ?? {}, now ?? {}];
      if (!isMap(left) || !isMap(right)) return whole();
      const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
      return [...keys].flatMap((key) => {
        const child = [...path, key];
        const there = Object.hasOwn(left, key) && Object.hasOwn(right, key);
        if (shape.is === 'map' || there) return compare(left[key], right[key], shapeAt(shape, key), child, registry);
        return [{ what: 'value', path: child, before: shown(left[key]), now: shown(right[key]) }];
      });
    }
    default:
      return isMap(before) && isMap(now) ? values(before as Plain, now as Plain, path) : whole();
  }
}

function compareComponents(
  before: unknown,
  now: unknown,
  { kind }: ComponentShape,
  path: Path,
  registry: Registry,
): PartDifference[] {
  if (!isComponent(before) || !isComponent(now) || before.name !== now.name) {
    const at = isComponent(before) && isComponent(now) ? [...path, 'type'] : path;
    return [{ what: 'value', path: at, before: shown(before), now: shown(now) }];
  }
  const component = `${kind} ${now.name}`;
  const found: PartDifference[] = [];
  if (before.version !== now.version) {
    found.push({ what: 'component-version', component, path, before: before.version, now: now.version });
  }
  if (before.code !== now.code) {
    found.push({
      what: 'component-code',
      component,
      path,
      before: before.code ?? null,
      now: now.code ?? null,
    });
  }
  const known = registry.get(kind, now.name);
  return [...found, ...compareFields(before.params, now.params, known ? fieldsOf(known) : {}, path)];
}

function compareFields(
  before: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, JsonSchema>>,
  path: Path,
): PartDifference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((name): PartDifference[] => {
    const schema = fields[name];
    const properties = schema && objectForm(schema)?.properties;
    const [left, right] = [before[name] ?? schema?.default, now[name] ?? schema?.default];
    if (same(before[name], now[name])) return [];
    const child = [...path, name];
    if (isMap(left) && isMap(right)) {
      return properties ? compareFields(left, right, properties, child) : values(left as Plain, right as Plain, child);
    }
    return [{ what: 'value', path: child, before: left as Plain | undefined, now: right as Plain | undefined }];
  });
}

const values = (before: Plain, now: Plain, path: Path): PartDifference[] =>
  differences(before, now, path).map(({ path: at, left, right }) => ({
    what: 'value',
    path: at,
    before: left,
    now: right,
  }));

/** What is absent from a slice stands at its default. */
function normal(value: unknown, shape: ComponentShape): unknown {
  if (value !== undefined) return value;
  const type = defaultComponent(shape);
  return type === undefined ? shape.default : defaultItem({ type });
}

const defaultItem = (item: unknown): ComponentKey => ({
  name: String((item as { type?: unknown }).type),
  version: 1,
  params: {},
});

function defaultOf(shape: Shape | undefined): unknown {
  if (shape?.is === 'value') return shape.schema.default;
  return shape?.is === 'list' && Array.isArray(shape.default) ? shape.default.map(defaultItem) : undefined;
}

/** A component stands in a sentence by its name. */
function shown(value: unknown): Plain | undefined {
  if (Array.isArray(value)) return value.map((item) => shown(item) ?? null);
  if (isComponent(value)) return value.name;
  if (isMap(value) && Object.keys(value).length === 1 && typeof value.window === 'string') return value.window;
  return value as Plain | undefined;
}

const same = (a: unknown, b: unknown): boolean =>
  a === undefined || b === undefined ? a === b : hashOf(a) === hashOf(b);

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isComponent = (value: unknown): value is ComponentKey =>
  isMap(value) && typeof value.name === 'string' && typeof value.version === 'number' && isMap(value.params);
