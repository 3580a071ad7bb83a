import { IchorError } from '../../errors.ts';
import { shownPath } from './ledger-lines.ts';

/** A file is not what an earlier part of this run found it to be. `file`: as artifacts name it. */
export function sourceChanged(
  file: string,
  why: string,
  { than = 'index saw', trustSizes = false }: { than?: string; trustSizes?: boolean } = {},
): IchorError {
  return new IchorError(
    'source-changed',
    `The file ${shownPath(file)} is not the one that ${than}: ${why}.`,
    `Run again${trustSizes ? ' without --trust-sizes' : ''}: index reads the changed folder anew.`,
  );
}
