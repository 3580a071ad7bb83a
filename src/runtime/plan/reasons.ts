import { at, formatPath, type Path } from '../../registry/values/path.ts';
import type { Layer, Node, Place, Plain } from '../../registry/values/value.ts';
import type { FileChanges, FileRow } from '../artifacts/files.ts';
import type { PartDifference } from './part-differences.ts';

/** Where a recipe says a value: the line that caused a change. */
export interface ValuePlace extends Place {
  layer: Layer;
}

/** Why a stage is not cached. A closed list: each has one function that says it. */
export type Reason =
  | { reason: 'first-time' }
  /** `begun`: the other machine that worked on it before; absent where it was this one. */
  | { reason: 'unfinished'; begun?: string }
  | { reason: 'recipe-value'; path: string; before?: Plain; now?: Plain; place: ValuePlace | null }
  | { reason: 'seed'; path: string; before?: number; now?: number; place: ValuePlace | null }
  | { reason: 'component-version'; component: string; before: number; now: number; place: ValuePlace | null }
  | { reason: 'component-code'; component: string; place: ValuePlace | null }
  | { reason: 'stage-version'; before: number; now: number }
  | { reason: 'weights'; before: string; now: string }
  | { reason: 'engine'; before: string; now: string }
  /** Under --exact. `now` null: not asked for any more. `before` null: not recorded. */
  | { reason: 'other-machine'; before: string | null; now: string | null }
  | { reason: 'input'; stage: string; change: 'changed' | 'new' | 'gone'; because: readonly Reason[] }
  | {
      reason: 'input-files';
      added: number;
      removed: number;
      changed: number;
      /** A few of them, each with what became of it. */
      names: readonly string[];
    }
  /** Under headers that are what they were. */
  | { reason: 'pixels-changed'; files: number; names: readonly string[] }
  /** Private names: the key's fingerprint then, and now with its name. */
  | { reason: 'other-key'; before: string; now: string }
  /** `assumed`: planned as if the data were those of the nearest earlier index. */
  | { reason: 'data-missing'; assumed: boolean };

type Of<R extends Reason['reason']> = Extract<Reason, { reason: R }>;

const MESSAGES: { readonly [R in Reason['reason']]: (reason: Of<R>) => string } = {
  'first-time': () => 'for the first time in this store',
  unfinished: ({ begun }) =>
    `unfinished: goes on where it was interrupted${begun === undefined ? '' : `, begun on ${begun}`}`,
  'recipe-value': ({ path, before, now }) =>
    path === '' ? 'its part of the recipe changed' : `${path}: ${side(before)} -> ${side(now)}`,
  seed: ({ path, before, now }) => `${path}: ${side(before)} -> ${side(now)}`,
  'component-version': ({ component, before, now }) => `${component}: version ${before} -> ${now}`,
  'component-code': ({ component }) => `${component}: its file changed`,
  'stage-version': ({ before, now }) => `the stage itself: version ${before} -> ${now}`,
  weights: ({ before, now }) => `the weights that it starts from are other ones: ${before} -> ${now}`,
  engine: ({ before, now }) => `engine: ${before} -> ${now}`,
  'other-machine': ({ before, now }) =>
    now === null
      ? `the nearest was made with --exact, for ${before} alone`
      : `made on ${before ?? 'a machine that is not recorded'}: --exact takes only what was made on ${now}`,
  input: inputText,
  'input-files': filesText,
  'pixels-changed': pixelsText,
  'other-key': ({ before, now }) => `private names were made with another key (${before}, now ${now})`,
  'data-missing': ({ assumed }) =>
    `its data are missing${assumed ? ': planned as if they had not changed since the last index' : ''}`,
};

/** One line: `train.backbone.epochs: 12 -> 3`. */
export function reasonText<R extends Reason['reason']>(reason: Of<R>): string {
  return MESSAGES[reason.reason as R](reason);
}

function inputText({ stage, change, because }: Of<'input'>): string {
  const verb = { changed: 'follows from', new: 'now reads', gone: 'no longer reads' }[change];
  // Its own line has said why, unless that stage has nothing to do by itself.
  const why = because.map((each) => reasonText(each)).join('; ');
  return `${verb} ${stage}${why ? ` (${why})` : ''}`;
}

function filesText({ added, removed, changed, names }: Of<'input-files'>): string {
  const counts = [
    [added, 'added'],
    [removed, 'removed'],
    [changed, 'changed'],
  ] as const;
  const parts = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  if (parts.length === 0) return 'input files: other ones, or none to compare';
  const rest = added + removed + changed - names.length;
  return `input files: ${parts.join(', ')} (${names.join(', ')}${rest > 0 ? `, and ${rest} more` : ''})`;
}

