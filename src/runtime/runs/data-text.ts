import type { RunRecord } from './run-folder.ts';

/** `rsna 1a2b3c4d (294 files)`: what a run was made from, without a path. Empty where its record does not say. */
export function dataText({ data }: RunRecord): string {
  const { source, fingerprint, files } = data;
  const named = [source, fingerprint?.slice(0, 8)].filter((part) => part !== undefined && part !== '').join(' ');
  const size = files == null ? '' : ` (${files.toLocaleString('en-GB')} ${files === 1 ? 'file' : 'files'})`;
  return named === '' ? '' : `${named}${size}`;
}
