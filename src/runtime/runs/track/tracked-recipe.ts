import { stringify } from 'yaml';
import type { TrackValue } from '../../../registry/kinds/tracker.ts';
import type { ResolvedRecipe } from '../../../registry/recipe.ts';

/** What a file says of itself, or who follows it: no tracker is told. */
const NOT_TOLD = ['tracking', 'contrast', 'plugins', 'profiles', 'resolved', 'extends', 'sweep'];
/** Places of this machine: they change no result, and may name a person. */
const PLACES = ['data.source.root', 'data.labels.file'];

/** A text that names a place of a machine, or one above. */
const isPlace = (value: unknown): boolean =>
  typeof value === 'string' && /^(?:[/~\\]|[A-Za-z]:[/\\]|file:)|(?:^|[/\\])\.\.(?:[/\\]|$)/.test(value);

/** Whether a tracker may learn what stands at a dotted path of a recipe. Private: of the source its type and what is no text. */
function mayBeTold(path: string, value: unknown, isPrivate: boolean): boolean {
  if (PLACES.some((place) => path === place || path.startsWith(`${place}[`))) return false;
  if (!isPrivate) return true;
  if (isPlace(value) || /\.(?:root|file|folder|path|table)(?:\[|$)/.test(path)) return false;
  const ofSource = path.startsWith('data.source.') || path.startsWith('data.labels.');
  return !ofSource || path === 'data.source.type' || typeof value !== 'string';
}

/** The resolved recipe as trackers are told it: by dotted paths, and as YAML. */
export function trackedRecipe(
  recipe: ResolvedRecipe,
  isPrivate: boolean,
): { params: Record<string, TrackValue>; recipeText: string } {
  const shown = Object.fromEntries(Object.entries(recipe).filter(([key]) => !NOT_TOLD.includes(key)));
  const told = without(shown, '', isPrivate);
  const params: Record<string, TrackValue> = {};
  flatten(told, '', params);
  return { params, recipeText: stringify(told, { lineWidth: 0 }) };
}

/** Values of a point of a sweep, likewise. */
export function toldPoint(point: Readonly<Record<string, unknown>>, isPrivate: boolean): Record<string, TrackValue> {
  const values: Record<string, TrackValue> = {};
  for (const [path, value] of Object.entries(point)) flatten(without(value, path, isPrivate), path, values);
  return values;
}

/** A value without what may not be told; undefined where that is all of it. */
function without(value: unknown, path: string, isPrivate: boolean): unknown {
  if (Array.isArray(value))
    return value.flatMap((item, at) => {
      const told = without(item, `${path}[${at}]`, isPrivate);
      return told === undefined ? [] : [told];
    });
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, child]) => {
        const told = without(child, path === '' ? key : `${path}.${key}`, isPrivate);
        return told === undefined ? [] : [[key, told]];
      }),
    );
  return mayBeTold(path, value, isPrivate) ? value : undefined;
}

function flatten(value: unknown, path: string, into: Record<string, TrackValue>): void {
  if (value === undefined) return;
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== 'object' || item === null)) into[path] = value.join(', ');
    else for (const [at, item] of value.entries()) flatten(item, `${path}[${at}]`, into);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) flatten(child, path === '' ? key : `${path}.${key}`, into);
  } else into[path] = value as TrackValue;
}
