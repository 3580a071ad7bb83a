import type { OpenSource } from '../../registry/kinds/source.ts';
import { openTrees } from './open-tree.ts';

/**
 * Opens any unlabelled files, all of which count as test: the tree of a folder, a zip, a single file, the files that a
 * DICOMDIR names. Several such places are one set, each file under the name of its place. Errors do not name a place, its
 * name may be a person's.
 *
 * @param root absolute
 * @param roots all of them, where there are several
 * @throws IchorError `source-missing` (exit 2) where there is nothing; `source-zip-damaged`, `source-zip-parts`, `source-zip-joined`,
 * `source-unreadable` (exit 2) where a zip, or a DICOMDIR, cannot be read.
 */
export async function openImageFolder(root: string, roots: readonly string[] = [root]): Promise<OpenSource> {
  const named = (one: string) =>
    roots.length > 1 ? `number ${roots.indexOf(one) + 1} of those to be predicted` : 'that is to be predicted';
  const { tree } = await openTrees(
    roots,
    named,
    'Name a folder of DICOM files, a file or a zip: `ichor predict RUN DIR`, or `data.source.root` of a recipe.',
  );
  return {
    root,
    ...(roots.length > 1 ? { roots } : {}),
    sliceIds: 'sop-instance-uid',
    async *files() {
      for await (const file of tree.walk('')) yield { ...file, set: 'test' };
    },
    read: tree.read,
    readRange: tree.readRange,
    fileOf: tree.fileOf,
    labels: null,
    synthetic: false,
  };
}
