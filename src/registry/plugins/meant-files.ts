import { existsSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readManifest } from './manifest.ts';

/** TypeScript says the name of what it becomes. */
const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx'],
  '.jsx': ['.tsx', '.ts'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};
const LEFT_OUT = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json', '.node'];

/**
 * All existing files that a path in a module may mean: which of them it is depends on who asks (Node or tsx, import or
 * require). A query is no part of it, and a URL is decoded.
 */
export function meantFiles(path: string, from: string): string[] {
  const bare = path.replace(/[?#].*$/, '');
  const all = [path, bare, decoded(bare)].flatMap((one) => beside(absolute(one, from)));
  return [...new Set(all)].filter(isFile);
}

function beside(file: string): string[] {
  const extension = extname(file);
  const stem = file.slice(0, file.length - extension.length);
  const spelt = (at: string) => LEFT_OUT.map((one) => `${at}${one}`);
  const main = readManifest(file)?.main;
  return [
    file,
    ...(WRITTEN[extension] ?? []).map((one) => `${stem}${one}`),
    ...spelt(file),
    ...spelt(join(file, 'index')),
    ...(main === undefined ? [] : [join(file, 'package.json'), join(file, main), ...spelt(join(file, main))]),
  ];
}

function absolute(path: string, from: string): string {
  return path.startsWith('file:') ? fileURLToPath(path) : resolve(dirname(from), path);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const isFile = (file: string): boolean => existsSync(file) && statSync(file).isFile();
