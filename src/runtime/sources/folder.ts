import type { OpenSource } from '../../registry/kinds/source.ts';
import { rangeReaderOf, readerOf, requireFolder } from './read.ts';
import { walkFiles } from './walk.ts';

/**
 * Opens any tree of unlabelled files: all of them count as test. Errors do not name the folder, its name may be a
 * person's.
 *
 * @throws IchorError `source-missing` (exit 2) where there is no such folder.
 */
export async function openImageFolder(root: string): Promise<OpenSource> {
  await requireFolder(
    root,
    'that is to be predicted',
    'Name a folder of DICOM files: `ichor predict RUN DIR`, or `data.source.root` of a recipe.',
  );
  return {
    root,
    sliceIds: 'sop-instance-uid',
    async *files() {
      for await (const file of walkFiles(root)) yield { ...file, set: 'test' };
    },
    read: readerOf(root),
    readRange: rangeReaderOf(root),
    labels: null,
    synthetic: false,
  };
}
