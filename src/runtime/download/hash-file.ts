import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from '../../files/fs.ts';

export type Algorithm = 'md5' | 'sha256';

/** How a hash is called where people read it. */
export const HASH_NAMES: Readonly<Record<Algorithm, string>> = { md5: 'MD5', sha256: 'SHA-256' };

/** Several hashes of the same bytes, and how many these were. */
export class Digests<A extends Algorithm> {
  readonly #hashes: readonly (readonly [A, Hash])[];
  bytes = 0;

  constructor(readonly algorithms: readonly A[]) {
    this.#hashes = algorithms.map((algorithm) => [algorithm, createHash(algorithm)] as const);
  }

  update(chunk: Uint8Array): void {
    for (const [, hash] of this.#hashes) hash.update(chunk);
    this.bytes += chunk.length;
  }

  /** In hex, of what came so far: more may follow. */
  soFar(): Record<A, string> {
    const pairs = this.#hashes.map(([algorithm, hash]) => [algorithm, hash.copy().digest('hex')]);
    return Object.fromEntries(pairs) as Record<A, string>;
  }
}

/** Adds a file's bytes, streamed. A block of 1 MB is six times as fast as Node's default of 64 kB. */
export async function addFile(
  digests: { readonly bytes: number; update(chunk: Uint8Array): void },
  path: string,
  signal?: AbortSignal,
  onBytes?: (done: number) => void,
): Promise<void> {
  const stream = createReadStream(path, { highWaterMark: 1 << 20, ...(signal ? { signal } : {}) });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    digests.update(chunk);
    onBytes?.(digests.bytes);
  }
}

/** SHA-256 of a file in hex, and its size. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<{ bytes: number; sha256: string }> {
  const digests = new Digests(['sha256']);
  await addFile(digests, path, signal);
  return { bytes: digests.bytes, ...digests.soFar() };
}
