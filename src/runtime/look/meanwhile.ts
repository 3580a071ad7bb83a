import { stampOf } from '../../files/stamp.ts';
import type { OpenSource } from '../../registry/kinds/source.ts';
import type { Look, LookedFile } from './look.ts';

/** What became of a folder while it was read. Files stand as artifacts name them. */
export interface Meanwhile {
  /** Written to after the look; what it holds now has to be compared with what was read of it. */
  touched: { id: string; path: string; bytes: number; bytesBefore: number }[];
  /** Not there at the look. */
  arrived: string[];
  /** Not there any more. */
  gone: string[];
}

/**
 * The files of a source now against what the look found: one `stat` a file, nothing is read. Where a drive keeps no times,
 * and with --trust-sizes, sizes alone tell.
 */
export async function sinceLook(look: Look, source: OpenSource): Promise<Meanwhile> {
  const left = new Map(look.files.map((looked) => [looked.id, looked]));
  const found: Meanwhile = { touched: [], arrived: [], gone: [] };
  for await (const { path, bytes, times } of source.files()) {
    const id = look.seal.file(path);
    const looked = left.get(id);
    left.delete(id);
    if (looked === undefined) found.arrived.push(id);
    else if (bytes !== looked.file.bytes || !sameTimes(look, looked, stampOf(times, 0n).stamp))
      found.touched.push({ id, path, bytes, bytesBefore: looked.file.bytes });
  }
  found.gone.push(...left.keys());
  return found;
}

const sameTimes = (look: Look, { stamp }: LookedFile, now: string): boolean =>
  look.counts.trustSizes || stamp === '' || now === '' || stamp === look.seal.stamp(now);
