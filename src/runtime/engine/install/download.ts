import { createHash } from 'node:crypto';
import { open } from '../../../files/fs.ts';
import { WayFailed } from './events.ts';
import { get } from './http.ts';
import type { PinnedFile } from './pin.ts';

const ATTEMPTS = 3;

/**
 * Downloads a file of known size and SHA-256. What breaks off goes on from where it was, or from the beginning where
 * the server takes no ranges, three times in all.
 * @throws WayFailed where it breaks off for good, or is another file than the pinned one
 */
export async function download(
  address: string,
  target: string,
  pin: PinnedFile,
  onBytes: (done: number, total: number) => void,
  signal?: AbortSignal,
  stallMs?: number,
): Promise<void> {
  const file = await open(target, 'w');
  let hash = createHash('sha256');
  let done = 0;
  try {
    for (let attempt = 1; done < pin.bytes; attempt++) {
      let stop = () => {};
      try {
        const range: Record<string, string> = done > 0 ? { range: `bytes=${done}-` } : {};
        // Without `identity` a server may compress, and the sizes would mean nothing.
        const {
          response,
          alive,
          done: end,
        } = await get(address, { 'accept-encoding': 'identity', ...range }, signal, stallMs);
        stop = end;
        if (done > 0 && !resumesAt(response, done)) {
          hash = createHash('sha256');
          done = 0;
          await file.truncate(0);
        }
        for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
          alive();
          if (done + chunk.length > pin.bytes) throw new OtherFile(`it is larger than ${pin.bytes} bytes`);
          await writeAll(file, chunk, done);
          hash.update(chunk);
          done += chunk.length;
          onBytes(done, pin.bytes);
        }
        if (done < pin.bytes) throw new WayFailed(`the download broke off after ${done} of ${pin.bytes} bytes`);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof OtherFile || 'syscall' in (error as object)) throw error;
        if (attempt >= ATTEMPTS || (done === 0 && error instanceof WayFailed)) {
          throw error instanceof WayFailed
            ? error
            : new WayFailed(`the download broke off after ${done} of ${pin.bytes} bytes`, { cause: error });
        }
      } finally {
        stop();
      }
    }
  } finally {
    await file.close();
  }
  const found = hash.digest('hex');
  if (found !== pin.sha256) throw new OtherFile(`its SHA-256 is ${found}, not the pinned ${pin.sha256}`);
}

/** What came is not the pinned file: trying again would bring the same. */
class OtherFile extends WayFailed {
  constructor(why: string) {
    super(`the file that came is not the pinned one: ${why}`);
  }
}

function resumesAt(response: Response, offset: number): boolean {
  return response.status === 206 && (response.headers.get('content-range') ?? '').startsWith(`bytes ${offset}-`);
}

async function writeAll(file: Awaited<ReturnType<typeof open>>, chunk: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, at, chunk.length - at, position + at);
    at += bytesWritten;
  }
}
