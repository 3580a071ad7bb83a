import { download as fetchFile } from '../../download/download.ts';
import { asWay } from './http.ts';
import type { PinnedFile } from './pin.ts';

/** Of a wheel: a try that brought nothing new is followed by two more. */
const TRIES = 3;
const PAUSE_MS = 200;

/**
 * Downloads a file of known size and SHA-256. What breaks off goes on from where it was, or from the beginning where
 * the server takes no ranges.
 * @throws WayFailed where it breaks off for good, or is another file than the pinned one
 */
export async function download(
  address: string,
  target: string,
  pin: PinnedFile,
  onBytes: (done: number, total: number) => void,
  signal?: AbortSignal,
  stallMs?: number,
  env?: NodeJS.ProcessEnv,
): Promise<void> {
  await asWay(
    fetchFile(address, target, {
      exact: pin.bytes,
      hash: { algorithm: 'sha256', hex: pin.sha256, stated: 'pinned' },
      algorithms: ['sha256'],
      onBytes: (done) => onBytes(done, pin.bytes),
      signal,
      stallMs,
      env,
      tries: TRIES,
      pauseMs: PAUSE_MS,
    }),
  );
}
