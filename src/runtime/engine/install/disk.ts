import { IchorError } from '../../../errors.ts';
import { formatBytes, freeBytes } from '../../store/disk.ts';

/** @throws IchorError `disk-too-small`: no other way of installing needs less. */
export async function assertDisk(folder: string, bytes: number): Promise<void> {
  const free = await freeBytes(folder);
  if (free === null || free >= bytes) return;
  throw new IchorError(
    'disk-too-small',
    `Installing the native engine takes ${formatBytes(bytes)} meanwhile, and the disk of ${folder} has ${formatBytes(free)} left.`,
    'Free some room, or set ICHOR_CACHE to a folder on another disk.',
  );
}
