import { IchorError } from '../../errors.ts';
import type { OpenSource } from '../../registry/kinds/source.ts';
import { openImageFolder } from '../sources/folder.ts';
import { openKaggleFolder } from '../sources/kaggle.ts';

/** Opens places as the source that fits them: Kaggle's layout where it is there, else any files. Throws as `openImageFolder`. */
export async function openAny(roots: readonly string[]): Promise<{ type: 'rsna' | 'folder'; source: OpenSource }> {
  const [root = ''] = roots;
  try {
    return { type: 'rsna', source: await openKaggleFolder(root, roots) };
  } catch (error) {
    if (!(error instanceof IchorError) || error.code !== 'source-missing') throw error;
    return { type: 'folder', source: await openImageFolder(root, roots) };
  }
}
