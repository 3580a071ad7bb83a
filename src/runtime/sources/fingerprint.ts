import { createHash } from 'node:crypto';
import type { OpenSource, SourceFile } from '../../registry/kinds/source.ts';
import type { HeaderReading } from '../dicom/read-header.ts';
import { readFileHeader } from './read-file.ts';

/** Headers read at once. Node's own pool has four threads; a network folder gains from a few more. */
const AT_ONCE = 32;

/** What stands for a source's places. */
export const placesOf = ({ root, roots = [root] }: Pick<OpenSource, 'root' | 'roots'>): string => roots.join('\n');

type Report = (done: number, total: number, unit: string) => void | Promise<void>;

/**
 * Headers that were read for a fingerprint, so that index need not read them again. One source at a time, and taken
 * out by the first who asks.
 */
export class HeaderCache {
  #root: string | null = null;
  #readings: readonly HeaderReading[] = [];

  put(root: string, readings: readonly HeaderReading[]): void {
    this.#root = root;
    this.#readings = readings;
  }

  take(root: string): readonly HeaderReading[] | null {
    const found = this.#root === root ? this.#readings : null;
    this.clear();
    return found;
  }

  clear(): void {
    this.#root = null;
    this.#readings = [];
  }
}

/** The headers of all files of a source, in its order. */
export async function readHeaders(source: OpenSource, progress?: Report): Promise<HeaderReading[]> {
  const files: SourceFile[] = [];
  for await (const file of source.files()) files.push(file);
  const readings: HeaderReading[] = [];
  for (let i = 0; i < files.length; i += AT_ONCE) {
    readings.push(...(await Promise.all(files.slice(i, i + AT_ONCE).map((file) => readFileHeader(source, file)))));
    await progress?.(readings.length, files.length, 'headers');
  }
  return readings;
}

export interface FingerprintOptions {
  progress?: Report;
  signal?: AbortSignal;
  /** Keeps the headers for index. */
  cache?: HeaderCache;
}

/**
 * What identifies the data of a source that does not generate: per file its relative path, size and the hash of its
 * header up to the pixels; the labels file's and the submission form's content. No time and no absolute path.
 */
export async function sourceFingerprint(
  source: OpenSource,
  { progress, signal, cache }: FingerprintOptions = {},
): Promise<{ hash: string; files: number; headers: readonly HeaderReading[] }> {
  const headers = await readHeaders(source, async (...done) => {
    signal?.throwIfAborted();
    await progress?.(...done);
  });
  cache?.put(placesOf(source), headers);
  return { hash: await headersFingerprint(source, headers), files: headers.length, headers };
}

/** The same, of headers that are known. */
export async function headersFingerprint(
  source: OpenSource,
  headers: Iterable<Pick<HeaderReading, 'file' | 'hash'>>,
): Promise<string> {
  const hash = createHash('sha256');
  for (const { file, hash: header } of headers)
    hash.update(`${JSON.stringify([file.path, file.set, file.bytes, header])}\n`);
  if (source.labels !== null) hash.update(await source.read(source.labels.file));
  hash.update(JSON.stringify([source.synthetic, (await source.submissionIds?.()) ?? null]));
  return hash.digest('hex');
}
