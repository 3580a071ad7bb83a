/** What a file system says of a file beside its size, in decimal digits. Nothing of it enters a key. */
export interface FileTimes {
  /** When its content was written, in nanoseconds since 1970. */
  modifiedNs: string;
  /** When content, name, mode or links changed (`ctime`), in nanoseconds since 1970: no program can set it back. */
  changedNs: string;
  inode: string;
}

/** The coarsest clock of a file system that we know (FAT): a second write within it may leave the same time. */
const COARSEST_NS = 2_000_000_000n;

/**
 * A file's times in one text. Not settled where one of them is so close to the look that a write after it could leave the
 * same: such a file is read again the next time. No times where the drive keeps none.
 */
export function stampOf(times: FileTimes | undefined, began: bigint): { stamp: string; settled: boolean } {
  if (times === undefined || times.changedNs === '0') return { stamp: '', settled: false };
  const { modifiedNs, changedNs, inode } = times;
  const modified = BigInt(modifiedNs);
  // A time of writing far ahead was set by a program: the next write will not set it again.
  const settled =
    BigInt(changedNs) < began - COARSEST_NS && (modified < began - COARSEST_NS || modified > began + COARSEST_NS);
  return { stamp: `${modifiedNs}:${changedNs}:${inode}`, settled };
}
