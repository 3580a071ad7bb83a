import type { Path } from './path.ts';
import type { Plain } from './value.ts';

export interface Difference {
  path: Path;
  /** Undefined where one side has no such value. */
  left: Plain | undefined;
  right: Plain | undefined;
}

/** The deepest paths at which two values differ. Lists of different lengths and blocks of different types differ as a whole. */
export function differences(left: Plain | undefined, right: Plain | undefined, path: Path = []): Difference[] {
  if (Object.is(left, right)) return [];
  if (isList(left) && isList(right) && left.length === right.length) {
    return left.flatMap((item, index) => differences(item, right[index], [...path, index]));
  }
  if (isMap(left) && isMap(right) && left.type === right.type) {
    const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
    return keys.flatMap((key) => differences(left[key], right[key], [...path, key]));
  }
  return [{ path, left, right }];
}

const isList = (value: Plain | undefined): value is readonly Plain[] => Array.isArray(value);

const isMap = (value: Plain | undefined): value is { readonly [key: string]: Plain } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
