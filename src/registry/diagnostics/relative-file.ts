import { relative, sep } from 'node:path';

/** A finding's file as tools read it: from `cwd`, with `/`; `--set` and its like stay. */
export function relativeFile(file: string, cwd: string): string {
  if (file.startsWith('--')) return file;
  return (relative(cwd, file) || file).split(sep).join('/');
}
