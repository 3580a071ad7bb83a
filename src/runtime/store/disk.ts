import { IchorError } from '../../errors.ts';
import { statfs } from '../../files/fs.ts';
import { explainSystemError, systemCode } from '../../files/system-error.ts';

/** Throws `disk-too-small` (exit 1) where the folder's disk has less room than a stage will take. */
export async function assertRoom(folder: string, stage: string, bytes: number): Promise<void> {
  const free = await freeBytes(folder);
  if (free === null || free >= bytes * 1.02) return;
  throw new IchorError(
    'disk-too-small',
    `Stage ${stage} needs about ${formatBytes(bytes)}, and the disk of ${folder} has ${formatBytes(free)} left.`,
    'Free some room (`ichor store gc` removes what no run refers to), or choose another disk with --store DIR. Nothing was lost.',
  );
}

/** Null where the file system does not tell (some of FUSE and of containers). */
export async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize, blocks } = await statfs(folder);
    return blocks === 0 ? null : bavail * bsize;
  } catch (error) {
    if (['ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'].includes(systemCode(error) ?? '')) return null;
    throw error;
  }
}

/** Turns errors of the operating system, wherever they came from, into ones that say what to do. */
export function explainFailure(error: unknown, stage: string, folder: string): unknown {
  const code = systemCode(error);
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return explainSystemError(error, `stage ${stage}`);
  return new IchorError(
    'disk-full',
    `The disk of ${folder} filled up during stage ${stage}.`,
    'Free some room (`ichor store gc` removes what no run refers to), then run the same command again: it goes on from what was finished.',
    1,
    { cause: error },
  );
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
