/** What was looked at, in files. */
export interface LookCounts {
  files: number;
  /** Headers that were read for the first time. */
  first: number;
  /** Read again since size or times are not those of the last look. */
  moved: number;
  /** Read again since their times cannot tell: just written when last looked at, or of a drive without times. */
  unsure: number;
  /** Beside those: read whole since only their headers were known, to hold them against what shards were made of. */
  compared: number;
  /** Of all that were read again or compared: those that hold something else. */
  changed: number;
  trustSizes: boolean;
}

/** `324 files looked at: 3 read again since their times moved, 1 changed.` */
export function lookText({ files, first, moved, unsure, compared, changed, trustSizes }: LookCounts): string {
  const count = (number: number) => number.toLocaleString('en');
  const their = (number: number) => (number === 1 ? 'its' : 'their');
  const by = trustSizes ? 'by their sizes alone' : '';
  const parts: string[] = [];
  if (first > 0)
    parts.push(`${first === files ? 'all headers' : `the headers of ${count(first)}`} read for the first time`);
  if (moved > 0) parts.push(`${count(moved)} read again since ${their(moved)} times moved`);
  if (unsure > 0) parts.push(`${count(unsure)} read again since ${their(unsure)} times do not tell`);
  if (compared > 0) parts.push(`${count(compared)} read whole and compared with what shards were made of`);
  if (moved + unsure + compared > 0) parts.push(`${changed === 0 ? 'none' : count(changed)} changed`);
  if (parts.length === 0) parts.push('none read again');
  const head = `${count(files)} ${files === 1 ? 'file' : 'files'} looked at`;
  return `${[head, by].filter(Boolean).join(' ')}: ${parts.join(', ')}.`;
}
