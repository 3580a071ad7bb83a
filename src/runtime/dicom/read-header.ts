import { createHash } from 'node:crypto';
import type { OpenSource, SourceFile } from '../../registry/kinds/kinds.ts';
import type { DicomHeader, HeaderProblem } from './header.ts';
import { loadDicomParser, parseHeader } from './parse-header.ts';
import { unusable } from './usable.ts';

const FIRST_BYTES = 16 * 1024;
/** A header without pixels within this much is none that we can use. */
const MOST_BYTES = 64 * 1024 * 1024;

/** One file of a source, its header read. Either `header` or `problem` is null. */
export interface HeaderReading {
  file: SourceFile;
  /** SHA-256 of the bytes up to the pixels' first; of the first 16 kB where no pixels were found. */
  hash: string;
  header: DicomHeader | null;
  problem: HeaderProblem | null;
}

/** Reads a file's header and stops before its pixels. Throws nothing: what goes wrong is the file's `problem`. */
export async function readHeader(source: OpenSource, file: SourceFile): Promise<HeaderReading> {
  const failed = (
    reason: HeaderProblem['reason'],
    message: string,
    bytes: Buffer = Buffer.alloc(0),
    detail?: string,
  ): HeaderReading => ({
    file,
    hash: sha256(bytes.subarray(0, FIRST_BYTES)),
    header: null,
    problem: { reason, message, ...(detail === undefined ? {} : { detail }) },
  });
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  if (name.startsWith('.')) return failed('hidden-file', 'is a hidden file');
  const dicom = await loadDicomParser();
  for (let length = FIRST_BYTES; ; length *= 8) {
    let bytes: Buffer;
    try {
      bytes = await source.read(file.path, length);
    } catch (error) {
      // The system's message holds the path, which may be private: only its code is shown.
      return failed('unreadable-file', `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
    }
    if (bytes.length === 0) return failed('empty-file', 'is empty');
    const whole = bytes.length < length || length >= MOST_BYTES;
    const parsed = parseHeader(dicom, bytes, whole);
    if (parsed.status === 'more') continue;
    if (parsed.status === 'problem')
      return failed(parsed.problem.reason, parsed.problem.message, bytes, parsed.problem.detail);
    const { header } = parsed;
    const hash = headerHash(bytes, header);
    const problem = unusable(header);
    return problem === null ? { file, hash, header, problem } : { file, hash, header: null, problem };
  }
}

/** SHA-256, hex, of the file up to the first byte of its pixels. */
export const headerHash = (bytes: Buffer, header: DicomHeader): string => sha256(bytes.subarray(0, header.pixelOffset));

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
