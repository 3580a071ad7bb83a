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

/**
 * Of two blocks with different types, what differs in them: the type, and each key that is not there or another on the other
 * side, all the way down. Other values as they are.
 */
export function differing(left: Plain | undefined, right: Plain | undefined): [Plain | undefined, Plain | undefined] {
  if (!isMap(left) || !isMap(right)) return [left, right];
  const sides: [Record<string, Plain>, Record<string, Plain>] = [{}, {}];
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    if (differences(left[key], right[key]).length === 0) continue;
    const [a, b] = differing(left[key], right[key]);
    if (a !== undefined) sides[0][key] = a;
    if (b !== undefined) sides[1][key] = b;
  }
  return sides;
}
