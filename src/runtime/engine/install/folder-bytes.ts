import { join } from 'node:path';
import { readdir, stat } from '../../../files/fs.ts';

/** Bytes of the files below a folder that is being written: files come and go meanwhile, and count 0 then. */
export async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (entry) => (entry.isFile() ? entry.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
