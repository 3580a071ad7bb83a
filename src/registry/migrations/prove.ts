import { isDeepStrictEqual } from 'node:util';
import { type Document, parseDocument } from 'yaml';
import { IchorError } from '../../errors.ts';
import { formatPath, type Path } from '../values/path.ts';

/** Throws IchorError `not-migrated` where a text does not say what it was meant to say, and nothing but that. */
export function proveMigrated(text: string, meant: unknown, file: string): void {
  const document = parseDocument(text, { version: '1.2', logLevel: 'silent' });
  const [error] = document.errors;
  if (error) throw notMigrated(file, `the new text would be no YAML: ${error.message.split('\n')[0]}`);
  const path = firstDifference(saidBy(document, file), meant, []);
  if (path !== null) throw notMigrated(file, `${formatPath(path) || 'it'} would not say what it should`);
}

/** An alias of nothing is found only where the values are asked for. */
function saidBy(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw notMigrated(file, `the new text would be no YAML: ${(error as Error).message}`);
  }
}

export function notMigrated(file: string, why: string, hint = 'Change it by hand; ichor check names the keys.') {
  return new IchorError('not-migrated', `${file} was left as it is: ${why}.`, hint, 2);
}

function firstDifference(one: unknown, other: unknown, path: Path): Path | null {
  if (isDeepStrictEqual(one, other)) return null;
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other)) return path;
  for (const key of new Set([...Object.keys(other), ...Object.keys(one)])) {
    const below = [...path, Array.isArray(one) ? Number(key) : key];
    if (Object.hasOwn(one, key) !== Object.hasOwn(other, key)) return below;
    const found = firstDifference(one[key], other[key], below);
    if (found) return found;
  }
  return path;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
