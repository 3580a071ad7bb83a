import { relative, sep } from 'node:path';

/** A file as other programs read it: from `cwd`, with `/`; `--set` and its like stay. */
export const relativeTo = (file: string, cwd: string): string =>
  file.startsWith('--') ? file : (relative(cwd, file) || file).split(sep).join('/');
