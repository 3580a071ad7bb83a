import { basename, dirname, join } from 'node:path';
import { stat } from '../../../files/fs.ts';
import { stampOf } from '../../../files/stamp.ts';
import { keepChecked, readChecked } from '../../store/checked-file.ts';
import { verifyEngine } from './find.ts';
import type { InstalledEngine } from './record.ts';

/**
 * As `verifyEngine`, but libraries whose size, times and hash are those of the last time are not read again: a second of a processor for each
 * command. A file that was written since has another time of change, which no program sets. What is known lies beside the engine's folder.
 * @throws IchorError `engine-tampered`
 */
export async function verifyUnmoved(engine: InstalledEngine): Promise<void> {
  const known = join(dirname(engine.folder), `.verified-${basename(engine.folder)}.json`);
  // Before the libraries are read: what is written meanwhile is seen the next time.
  const now = await stampsOf(engine);
  if (now !== null && (await readChecked(known)) === now) return;
  await verifyEngine(engine);
  if (now !== null) await keepChecked(known, now);
}

/** Null where times say nothing of a file: a drive without them, or one that was written a moment ago. */
async function stampsOf({ folder, files }: InstalledEngine): Promise<string | null> {
  const began = BigInt(Date.now()) * 1_000_000n;
  const stamps: string[] = [];
  for (const { name, sha256 } of files) {
    const found = await stat(join(folder, name), { bigint: true }).catch(() => null);
    if (found === null) return null;
    const { mtimeNs, ctimeNs, ino, size } = found;
    const { stamp, settled } = stampOf({ modifiedNs: `${mtimeNs}`, changedNs: `${ctimeNs}`, inode: `${ino}` }, began);
    if (!settled) return null;
    stamps.push(`${name} ${size} ${stamp} ${sha256}`);
  }
  return stamps.join('\n');
}
