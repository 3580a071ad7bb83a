import type { OpenSource } from '../../../registry/kinds/source.ts';
import type { HeaderReading } from '../../dicom/read-header.ts';
import type { LookedFile } from '../../look/look.ts';
import { readHeaders } from '../../sources/fingerprint.ts';
import { readFileHeader } from '../../sources/read-file.ts';
import type { StageContext } from '../../stage.ts';
import { sourceChanged } from '../source-changed.ts';

/** Headers read at once. */
const AT_ONCE = 32;

/**
 * The headers of the files as the run found them, where it did not have to read all of them itself.
 *
 * @throws IchorError `source-changed` where a header is not the one that the fingerprint was made of.
 */
export async function lookedHeaders(
  source: OpenSource,
  { look, progress }: Pick<StageContext, 'look' | 'progress'>,
): Promise<HeaderReading[]> {
  if (look === undefined) return readHeaders(source, progress);
  const { files, counts } = look;
  const sameHeader = async ({ file, id, hash }: LookedFile): Promise<HeaderReading> => {
    const reading = await readFileHeader(source, file);
    if (reading.hash === hash) return reading;
    throw sourceChanged(id, 'its header differs', { than: 'this run found', trustSizes: counts.trustSizes });
  };
  const readings: HeaderReading[] = [];
  for (let i = 0; i < files.length; i += AT_ONCE) {
    const batch = files.slice(i, i + AT_ONCE);
    readings.push(...(await Promise.all(batch.map(sameHeader))));
    await progress(readings.length, files.length, 'headers');
  }
  return readings;
}
