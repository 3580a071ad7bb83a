import { createHash } from 'node:crypto';
import { createReadStream } from '../../../files/fs.ts';
import type { EngineFile } from './record.ts';

/** SHA-256 of a file in hex, streamed. A block of 1 MB is six times as fast as Node's default of 64 kB. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<Omit<EngineFile, 'name'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  const stream = createReadStream(path, { highWaterMark: 1 << 20, ...(signal ? { signal } : {}) });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