function pixelsText({ files, names }: Of<'pixels-changed'>): string {
  const rest = files - names.length;
  const which = `${names.join(', ')}${rest > 0 ? `, and ${rest} more` : ''}`;
  return `the pixels of ${files} ${files === 1 ? 'file' : 'files'} changed (${which})`;
}

/** A value in one line, as a recipe would say it: `[brain, bone]`. */
/** A value in one line, however long it is. */
export const whole = (value: Plain | undefined): string =>
  (value === undefined ? 'not there' : flow(value)).replaceAll(/\p{Cc}/gu, ' ');

export function side(value: Plain | undefined): string {
  const text = whole(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

const LONGEST = 72;

function flow(value: Plain): string {
  if (value === null || typeof value !== 'object') return String(value);
  if (isList(value)) return `[${value.map(flow).join(', ')}]`;
  const entries = Object.entries(value);
  const [only] = entries;
  // The short forms of the language: a component without parameters, a channel.
  if (only && entries.length === 1 && ['type', 'window'].includes(only[0])) return flow(only[1]);
  return `{ ${entries.map(([key, child]) => `${key}: ${flow(child)}`).join(', ')} }`;
}

const isList = (value: object): value is readonly Plain[] => Array.isArray(value);

const NAMED = 3;

/** The changes of the files as reasons: where none has a name, the data are other ones. */
export function fileReasons(changes: FileChanges): Reason[] {
  const { added, removed, changed, pixels } = changes;
  const names = pixels.slice(0, NAMED).map(fileName);
  const own: Reason[] = pixels.length > 0 ? [{ reason: 'pixels-changed', files: pixels.length, names }] : [];
  return added.length + removed.length + changed.length > 0 || own.length === 0 ? [filesReason(changes), ...own] : own;
}

/** Labels and facts first, which change most. */
function filesReason({ added, removed, changed }: FileChanges): Reason {
  const all = (
    [
      ['+', added],
      ['-', removed],
      ['~', changed],
    ] as const
  ).flatMap(([sign, rows]) => rows.map((row) => ({ sign, row })));
  const first = [...all.filter(({ row }) => row.what !== 'image'), ...all.filter(({ row }) => row.what === 'image')];
  return {
    reason: 'input-files',
    added: added.length,
    removed: removed.length,
    changed: changed.length,
    names: first.slice(0, NAMED).map(({ sign, row }) => `${sign}${fileName(row)}`),
  };
}

const fileName = ({ what, file }: FileRow): string => (what === 'facts' ? "the source's submission form" : file);

/** Where the recipe says the value at a path, or the block that it would stand in; null without a recipe's text. */
export function placeOf(tree: Node | null, path: Path): ValuePlace | null {
  for (let length = path.length; length > 0; length--) {
    const node = at(tree ?? undefined, path.slice(0, length));
    if (node) return { ...node.place, layer: length === path.length ? node.layer : 'default' };
  }
  return null;
}

/** A difference of a stage's own as a reason. Inputs and files need more than the difference itself. */
export function reasonFor(
  difference: Exclude<PartDifference, { what: 'input' | 'fingerprint' }>,
  seedFrom: Path,
  tree: Node | null,
): Reason {
  const stated = <T>({ before, now }: { before: T | undefined; now: T | undefined }) => ({
    ...(before === undefined ? {} : { before }),
    ...(now === undefined ? {} : { now }),
  });
  switch (difference.what) {
    case 'value': {
      const { path } = difference;
      return { reason: 'recipe-value', path: formatPath(path), ...stated(difference), place: placeOf(tree, path) };
    }
    case 'seed':
      return { reason: 'seed', path: formatPath(seedFrom), ...stated(difference), place: placeOf(tree, seedFrom) };
    case 'component-version': {
      const { component, path, before, now } = difference;
      return { reason: 'component-version', component, before, now, place: placeOf(tree, path) };
    }
    case 'component-code': {
      const { component, path } = difference;
      return { reason: 'component-code', component, place: placeOf(tree, path) };
    }
    case 'stage-version':
      return { reason: 'stage-version', before: difference.before, now: difference.now };
    case 'weights':
      return { reason: 'weights', before: difference.before, now: difference.now };
    case 'engine':
      return { reason: 'engine', before: difference.before, now: difference.now };
    case 'machine':
      return { reason: 'other-machine', before: difference.before, now: difference.now };
  }
}
