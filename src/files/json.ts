import { readFile } from './fs.ts';
import { systemCode } from './system-error.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON file that is there and is not what was written: empty, cut off, full of zeros, a folder, another program's. */
export class NotJson extends Error {
  override readonly name = 'NotJson';
}

/**
 * What a file that ichor wrote says. Throws `NotJson` where it is not what was written, in words without a path, and the
 * system's own error where it cannot be read (`ENOENT` where it is missing).
 * @param isOne looks at enough of it that what reads it need not
 */
export async function readJson<T>(path: string, isOne: (value: unknown) => boolean): Promise<T> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'EISDIR') throw new NotJson('it is a folder');
    throw error;
  }
  return jsonOf<T>(text, isOne);
}

/** As `readJson`, of a file that only spares work: null where it is missing or damaged, or was replaced on a network drive while it was read. */
export async function readJsonIfSound<T>(path: string, isOne: (value: unknown) => boolean): Promise<T | null> {
  try {
    return await readJson<T>(path, isOne);
  } catch (error) {
    if (error instanceof NotJson || ['ENOENT', 'ESTALE'].includes(systemCode(error) ?? '')) return null;
    throw error;
  }
}

/** As `readJson`, of a text. Throws `NotJson`. */
export function jsonOf<T>(text: string, isOne: (value: unknown) => boolean): T {
  if (text.trim() === '') throw new NotJson('it is empty');
  if (text.startsWith('\0')) throw new NotJson('it holds zeros in the place of text');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new NotJson('it is no JSON: it was cut off, or something else wrote it');
  }
  if (!isOne(value)) throw new NotJson('it is JSON of another form than what ichor writes');
  return value as T;
}

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A test of a map's values by name, for `readJson`: values that it does not name may be anything. */
export const hasForm =
  (form: Readonly<Record<string, (value: unknown) => boolean>>) =>
  (value: unknown): boolean =>
    isMap(value) && Object.entries(form).every(([name, fits]) => fits(value[name]));

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isNumber = (value: unknown): value is number => typeof value === 'number';
export const isTruth = (value: unknown): value is boolean => typeof value === 'boolean';
export const isList = (value: unknown): value is unknown[] => Array.isArray(value);
export const orNull =
  (fits: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === null || fits(value);
export const ifThere =
  (fits: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || fits(value);
export const listOf =
  (fits: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every(fits);
export const mapOf =
  (fits: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    isMap(value) && Object.values(value).every(fits);
