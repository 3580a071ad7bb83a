import { createHash } from 'node:crypto';
import type { OpenSource } from '../../registry/kinds/source.ts';

/** Read at once of a large file: 200 MB of private elements need no 200 MB of memory. */
const PIECE_BYTES = 8 * 1024 * 1024;

/** SHA-256 of a file's bytes, as hex. */
export async function contentHash(source: OpenSource, path: string, fileBytes: number): Promise<string> {
  const hash = createHash('sha256');
  if (fileBytes <= PIECE_BYTES || source.readRange === undefined)
    return hash.update(await source.read(path)).digest('hex');
  for (let offset = 0; ; ) {
    const piece = await source.readRange(path, offset, PIECE_BYTES);
    if (piece.length === 0) return hash.digest('hex');
    hash.update(piece);
    offset += piece.length;
  }
}
